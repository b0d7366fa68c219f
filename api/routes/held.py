"""What the doors held back: unrecognised pictures and refused files, for admins of the whole park."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api import holding, media
from api.dependencies import ClockDep, Cursor, Number, ParkAdmin, ReadDep, SystemDep
from api.schemas.held import AssignIn, HeldPage, SettledOut
from store import held
from store.errors import NotFound
from store.vocabulary import HeldState

router = APIRouter(prefix="/held", tags=["held"])


@router.get("")
def held_page(
    _who: ParkAdmin, session: ReadDep, state: HeldState | None = None, cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HeldPage:  # fmt: skip
    """Newest first."""
    return holding.page(session, state=state, cursor=cursor, limit=limit)


@router.get("/{number}/picture.jpg", response_class=Response)
def picture(number: Number, _who: ParkAdmin, session: ReadDep, parts: SystemDep) -> Response:
    """An unrecognised picture, made anew by us."""
    row = held.get(session, number)
    if row.state is HeldState.REFUSED:
        raise NotFound(f"held file {number} was refused: there is no picture to show")
    return media.picture(parts, row.sha256, 800)


@router.post("/{number}/assign")
def assign(number: Number, told: AssignIn, who: ParkAdmin, parts: SystemDep, now: ClockDep) -> SettledOut:
    """Take a held file in as this camera's."""
    return holding.again(parts, number, camera=told.camera, by=who, now=now)


@router.post("/{number}/again")
def again(number: Number, who: ParkAdmin, parts: SystemDep, now: ClockDep) -> SettledOut:
    """Try a held file once more, as it came."""
    return holding.again(parts, number, camera=None, by=who, now=now)


@router.post("/{number}/discard")
def discard(number: Number, who: ParkAdmin, parts: SystemDep, now: ClockDep) -> SettledOut:
    """Take an unrecognised picture off the list; its bytes go after 7 days."""
    return holding.discard(parts, number, by=who, now=now)
