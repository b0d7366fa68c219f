"""Encountered: the encounters of a site and a day as shapes."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api import watched
from api.schemas.encounters import ChanceOut, EncounterOut, EncounterPage, MatchOut, SeenOut
from api.schemas.watching import SightingOut
from rollout import joining, matching
from rollout.actors import RANK, Actor
from rollout.encounters import Encounter
from store import encounters as rows
from store import rules, tables
from store.encounters import Joined
from store.session import Session
from store.vocabulary import EncounterKind, Role

DAYS = 28
"""One day has too few sightings to tell chance by."""


def page(session: Session, site: tables.Site, day: date | None, *, who: Actor, now: datetime) -> EncounterPage:
    """All of it. day None: the last 24 hours."""
    since, until = span(day, site.time_zone, now)
    found = matching.of_site(session, site, since=since, until=until, as_of=now)
    sightings = rows.sightings(session, site.id, since=since, until=until, as_of=now)
    told = {row.id: row for row in sightings}
    more = {one.sighting for one in found if one.sighting is not None} - told.keys()
    told |= {row.id: row for row in rows.sightings_of(session, more, as_of=now)}
    said = rows.matches(
        session, visits=[one.visit for one in found if one.visit], sightings=told, as_of=now, holding=False
    )
    why_not = _why_not(session, site.id, who)
    return EncounterPage(
        site=site.id, site_name=site.name, time_zone=site.time_zone, day=day, since=since, until=until,
        window_minutes=int(matching.window(session).total_seconds()) // 60,
        chance=chance(session, site, until=until, now=now), may_mend=why_not is None, mend_says=why_not,
        items=[_one(session, one, told, said) for one in found],
        unsure=[watched.sighting_out(session, row) for row in sightings if not rows.counted(row)],
    )  # fmt: skip


def span(day: date | None, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """From when to when a day of a site lasts: 23 or 25 hours where the clock changes.

    >>> begins, ends = span(date(2026, 11, 1), "America/Denver", datetime(2026, 11, 24))
    >>> ends - begins
    datetime.timedelta(days=1, seconds=3600)
    """
    if day is None:
        return now - timedelta(hours=24), now
    begins, ends = (datetime.combine(one, time(), ZoneInfo(zone)) for one in (day, day + timedelta(days=1)))
    utc = ZoneInfo("UTC")
    return begins.astimezone(utc), ends.astimezone(utc)


def chance(session: Session, site: tables.Site, *, until: datetime, now: datetime) -> ChanceOut:
    """How much of the matching chance alone would give, over the weeks before."""
    since = until - timedelta(days=DAYS)
    found = matching.of_site(session, site, since=since, until=until, as_of=now)
    told = matching.chance_of(session, site, since=since, until=until, as_of=now)
    joined = sum(one.kind is EncounterKind.BOTH for one in found)
    sightings = sum(one.sighting is not None for one in found)
    return ChanceOut(
        days=DAYS, sightings=sightings, joined=joined, by_chance=told.matched,
        share=joined / sightings if sightings else None, share_by_chance=told.share,
    )  # fmt: skip


def match_out(session: Session, row: tables.Match) -> MatchOut:
    """What was just said."""
    return _match(Joined(
        row=row, made_by=rules.name_of(session, row.made_by) if row.made_by else None,
        ended_by=rules.name_of(session, row.ended_by) if row.ended_by else None,
    ))  # fmt: skip


def history(found: Sequence[Joined]) -> list[MatchOut]:
    """Everything that was said, the oldest first."""
    return [_match(one) for one in found]


def _why_not(session: Session, site: str, who: Actor) -> str | None:
    if RANK[who.role] < RANK[Role.RANGER]:
        return f"{who.name} is {who.role}: rangers of the site join and set apart"
    return joining.why_not(session, site, who)


def _one(
    session: Session, one: Encounter, told: dict[int, tables.Sighting], said: Sequence[Joined]
) -> EncounterOut:  # fmt: skip
    own = [
        joined for joined in said
        if joined.row.visit_id == one.visit or joined.row.sighting_id == one.sighting
    ]  # fmt: skip
    match = next((joined for joined in own if joined.row.id == one.match), None)
    return EncounterOut(
        kind=one.kind, at=one.at, until=one.until, night=one.night, seen=_seen(one),
        told=_told(session, told.get(one.sighting or 0)), place=one.place, session=one.session,
        match=_match(match) if match else None, doubts=watched.doubts(one.doubts), history=history(own),
    )  # fmt: skip


def _seen(one: Encounter) -> SeenOut | None:
    if one.visit is None or one.alert is None or one.camera is None or one.stage is None:
        return None
    return SeenOut(
        visit=one.visit, alert=one.alert, at=one.seen_at or one.at, camera=one.camera,
        stage=one.stage, p_bear=one.p_bear or 0.0, version=one.version or "", threshold=one.threshold,
        verdict=one.verdict, picture=f"/api/v1/alerts/{one.alert}/picture.jpg",
    )  # fmt: skip


def _told(session: Session, row: tables.Sighting | None) -> SightingOut | None:
    return None if row is None else watched.sighting_out(session, row)


def _match(one: Joined) -> MatchOut:
    row = one.row
    return MatchOut(
        id=row.id, visit=row.visit_id, sighting=row.sighting_id, apart=row.apart, made_at=row.made_at, by=one.made_by,
        why=row.why, window_minutes=row.window_minutes, ended_at=row.ended_at, ended_by=one.ended_by,
    )  # fmt: skip
