"""Blind hours: the exposure of the manual baseline, and what of it the model watched too."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rollout import exposure, spans, watch_hours, watching
from rollout.scope_hours import Place
from rollout.spans import Span
from rollout.watch_hours import Watched
from store import park, rules, tables
from store import watching as rows
from store.episodes import Interval
from store.session import Session
from store.vocabulary import Stage, WatchPlace


@dataclass(frozen=True, kw_only=True)
class BlindHours:
    """Blind hours of a site in one stratum. watched: by people; matched: of these, what its cameras and model saw."""

    place: WatchPlace
    light: str
    watched: float
    matched: float


def of_site(
    session: Session, site: tables.Site, *, since: datetime, until: datetime, now: datetime
) -> list[BlindHours]:  # fmt: skip
    """Hours in which people watched a site blind, and of these what its cameras and the model watched too.

    An hour in which one of two cameras was blind counts half; one in which the model was off counts nothing.
    """
    sessions = [
        Watched(place=row.place, since=row.started_at, until=row.ended_at)
        for row in rows.between(session, site.id, since=since, until=until) if watching.counts(row) and row.ended_at
    ]  # fmt: skip
    where = Place(zone=ZoneInfo(site.time_zone), latitude=site.latitude, longitude=site.longitude)
    found = watch_hours.apart(sessions, where, within=Span(since=since, until=until))
    works = spans.joined(
        Span(since=row.in_force_at, until=row.ended_at or now)
        for row in rules.history(session, site.id) if row.in_force_at and row.stage is not Stage.OFF
    )  # fmt: skip
    cameras = [row.id for row in park.cameras(session, site.id)]
    return [
        BlindHours(
            place=stratum.place, light=stratum.light, watched=spans.hours(some),
            matched=_matched(session, cameras, spans.both(some, works), now),
        )
        for stratum, some in found.items()
    ]  # fmt: skip


def _matched(session: Session, cameras: list[str], some: list[Span], now: datetime) -> float:
    """Site hours: what the cameras watched, shared among them."""
    periods = [Interval(since=one.since, until=one.until) for one in some]
    if not cameras or not periods:
        return 0.0
    return sum(exposure.watched_in(session, camera, periods, now=now) for camera in cameras) / 60 / len(cameras)
