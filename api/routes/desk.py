"""The desk watch: recorded hours, one after the other, that the system gives to a person who watches blind."""

from fastapi import APIRouter

from api import lapses
from api.dependencies import ClockDep, Number, Ranger, WriteDep
from api.schemas.desk import DeskDoneIn, DeskDoneOut, DeskHourOut, DeskNextIn, DeskNextOut
from rollout import desk, desk_draw, spans
from store import tables, timelapse

router = APIRouter(prefix="/watch-sessions/{number}/hours", tags=["watch"])


@router.post("")
def give(number: Number, told: DeskNextIn, who: Ranger, session: WriteDep, now: ClockDep) -> DeskNextOut:
    """The hour that is being looked at, else another, picked by chance among those not given to this person yet."""
    found = desk.give(session, number, light=told.light, by=who, now=now)
    hour = None
    if found.row is not None:
        lapse = lapses.shown(session, timelapse.hour(session, found.row.hour_id), now=now)
        row = found.row
        hour = DeskHourOut(hour=row.hour_id, given_at=row.given_at, probability=row.probability, lapse=lapse)
    return DeskNextOut(hour=hour, left=found.left, known=found.known, fastest=desk_draw.FASTEST)


@router.post("/{hour}/done")
def done(
    number: Number, hour: Number, told: DeskDoneIn, who: Ranger, session: WriteDep, now: ClockDep
) -> DeskDoneOut:  # fmt: skip
    """It was shown to its end. Sent again it changes nothing."""
    row = desk.done(session, number, hour, **told.model_dump(), by=who, now=now)
    return _out(row)


@router.post("/{hour}/skip")
def skip(number: Number, hour: Number, who: Ranger, session: WriteDep, now: ClockDep) -> DeskDoneOut:
    """Go on without the rest of it: it does not count, and is not given to this person again."""
    return _out(desk.leave(session, number, hour, by=who, now=now))


def _out(row: tables.DeskHour) -> DeskDoneOut:
    minutes = round(60 * spans.hours(desk.spans_of(row)), 1)
    return DeskDoneOut(hour=row.hour_id, done=row.done_at is not None, knew=row.knew, minutes=minutes)
