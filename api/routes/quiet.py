"""Quiet places: where false boxes keep falling, what an admin accepts of that, and until when."""

from fastapi import APIRouter

from api import quieted
from api.dependencies import Admin, Anyone, ClockDep, Number, ReadDep, Supervisor, WriteDep
from api.schemas.masks import EndIn
from api.schemas.quiet import AcceptIn, QuietOut, QuietPage
from rollout import quieting
from store.errors import NotFound

router = APIRouter(prefix="/quiet-places", tags=["cameras"])


@router.get("")
def page(who: Anyone, session: ReadDep, now: ClockDep, camera: str | None = None) -> QuietPage:
    """Proposals, places in force, and those that were refused or ended, the newest first."""
    seen = quieted.cameras_of(session, who.sites)
    if camera is not None and camera not in seen:
        raise NotFound(f'there is no camera "{camera}"')
    return quieted.page(session, cameras=seen if camera is None else [camera], now=now)


@router.post("/{place}/accept")
def accept(place: Number, told: AcceptIn, who: Admin, session: WriteDep, now: ClockDep) -> QuietOut:
    """Put a proposal in force for some days: what lies in it asks nobody by itself, and is recorded."""
    return quieted.one(
        session, quieting.accept(session, place, days=told.days, why=told.why, by=who, now=now), now=now
    )


@router.post("/{place}/refuse")
def refuse(place: Number, told: EndIn, who: Supervisor, session: WriteDep, now: ClockDep) -> QuietOut:
    """Leave everything as it is; what was dismissed until now proposes it no more."""
    return quieted.one(session, quieting.refuse(session, place, why=told.why, by=who, now=now), now=now)


@router.post("/{place}/end")
def end(place: Number, told: EndIn, who: Supervisor, session: WriteDep, now: ClockDep) -> QuietOut:
    """End one that is in force; it stays in the list with who ended it and why."""
    return quieted.one(session, quieting.end(session, place, why=told.why, by=who, now=now), now=now)
