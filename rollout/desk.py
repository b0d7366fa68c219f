"""Desk watch: a person goes blind through recorded hours that the system gives them, one after the other."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ingest.timelapse import HOUR
from rollout import desk_draw, watching
from rollout.actors import Actor
from rollout.desk_draw import Known
from rollout.scope_hours import Place
from rollout.spans import Span
from rollout.watch_log import LIMIT
from rollout.watching import Sight
from store import desk as rows
from store import episodes, park, tables, timelapse
from store import watching as watch_rows
from store.errors import NotAllowedNow, NotFound, WatchLogMalformed
from store.session import Session
from store.vocabulary import Role, WatchMode, WatchPlace

SLACK = timedelta(seconds=2)
"""The clocks of two requests."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """An hour to look at. left: how many are left after it; known: how many this person may know of."""

    row: tables.DeskHour | None
    left: int
    known: int


def give(session: Session, number: int, *, light: str | None, by: Actor, now: datetime) -> Given:
    """The hour that is being looked at, else another by chance. light: day or night alone.

    Raises NotFound, NotPermitted, NotAllowedNow where the session is not this person's open blind desk watch.
    """
    watch = _own(session, number, by, now)
    site = park.site(session, watch.site_id)
    where = Place(zone=ZoneInfo(site.time_zone), latitude=site.latitude, longitude=site.longitude)
    known = (Known(camera=camera, since=a, until=b) for camera, a, b in rows.known(session, site.id, by.id))
    told = desk_draw.by_hour(known)
    there = rows.pool(session, site.id, by.id, before=now - HOUR)
    there = [row for row in there if light in (None, desk_draw.light_of(row.begins_at, where))]
    unknown = [row.id for row in there if not desk_draw.knows(row.camera_id, row.begins_at, told)]
    found, left = rows.open_one(session, number), len(unknown)
    if found is None:
        seed = f"{timelapse.seed(session)}:{by.id}:{rows.given(session, by.id)}"
        picked = desk_draw.pick(unknown, seed=seed)
        if picked is not None:
            found, left = _write(session, watch, picked, by, now), left - 1
    return Given(row=found, left=left, known=len(there) - len(unknown))


def done(
    session: Session, number: int, hour: int, *, shown: Collection[int], failed: Collection[int], knew: bool,
    by: Actor, now: datetime,
) -> tables.DeskHour:  # fmt: skip
    """The hour was shown to its end. shown, failed: numbers of its pictures; knew: what was there was known before.

    Again changes nothing. Raises NotAllowedNow where it was left, not shown whole, or faster than it can be.
    """
    watch = _own(session, number, by, now)
    row = rows.one(session, number, hour)
    if row.done_at is not None:
        return row
    if row.left_at is not None:
        raise NotAllowedNow(f"the drawn hour {hour} was left before its end: it counts no more")
    drawn, gone = timelapse.hour(session, hour), timelapse.dropped(session, hour)
    kept = {one.id: one.taken_at for one in timelapse.pictures(session, hour) if one.sha256 not in gone}
    lacks = kept.keys() - set(shown) - set(failed)
    if lacks:
        raise NotAllowedNow(f"{len(lacks)} of its {len(kept)} pictures were not shown: play it to its end")
    wanted = set(shown)
    seen = [at for number, at in kept.items() if number in wanted]
    if now - row.given_at + SLACK < desk_draw.least(len(seen)):
        raise NotAllowedNow(f"it was shown faster than {desk_draw.FASTEST} times the speed of life: play it again")
    blind = episodes.not_exposure(session, drawn.camera_id, since=drawn.begins_at, until=drawn.begins_at + HOUR)
    spans = desk_draw.seen(drawn.begins_at, seen, [Span(since=one.since, until=one.until) for one in blind])
    row.done_at, row.knew = now, knew
    row.seen = [[one.since.isoformat(), one.until.isoformat()] for one in spans]
    watch.hours = [*watch.hours, hour]
    session.flush()
    _judge(session, watch, now)
    return row


def leave(session: Session, number: int, hour: int, *, by: Actor, now: datetime) -> tables.DeskHour:
    """Go on without looking at the rest of it: it is no exposure, and is not given to this person again."""
    watch = _own(session, number, by, now)
    row = rows.one(session, number, hour)
    if row.done_at is None and row.left_at is None:
        row.left_at = now
        session.flush()
        _judge(session, watch, now)
    return row


def note(
    session: Session, site: str, hour: int, sight: Sight, *, by: Actor, now: datetime, key: str | None = None
) -> tables.Sighting:  # fmt: skip
    """A bear in a recorded hour, at the time of its picture. The same key: the same sighting.

    Raises WatchLogMalformed for a time outside the hour, NotFound, NotPermitted, NotAllowedNow.
    """
    by.require(Role.RANGER, site)
    park.site(session, site, lock=True)
    told = watch_rows.sighting_of_key(session, key) if key else None
    if told is not None:
        watching.require_own(told.person_id, by, key)
        return told
    watch = next((row for row in watch_rows.open_ones(session, by.id) if row.site_id == site), None)
    if watch is None:
        raise NotAllowedNow(f"you have no desk watch at {site}: start it first")
    row, drawn = rows.one(session, _own(session, watch.id, by, now).id, hour), timelapse.hour(session, hour)
    if sight.at is None or not drawn.begins_at <= sight.at < drawn.begins_at + HOUR:
        raise WatchLogMalformed(f"the recorded hour began at {drawn.begins_at:%Y-%m-%d %H:%M %Z}: give a time in it")
    seen = tables.Sighting(
        site_id=site, session_id=row.session_id, camera_id=drawn.camera_id, at=sight.at, species=sight.species,
        bears=sight.bears, sure=sight.sure, spot=sight.spot, observer=by.name, person_id=by.id,
        source=WatchPlace.DESK.value, note=sight.note, key=key, flags=[], received_at=now,
    )  # fmt: skip
    session.add(seen)
    session.flush()
    watching.judge_sighting(session, seen, now=now)
    return seen


def spans_of(row: tables.DeskHour) -> list[Span]:
    """The parts of an hour that were seen."""
    return [Span(since=datetime.fromisoformat(a), until=datetime.fromisoformat(b)) for a, b in row.seen]


def _own(session: Session, number: int, by: Actor, now: datetime) -> tables.WatchSession:
    """The open blind desk watch of this person, its site held."""
    site = watch_rows.get(session, number).site_id
    if by.sites and site not in by.sites:
        raise NotFound(f"there is no watch session {number}")
    by.require(Role.RANGER, site)
    park.site(session, site, lock=True)
    row = watch_rows.get(session, number, lock=True)
    if row.person_id != by.id:
        raise NotAllowedNow(f"watch session {number} is of {row.observer}: start your own")
    if row.place is not WatchPlace.DESK or row.mode is not WatchMode.BLIND:
        raise NotAllowedNow(f"watch session {number} is no blind watch at a desk: start one with place desk")
    if row.ended_at is not None or now - row.started_at > LIMIT:
        raise NotAllowedNow(f"watch session {number} has ended: start another")
    return row


def _write(
    session: Session, watch: tables.WatchSession, picked: desk_draw.Pick, by: Actor, now: datetime
) -> tables.DeskHour:  # fmt: skip
    row = tables.DeskHour(
        session_id=watch.id, hour_id=picked.hour, person_id=by.id, given_at=now, probability=picked.probability,
        seen=[],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _judge(session: Session, watch: tables.WatchSession, now: datetime) -> None:
    for seen in watch_rows.during(session, watch):
        watching.judge_sighting(session, seen, now=now)
    watching.judge(session, watch, now=now)
