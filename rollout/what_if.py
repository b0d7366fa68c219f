"""What if: how the verdicts do at one site as it is watched now, and with more watching. Pure.

Three questions, each of two hundred simulated years: alarmed for nothing, weeks until a doubling shows, and a wrong
"consistent" of a model at half. Then the same with more hours, so that it shows which lever matters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from rollout import many
from rollout.evidence import reference
from rollout.evidence.reference import Reference
from rollout.evidence.weeks import Week
from rollout.simulation import NIGHT_HOURS, WEEK_HOURS, Truth
from rollout.verdicts import Terms

SITES = 200
WEEKS = 52
DESK_HOURS = 84.0
FIRST_HOURS = 20.0
"""Night hours a week where nobody watches yet."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """What is simulated of a site. reference: what its ratio is judged by; measured: read off what was counted."""

    name: str
    truth: Truth
    reference: Reference
    measured: bool = False


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Of a hundred such sites in a year: alarmed with nothing wrong; called consistent though the model sees half.

    doubling_median, doubling_p90: weeks from a doubling in the first week until half, and nine in ten, of the sites
    are alarmed; None: not in the year. doubling_found: of a hundred. consistent_median: week in which half of the
    healthy sites are called consistent.
    """

    alarmed_for_nothing_in_100: float
    doubling_median: int | None
    doubling_p90: int | None
    doubling_found_in_100: float
    consistent_wrongly_in_100: float
    consistent_median: int | None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One way to watch. watch_hours: blind hours a week; pace: encounters a week that each side sees in them."""

    name: str
    says: str
    watch_hours: float
    pace: float
    answers: Answers


def rows(truth: Truth, terms: Terms, *, seed: int) -> tuple[Row, ...]:
    """As now first, then with each lever. The same random numbers serve every row."""
    healthy = replace(truth, ratio=1.0, change_week=None)
    return tuple(
        Row(
            name=name,
            says=says,
            watch_hours=then.watch_hours,
            pace=then.pace,
            answers=answers(then, terms, seed=seed),
        )
        for name, says, then in _ways(healthy)
    )


def answers(truth: Truth, terms: Terms, *, seed: int) -> Answers:
    """truth: a healthy site."""
    well = _told(truth, terms, seed)
    double = many.firsts(_told(replace(truth, ratio=2.0, change_week=1), terms, seed).alarm)
    half = _told(replace(truth, ratio=0.5, change_week=1), terms, seed)
    return Answers(
        alarmed_for_nothing_in_100=_in_100(well.alarm),
        doubling_median=_by(double, 0.5), doubling_p90=_by(double, 0.9),
        doubling_found_in_100=100 * sum(week is not None for week in double) / SITES,
        consistent_wrongly_in_100=_in_100(half.consistent), consistent_median=_by(many.firsts(well.consistent), 0.5),
    )  # fmt: skip


def accepted(truth: Truth, weeks: int | None) -> Reference:
    """The reference that so many weeks of a healthy site give on the average; one to one where they are too few."""
    seen = truth.pace * (weeks or 0)
    week = Week(
        name="", model=round(seen * truth.start), model_hours=1.0, manual=round(seen), manual_hours=1.0
    )  # fmt: skip
    return reference.propose([week]).reference or Reference()


def best(some: tuple[Row, ...]) -> Row | None:
    """The lever that shows a doubling soonest; None where none is sooner than now."""
    now, *then = some
    first = min(then, key=_late, default=None)
    return first if first is not None and _late(first) < _late(now) else None


def _late(row: Row) -> tuple[float, float]:
    told = row.answers
    return (float("inf") if told.doubling_median is None else told.doubling_median, -told.doubling_found_in_100)


def _told(truth: Truth, terms: Terms, seed: int) -> many.Told:
    return many.judge(many.draw(truth, WEEKS, SITES, np.random.default_rng(seed)), terms)


def _ways(truth: Truth) -> Iterator[tuple[str, str, Truth]]:
    yield "now", "as it is watched now", truth
    twice = min(WEEK_HOURS, 2 * truth.watch_hours)
    yield "twice_blind_hours", f"{twice:g} blind hours a week", replace(truth, watch_hours=twice)
    desk = truth if truth.watch_hours >= DESK_HOURS else replace(truth, watch_hours=DESK_HOURS, night_watch=0.5)
    yield "desk_watch", f"a desk watch through {DESK_HOURS:g} recorded hours a week, by day and night alike", desk
    night = truth.watch_hours * truth.night_watch
    more = min(NIGHT_HOURS - night, truth.watch_hours or FIRST_HOURS)
    hours = truth.watch_hours + max(0.0, more)
    then = replace(truth, watch_hours=hours, night_watch=(night + max(0.0, more)) / hours if hours else 0.0)
    yield "night_watch", f"{max(0.0, more):g} more blind hours a week at night", then


def _in_100(held: many.Held) -> float:
    return 100 * float(held.any(axis=1).mean())


def _by(weeks: Sequence[int | None], share: float) -> int | None:
    """By when so large a share of all the sites was there."""
    found = sorted(week for week in weeks if week is not None)
    place = ceil(share * len(weeks)) - 1
    return found[place] if place < len(found) else None
