"""Blind hours: the exposure of the manual baseline, and what of it the model watched too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ingest.timelapse import HOUR
from rollout import desk, exposure, spans, watch_hours, watching
from rollout.scope_hours import Place
from rollout.spans import Span
from rollout.watch_hours import Watched
from store import desk as desk_rows
from store import park, rules, tables
from store import watching as rows
from store.episodes import Interval
from store.session import Session
from store.vocabulary import Stage, WatchPlace


@dataclass(frozen=True, kw_only=True)
class BlindHours:
    """Blind hours of a site in one stratum. watched: by people; matched: of these, what its cameras and model saw.

    Site hours: at a desk an hour of one of two cameras is half a one.
    """

    place: WatchPlace
    light: str
    watched: float
    matched: float


def sessions(session: Session, site: str, *, since: datetime, until: datetime) -> list[Watched]:
    """When a site was watched blind, whatever lies outside the period included: at a desk, the recorded time."""
    field = [
        Watched(place=row.place, since=row.started_at, until=row.ended_at)
        for row in rows.between(session, site, since=since, until=until)
        if row.place is WatchPlace.FIELD and watching.counts(row) and row.ended_at
    ]  # fmt: skip
    return [*field, *(
        Watched(place=WatchPlace.DESK, since=span.since, until=span.until, camera=one.hour.camera_id)
        for one in desk_rows.looked_at(session, site, since=since - HOUR, until=until) if watching.counts(one.within)
        for span in desk.spans_of(one.desk)
    )]  # fmt: skip


def of_site(
    session: Session, site: tables.Site, *, since: datetime, until: datetime, now: datetime
) -> list[BlindHours]:  # fmt: skip
    """Hours in which people watched a site blind, and of these what its cameras and the model watched too.

    An hour in which one of two cameras was blind counts half; one in which the model was off counts nothing.
    """
    told = sessions(session, site.id, since=since, until=until)
    where = Place(zone=ZoneInfo(site.time_zone), latitude=site.latitude, longitude=site.longitude)
    within = Span(since=since, until=until)
    works = spans.joined(
        Span(since=row.in_force_at, until=row.ended_at or now)
        for row in rules.history(session, site.id) if row.in_force_at and row.stage is not Stage.OFF
    )  # fmt: skip
    cameras = [row.id for row in park.cameras(session, site.id)]
    there = [one for one in told if one.camera is None]
    field = [
        BlindHours(
            place=stratum.place, light=stratum.light, watched=spans.hours(some),
            matched=_matched(session, cameras, spans.both(some, works), now) / max(1, len(cameras)),
        )
        for stratum, some in watch_hours.apart(there, where, within=within).items()
    ]  # fmt: skip
    return [*field, *_at_desk(session, told, where, within, works=works, shared=max(1, len(cameras)), now=now)]


def _at_desk(
    session: Session, told: Sequence[Watched], where: Place, within: Span, *, works: Sequence[Span], shared: int,
    now: datetime,
) -> list[BlindHours]:  # fmt: skip
    """Each camera's recorded hours, shared among the cameras of the site."""
    found: dict[str, tuple[float, float]] = {}
    for camera in sorted({one.camera for one in told if one.camera is not None}):
        mine = [one for one in told if one.camera == camera]
        for stratum, some in watch_hours.apart(mine, where, within=within).items():
            watched, matched = found.get(stratum.light, (0.0, 0.0))
            both = _matched(session, [camera], spans.both(some, works), now)
            found[stratum.light] = (watched + spans.hours(some), matched + both)
    return [
        BlindHours(place=WatchPlace.DESK, light=light, watched=watched / shared, matched=matched / shared)
        for light, (watched, matched) in sorted(found.items())
    ]  # fmt: skip


def _matched(session: Session, cameras: Sequence[str], some: Sequence[Span], now: datetime) -> float:
    """Camera hours."""
    periods = [Interval(since=one.since, until=one.until) for one in some]
    if not periods:
        return 0.0
    return sum(exposure.watched_in(session, camera, periods, now=now) for camera in cameras) / 60
