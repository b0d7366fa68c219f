"""Scope hours: of the hours that a rule holds, those in which its cameras really watched, by day and by night. Pure.

Time is looked at in steps of half an hour, each judged by its middle.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rollout import scopes
from rollout.spans import Span
from rollout.terms import Terms

STEP = timedelta(minutes=30)
DAY, NIGHT = "day", "night"


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What is known of a camera. begins: its first picture, None before it; blind: when a bear could pass unseen.

    shed: seconds left out of its stream, by day of the site.
    """

    camera: str
    begins: datetime | None
    blind: Sequence[Span] = ()
    shed: Mapping[date, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a site is."""

    zone: ZoneInfo
    latitude: float
    longitude: float


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Camera hours of one day of the site, in scope and watched."""

    scoped: float = 0.0
    watched: float = 0.0


def by_day(
    terms: Terms, watches: Sequence[Watch], place: Place, *, window: Span, works: Sequence[Span]
) -> dict[str, dict[date, Hours]]:
    """Hours by stratum and day. works: when the version in question scored the site's frames.

    The rule's own dates do not count: it is asked what its cameras and hours would have held.
    """
    found: dict[str, dict[date, Hours]] = {DAY: defaultdict(Hours), NIGHT: defaultdict(Hours)}
    step_h = STEP / timedelta(hours=1)
    for at in _middles(window):
        if not holds(terms, place, at):
            continue
        local, worked = at.astimezone(place.zone).date(), any(span.since <= at < span.until for span in works)
        seen = sum(_watches(watch, at) for watch in watches) if worked else 0
        days = found[stratum(place, at)]
        days[local] = Hours(
            scoped=days[local].scoped + step_h * len(watches), watched=days[local].watched + step_h * seen
        )
    return {name: dict(_less_shed(days, watches)) for name, days in found.items()}


def stratum(place: Place, at: datetime) -> str:
    """Whether the sun is up."""
    height = scopes.sun_height(at, latitude=place.latitude, longitude=place.longitude)
    return DAY if height >= scopes.HORIZON else NIGHT


def holds(terms: Terms, place: Place, at: datetime) -> bool:
    """Whether days, hours and sun of a rule hold a moment, whatever its dates and cameras."""
    undated = replace(terms, first_day=None, last_day=None, cameras=())
    return scopes.inside(
        undated, camera="", at=at, zone=place.zone, latitude=place.latitude, longitude=place.longitude
    ).yes


def _middles(window: Span) -> Iterator[datetime]:
    at = window.since + STEP / 2
    while at < window.until:
        yield at
        at += STEP


def _watches(watch: Watch, at: datetime) -> bool:
    begun = watch.begins is not None and watch.begins <= at
    return begun and not any(span.since <= at < span.until for span in watch.blind)


def _less_shed(days: Mapping[date, Hours], watches: Sequence[Watch]) -> Iterator[tuple[date, Hours]]:
    for day, hours in days.items():
        shed = sum(watch.shed.get(day, 0.0) for watch in watches) / 3600
        yield day, replace(hours, watched=max(0.0, hours.watched - shed))
