"""Spans of time: the hours in which a rule's scope holds, and what is left of them. Pure.

A list of spans is in order, and no two of them meet.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import gcd
from zoneinfo import ZoneInfo

from rollout import scopes
from rollout.terms import Terms

QUARTER, SUN_STEP = 15, timedelta(minutes=30)
"""Minutes: midnights of all time zones lie on these. A scope by the sun is asked more seldom, and edges sought."""

EXACT = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """From a moment up to another, which is not inside."""

    since: datetime
    until: datetime


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same moments, each once."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.since):
        if span.until <= span.since:
            continue
        if found and span.since <= found[-1].until:
            found[-1] = Span(since=found[-1].since, until=max(found[-1].until, span.until))
        else:
            found.append(span)
    return found


def both(ones: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The moments that lie in both."""
    found, first, second = [], 0, 0
    while first < len(ones) and second < len(others):
        one, other = ones[first], others[second]
        since, until = max(one.since, other.since), min(one.until, other.until)
        if since < until:
            found.append(Span(since=since, until=until))
        if one.until < other.until:
            first += 1
        else:
            second += 1
    return found


def without(ones: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The moments of the ones that lie in none of the others."""
    if not ones or not others:
        return list(ones)
    edges = [ones[0].since, *(edge for span in others for edge in (span.since, span.until)), ones[-1].until]
    rest = [Span(since=since, until=until) for since, until in zip(edges[::2], edges[1::2], strict=True)]
    return both(ones, [span for span in rest if span.since < span.until])


def hours(spans: Iterable[Span]) -> float:
    """How long they are together."""
    return sum((span.until - span.since).total_seconds() for span in spans) / 3600


def in_scope(terms: Terms, within: Span, *, zone: ZoneInfo, latitude: float, longitude: float) -> list[Span]:
    """When, within a span, the rule's days, hours or sun hold, whatever the camera.

    A rule that holds always costs one span; any other is asked again and again, counted from the full hour.
    """
    if not (terms.weekdays or terms.hours or terms.sun or terms.first_day or terms.last_day):
        return joined([within])
    camera = terms.cameras[0] if terms.cameras else ""

    def holds(at: datetime) -> bool:
        return scopes.inside(terms, camera=camera, at=at, zone=zone, latitude=latitude, longitude=longitude).yes

    found, at, step = [], within.since, _step(terms)
    held = at < within.until and holds(at)
    while at < within.until:
        following = min(_next_step(at, step), within.until)
        then = holds(following)
        edge = following if then is held or not terms.sun else _edge(holds, at, following, held)
        if held or then:
            since, until = (at, edge) if held else (edge, following)
            found.append(Span(since=since, until=until))
        at, held = following, then
    return joined(found)


def _step(terms: Terms) -> timedelta:
    """So often that no edge of the scope lies between; by the sun, that none is missed.

    >>> from rollout.terms import read
    >>> _step(read({"site": "camp", "stage": "live", "hours": ["20:10-06:00"]}))
    datetime.timedelta(seconds=300)
    """
    if terms.sun:
        return SUN_STEP
    return timedelta(minutes=gcd(QUARTER, *(int(at[3:]) for span in terms.hours for at in span.split("-"))))


def _edge(holds: Callable[[datetime], bool], since: datetime, until: datetime, held: bool) -> datetime:
    """The minute between two moments at which the answer changes."""
    while until - since > EXACT:
        middle = since + (until - since) / 2
        since, until = (middle, until) if holds(middle) is held else (since, middle)
    return until


def _next_step(at: datetime, step: timedelta) -> datetime:
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour + step * ((at - hour) // step + 1)
