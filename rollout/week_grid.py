"""Week grid: a rule's scope as a week of hours in site time, with the holes in its duty cover. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rollout import scope_hours, stages
from rollout.scope_hours import Place
from rollout.stages import DAY_MINUTES
from rollout.terms import WEEKDAYS, Terms

SUN_STEP = 10
"""Minutes: how finely a scope by the sun is looked at."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One hour of one weekday: minutes in scope, and how many of these have nobody on duty."""

    scoped: int
    uncovered: int


def of(terms: Terms, duties: Sequence[str | None], place: Place, *, week_of: date) -> tuple[tuple[Cell, ...], ...]:
    """Seven rows from Monday, each of 24 cells. A scope by the sun is that of the week of a day."""
    scoped = _by_sun(terms, place, week_of) if terms.sun else stages.minutes(terms.weekdays, terms.hours)
    covered = stages.covered_minutes(duties)
    return tuple(
        tuple(_cell(scoped, covered, day * DAY_MINUTES + hour * 60) for hour in range(24)) for day in range(7)
    )


def holes(minutes: frozenset[int]) -> str:
    """Minutes of a week in words: the spans, in their order.

    >>> holes(frozenset([0, 1, 2, 1440]))
    'mon 00:00-00:03, tue 00:00-00:01'
    """
    spans: list[list[int]] = []
    for minute in sorted(minutes):
        if spans and minute == spans[-1][1] and minute % DAY_MINUTES:
            spans[-1][1] = minute + 1
        else:
            spans.append([minute, minute + 1])
    said = [f"{WEEKDAYS[first // DAY_MINUTES]} {_clock(first)}-{_clock(last, end=True)}" for first, last in spans]
    more = f" and {len(said) - 7} more" if len(said) > 7 else ""
    return ", ".join(said[:7]) + more


def _clock(minute: int, *, end: bool = False) -> str:
    of_day = minute % DAY_MINUTES
    return "24:00" if end and of_day == 0 else f"{of_day // 60:02}:{of_day % 60:02}"


def _cell(scoped: frozenset[int], covered: frozenset[int], first: int) -> Cell:
    hour = scoped.intersection(range(first, first + 60))
    return Cell(scoped=len(hour), uncovered=len(hour - covered))


def _by_sun(terms: Terms, place: Place, week_of: date) -> frozenset[int]:
    monday = datetime.combine(week_of - timedelta(days=week_of.weekday()), time(), place.zone)
    return frozenset(
        minute + more
        for minute in range(0, 7 * DAY_MINUTES, SUN_STEP)
        if scope_hours.holds(terms, place, monday + timedelta(minutes=minute + SUN_STEP / 2))
        for more in range(SUN_STEP)
    )
