"""Encounters: who noticed which bear. People of the site read, rangers there mend; nobody who watches blind there."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api import encountered, watched
from api.dependencies import Anyone, ClockDep, Number, Ranger, ReadDep, WriteDep
from api.schemas.encounters import EncounterPage, JoinIn, MatchHistory, MatchOut, PartIn
from rollout import joining, watch_log
from store import encounters as rows
from store import park
from store import watching as watch_rows
from store.errors import NotFound, WatchLogMalformed

router = APIRouter(prefix="/encounters", tags=["watch"])


@router.get("")
def page(
    who: Anyone, session: ReadDep, now: ClockDep, site: Annotated[str, Query(max_length=40)], day: date | None = None
) -> EncounterPage:
    """Both, only the model, only people: of a day in site time, or of the last 24 hours."""
    if day is not None and not watch_log.EARLIEST <= day.year <= now.year + 1:
        raise WatchLogMalformed(f"{day.isoformat()} is no day of which there may be an encounter")
    if who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    watched.require_shown(session, who, site, now)
    return encountered.page(session, park.site(session, site), day, who=who, now=now)


@router.post("/join")
def join(told: JoinIn, who: Ranger, session: WriteDep, now: ClockDep) -> MatchOut:
    """Say that a visit and a sighting are one event."""
    watched.require_shown(session, who, watch_rows.sighting(session, told.sighting).site_id, now)
    row = joining.join(session, told.visit, told.sighting, why=told.why, by=who, now=now)
    return encountered.match_out(session, row)


@router.post("/{match}/part")
def part(match: Number, told: PartIn, who: Ranger, session: WriteDep, now: ClockDep) -> MatchOut:
    """Say that what was joined is not one event; it is never proposed again."""
    watched.require_shown(session, who, rows.match(session, match).site_id, now)
    return encountered.match_out(session, joining.part(session, match, why=told.why, by=who, now=now))


@router.get("/{match}/history")
def history(match: Number, who: Anyone, session: ReadDep, now: ClockDep) -> MatchHistory:
    """Everything that was ever said of its visit and its sighting, the oldest first."""
    found = joining.history(session, match, by=who, now=now)
    watched.require_shown(session, who, rows.match(session, match).site_id, now)
    return MatchHistory(items=encountered.history(found))
