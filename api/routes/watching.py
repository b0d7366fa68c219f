"""The manual watch: sessions, sightings, and what people did. Rangers of the site write, everybody there reads."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query

from api import watched
from api.dependencies import Anyone, ClockDep, Cursor, Number, Ranger, ReadDep, WriteDep
from api.schemas.watching import (
    EndWatchIn,
    ResponseIn,
    ResponseOut,
    ResponsePage,
    SightingIn,
    SightingOut,
    SightingPage,
    WatchSessionIn,
    WatchSessionOut,
    WatchSessionPage,
    WithdrawIn,
)
from rollout import desk, watching
from rollout.watching import Sight
from store import tables
from store import watching as rows

router = APIRouter(tags=["watch"])
Limit = Annotated[int, Query(ge=1, le=200)]
Row = TypeVar("Row", tables.WatchSession, tables.Sighting, tables.Response)


@router.get("/watch-sessions")
def session_page(
    who: Anyone, session: ReadDep, now: ClockDep, site: str | None = None, cursor: Cursor = None, limit: Limit = 50
) -> WatchSessionPage:
    """Newest first, with what one has open oneself."""
    found = rows.page(session, sites=watched.sites_of(who, site), cursor=cursor, limit=limit + 1)
    items = [watched.session_out(session, row) for row in found[:limit]]
    return WatchSessionPage(items=items, mine=watched.mine(session, who, now), next=_next(found, limit))


@router.post("/watch-sessions")
def start(told: WatchSessionIn, who: Ranger, session: WriteDep, now: ClockDep) -> WatchSessionOut:
    """Begin to watch, or tell a whole watch that is over. Blind: what the model sees there is not shown meanwhile."""
    return watched.session_out(session, watching.start(
        session, told.site, mode=told.mode, place=told.place, at=told.started_at, until=told.ended_at,
        told_otherwise=told.told_otherwise, alert=told.alert, key=told.key, by=who, now=now,
    ))  # fmt: skip


@router.post("/watch-sessions/{number}/end")
def end(number: Number, told: EndWatchIn, who: Ranger, session: WriteDep, now: ClockDep) -> WatchSessionOut:
    """Stop watching; a blind session ends with the answer whether one was told what the model saw."""
    row = watching.end(session, number, told_otherwise=told.told_otherwise, at=told.ended_at, by=who, now=now)
    return watched.session_out(session, row)


@router.get("/sightings")
def sighting_page(
    who: Anyone, session: ReadDep, site: str | None = None, cursor: Cursor = None, limit: Limit = 50
) -> SightingPage:
    """Newest first, withdrawn ones too."""
    found = rows.sightings(session, sites=watched.sites_of(who, site), cursor=cursor, limit=limit + 1)
    return SightingPage(items=[watched.sighting_out(session, row) for row in found[:limit]], next=_next(found, limit))


@router.post("/sightings")
def see(told: SightingIn, who: Ranger, session: WriteDep, now: ClockDep) -> SightingOut:
    """Note a bear that one saw; it belongs to the session in which one was watching."""
    sight = Sight(**told.model_dump(exclude={"site", "hour", "key"}))
    if told.hour is not None:
        seen = desk.note(session, told.site, told.hour, sight, key=told.key, by=who, now=now)
        return watched.sighting_out(session, seen)
    return watched.sighting_out(session, watching.note(session, told.site, sight, key=told.key, by=who, now=now))


@router.post("/sightings/{number}/withdraw")
def withdraw(number: Number, told: WithdrawIn, who: Ranger, session: WriteDep, now: ClockDep) -> SightingOut:
    """Take a sighting back: one's own, or a supervisor somebody else's. It stays on record."""
    return watched.sighting_out(session, watching.withdraw(session, number, why=told.why, by=who, now=now))


@router.get("/responses")
def response_page(
    who: Anyone, session: ReadDep, site: str | None = None, alert: Cursor = None, sighting: Cursor = None,
    cursor: Cursor = None, limit: Limit = 50,
) -> ResponsePage:  # fmt: skip
    """Newest first. alert, sighting: what was done because of this one."""
    sites = watched.sites_of(who, site)
    found = rows.responses(session, sites=sites, alert=alert, sighting=sighting, cursor=cursor, limit=limit + 1)
    return ResponsePage(items=[watched.response_out(session, row) for row in found[:limit]], next=_next(found, limit))


@router.post("/responses")
def respond(told: ResponseIn, who: Ranger, session: WriteDep, now: ClockDep) -> ResponseOut:
    """Say what people did about an alert or a sighting. The same sent again adds nothing."""
    return watched.response_out(session, watching.respond(session, **told.model_dump(), by=who, now=now))


def _next(found: Sequence[Row], limit: int) -> int | None:
    return found[limit - 1].id if len(found) > limit else None
