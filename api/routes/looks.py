"""Looks: audited camera time, tests and second answers, asked about as alerts are; and what each of them was."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from api import looked, media
from api.dependencies import Anyone, ClockDep, Cursor, Number, Ranger, ReadDep, SystemDep, WriteDep
from api.schemas.looks import LookAnswerIn, LookLeftOut, LookNextOut, LookPage, LookToldOut, LookWaitsOut
from rollout import looks, watching
from store import looks as rows

router = APIRouter(prefix="/looks", tags=["looks"])


@router.get("")
def page(
    who: Anyone, session: ReadDep, now: ClockDep, site: str | None = None, cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> LookPage:  # fmt: skip
    """Answered looks with what they were, newest first; none of a site that one watches blind."""
    found = rows.page(
        session, sites=looked.sites_of(who, site), cursor=cursor, limit=limit + 1,
        but=watching.hidden_at(session, who.id, now=now),
    )  # fmt: skip
    more = found[limit - 1][0].id if len(found) > limit else None
    return LookPage(items=[looked.told(row, name) for row, name in found[:limit]], next=more)


@router.get("/next")
def waits(who: Ranger, session: ReadDep, now: ClockDep) -> LookWaitsOut:
    """Whether there is one for this person, without giving it."""
    found = looks.next_for(session, by=who, now=now)
    return LookWaitsOut(waits=found.row is not None, says=found.says)


@router.post("/next")
def give(who: Ranger, session: WriteDep, now: ClockDep) -> LookNextOut:
    """The look that this person has in hand, else the next one. None while an alert waits for them."""
    return looked.given(session, looks.give(session, by=who, now=now))


@router.post("/{look}/answer")
def answer(look: Number, told: LookAnswerIn, who: Ranger, session: WriteDep, now: ClockDep) -> LookToldOut:
    """What was seen. Nobody is warned by it."""
    return looked.told(looks.answer(session, look, **told.model_dump(), by=who, now=now), who.name)


@router.post("/{look}/leave")
def leave(look: Number, who: Ranger, session: WriteDep) -> LookLeftOut:
    """Leave it to somebody else: it is not given to this person again."""
    return LookLeftOut(id=looks.leave(session, look, by=who).id)


@router.get("/{look}/picture.jpg", response_class=Response)
def picture(
    look: Number, who: Anyone, session: ReadDep, parts: SystemDep, part: Annotated[int, Query(ge=0, le=200)] = 0,
    width: Annotated[int, Query(ge=64, le=4096)] = 1600,
) -> Response:  # fmt: skip
    """One of its pictures, made anew by us."""
    return media.picture(parts, looked.picture(session, look, who, part), width)


@router.get("/{look}/clip.mp4", response_class=FileResponse)
def clip(look: Number, who: Anyone, session: ReadDep, parts: SystemDep, request: Request) -> FileResponse:
    """Its pictures one after the other."""
    return media.of_look(parts, looked.in_order(session, look, who), look, request.app.state.clips)
