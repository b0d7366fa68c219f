"""Watch hours: when people watched, kept apart by field and desk and by day and night. Pure.

Two people who watch the same site at the same time are one watch: the site was watched once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rollout import spans
from rollout.scope_hours import DAY, NIGHT, Place
from rollout.spans import Span
from rollout.terms import Terms, read
from store.vocabulary import WatchPlace

SUN_DOWN: Terms = read({"site": "any", "stage": "shadow", "sun": "night"})


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """What is never added up: where people sat, and whether the sun was up (day, night)."""

    place: WatchPlace
    light: str


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A time whose hours count. camera: at a desk, the one whose recorded pictures were looked at."""

    place: WatchPlace
    since: datetime
    until: datetime
    camera: str | None = None


def apart(sessions: Iterable[Watched], place: Place, *, within: Span) -> Mapping[Stratum, list[Span]]:
    """When the site was watched within a span, by stratum: each moment once. Strata without a moment are left out."""
    found: dict[Stratum, list[Span]] = {}
    told = list(sessions)
    for where in WatchPlace:
        mine = [Span(since=one.since, until=one.until) for one in told if one.place is where]
        watched = spans.both(spans.joined(mine), [within])
        if not watched:
            continue
        dark = spans.both(watched, _nights(watched, place))
        for light, some in ((DAY, spans.without(watched, dark)), (NIGHT, dark)):
            if some:
                found[Stratum(place=where, light=light)] = some
    return found


def _nights(watched: list[Span], place: Place) -> list[Span]:
    """When the sun was down while somebody watched: the hours between two sessions are not asked."""
    return [
        night
        for span in watched
        for night in spans.in_scope(
            SUN_DOWN, span, zone=place.zone, latitude=place.latitude, longitude=place.longitude
        )
    ]  # fmt: skip
