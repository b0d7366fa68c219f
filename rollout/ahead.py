"""Ahead: in how many weeks each item of the gate to live would hold at a site's pace, over many draws. Pure.

Each draw of `draws` is judged by the items of `gates`, week by week: the first week in which an item holds, and the
first in which all do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from model.evaluation import interval
from rollout import draws
from rollout.draws import GRID, Held, Lot, Range
from rollout.evidence import eprocess, paired
from rollout.evidence.eprocess import ALARM
from rollout.evidence.observers import Pairs
from rollout.evidence.tails import Floats
from rollout.gates import Needs
from rollout.pace import Light, Pace, Reviews

EVIDENCE_WEEKS = 26
TAIL = 0.025
WITHIN = (13, 26, 52)
"""Weeks for which the share of the draws is told."""


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """An item. light None: of the whole site. has, weeks None: nobody can tell, there is no pace."""

    what: str
    light: str | None
    has: float | None
    needs: float
    met: bool
    weeks: Range | None

    @property
    def named(self) -> str:
        """As the exit checklist calls it."""
        return f"{self.what} by {self.light}" if self.light else self.what


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a pace goes on. weeks: until every item holds, None without a pace. share: of the draws in which they do
    within so many weeks. held_up_by: the item that holds last. consistent: when the drift reports would say so.
    """

    items: tuple[Ahead, ...]
    weeks: Range | None
    share: Mapping[int, float]
    held_up_by: str | None
    consistent: Range | None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Judged:
    """An item, and whether it holds: draws x weeks."""

    told: Ahead
    held: Held


def course(pace: Pace, needs: Needs, lot: Lot | None = None) -> Course:
    """When the evidence for going live suffices."""
    lot = lot or Lot()
    known = {light.name: draws.better(light, pace, lot) for light in pace.lights if light.known}
    judged = [
        one for light in pace.lights if light.known for one in _of_light(light, known[light.name], pace, needs, lot)
    ]
    judged += _of_reviews(pace.reviews, needs, lot) if pace.reviews.known else []
    blank = _without_pace(pace, needs)
    first = None if blank else draws.first(np.all([one.held for one in judged], axis=0))
    return Course(
        items=(*(one.told for one in judged), *blank), weeks=None if first is None else draws.ranged(first),
        share={} if first is None else {weeks: float(np.mean(first <= weeks)) for weeks in WITHIN},
        held_up_by=blank[0].named if blank else _slowest(judged),
        consistent=_consistent(pace, known) if len(known) == len(pace.lights) else None,
    )  # fmt: skip


def _of_light(light: Light, counts: Floats, pace: Pace, needs: Needs, lot: Lot) -> list[_Judged]:
    both, model_only, manual_only = np.moveaxis(counts, -1, 0)
    seen = both + model_only + manual_only + (0 if pace.matched else both)
    hours = np.tile(draws.most_hours(light, pace), (lot.draws, 1))
    evidence = not_halved(counts, matched=pace.matched) + _pooled(light, pace, lot)
    strong = evidence >= ALARM
    if pace.matched:
        strong |= recall_holds(counts, needs.recall_lower)
    found = [
        _counted("encounters", light.name, seen, needs.min_encounters),
        _counted("matched hours", light.name, hours, needs.min_matched_hours),
        _judged("not halved, ln E", light.name, float(evidence[0, 0]), ALARM, strong),
    ]
    return [*found, _counted("seen by both", light.name, both, needs.min_both)] if pace.matched else found


def _pooled(light: Light, pace: Pace, lot: Lot) -> Floats:
    """ln E of the like sites: the product over strata (statistics C2), each site's own least numbers standing."""
    every = [
        not_halved(
            draws.better(one, pace, Lot(seed=lot.seed, draws=lot.draws, like=like)), matched=pace.matched
        )
        for like, lights in enumerate(pace.likes, 1) for one in lights if one.name == light.name and one.known
    ]  # fmt: skip
    return np.asarray(sum(every, np.zeros((1, len(GRID)))))


def _of_reviews(told: Reviews, needs: Needs, lot: Lot) -> list[_Judged]:
    every, bears = draws.answers(told, lot)
    sure = (bears > 0) & _limit_holds(np.maximum(bears, 1), every - bears, needs.precision_lower)
    now = interval(told.bears, told.bears + told.others)[0] if told.bears else 0.0
    return [
        _counted("reviewed alerts", None, every, needs.trial_reviewed),
        _judged("precision, exact lower limit", None, now, needs.precision_lower, sure),
    ]


def _counted(what: str, light: str | None, has: Floats, least: float) -> _Judged:
    return _judged(what, light, float(has[0, 0]), least, has >= least)


def _judged(what: str, light: str | None, has: float, least: float, held: Held) -> _Judged:
    told = Ahead(
        what=what, light=light, has=has, needs=float(least), met=bool(held[0, 0]),
        weeks=draws.ranged(draws.first(held)),
    )  # fmt: skip
    return _Judged(told=told, held=held)


def _without_pace(pace: Pace, needs: Needs) -> list[Ahead]:
    """Of which nobody can tell: one item for each light in which nobody has watched, and for a trial to come."""
    blank = {light.name: needs.min_matched_hours for light in pace.lights if not light.known}
    found = [
        Ahead(what="matched hours", light=name, has=None, needs=least, met=False, weeks=None)
        for name, least in blank.items()
    ]
    if not pace.reviews.known:
        told = Ahead(
            what="reviewed alerts", light=None, has=None, needs=needs.trial_reviewed, met=False, weeks=None
        )  # fmt: skip
        found.append(told)
    return found


def not_halved(counts: Floats, *, matched: bool) -> Floats:
    """ln E against a ratio of half or less, both sides having the same hours. Last axis: both, model only, people
    only.
    """
    both, model_only, manual_only = np.moveaxis(counts, -1, 0)
    if matched:
        return paired.at_most(both, model_only, manual_only, 0.5)
    model, people = both + model_only, both + manual_only
    return eprocess.at_most(model, model + people, 1 / 3)


def recall_holds(counts: Floats, least: float) -> Held:
    """Whether `gates.recall_lower` is so high, of many at once: the limit's tail is looked up, not sought.

    >>> told = np.array([18.0, 9.0, 6.0])  # its limit is 0.492
    >>> bool(recall_holds(told, 0.49)), bool(recall_holds(told, 0.5))
    (True, False)
    """
    both, model_only, manual_only = np.moveaxis(np.asarray(counts, float), -1, 0)
    some = np.maximum(both, 1.0)
    unseen, seen = model_only * manual_only / some, both + model_only + manual_only
    needed = least * (seen + 2 * unseen) / np.maximum(seen + unseen, 1.0)
    return np.asarray((both > 0) & _limit_holds(some, manual_only, needed))


def _limit_holds(found: Floats, rest: Floats, least: Floats | float) -> Held:
    """Whether the exact lower limit of a share (Clopper and Pearson) is so high; found is one or more."""
    low = np.minimum(least, 1.0)
    return np.asarray((special.betainc(found, rest + 1, low) <= TAIL) & (np.asarray(least) < 1))


def _consistent(pace: Pace, known: Mapping[str, Floats]) -> Range:
    """Both a doubling and a halving of the reference refuted over the last half-year."""
    now = np.asarray(sum(known.values(), np.zeros((1, 1, 3))))
    ago = np.searchsorted(GRID, np.maximum(GRID - EVIDENCE_WEEKS, 0))
    inside = now - now[:, ago, :]
    window = np.where((GRID >= EVIDENCE_WEEKS)[None, :, None], inside, inside + _kept(pace.lights))
    both, model_only, manual_only = np.moveaxis(window, -1, 0)
    low, high = pace.reference / 2, pace.reference * 2
    if pace.matched:
        doubled = paired.at_least(both, model_only, manual_only, high)
        halved = paired.at_most(both, model_only, manual_only, low)
    else:
        k, n = both + model_only, 2 * both + model_only + manual_only
        doubled, halved = eprocess.at_least(k, n, high / (1 + high)), eprocess.at_most(k, n, low / (1 + low))
    return draws.ranged(draws.first(np.minimum(doubled, halved) >= ALARM))


def _kept(lights: Sequence[Light]) -> Floats:
    """Weeks x 3: of what there is so far, how much is in the window still in each week of the grid."""
    kept = np.zeros((len(GRID), 3))
    for light in lights:
        table = np.array([_triple(week.pairs) for week in light.measured.weeks], float).reshape(-1, 3)
        for place, weeks in enumerate(GRID[GRID < EVIDENCE_WEEKS]):
            kept[place] += table[max(0, len(table) - (EVIDENCE_WEEKS - weeks)) :].sum(axis=0)
    return kept


def _triple(pairs: Pairs | None) -> tuple[int, int, int]:
    return (pairs.both, pairs.model_only, pairs.manual_only) if pairs else (0, 0, 0)


def _slowest(judged: Sequence[_Judged]) -> str | None:
    """The open item with the latest mean, what never comes counted as four years."""
    open_ones = [one for one in judged if not one.told.met]
    if not open_ones:
        return None
    last = max(open_ones, key=lambda one: float(np.minimum(draws.first(one.held), 2.0 * GRID[-1]).mean()))
    return last.told.named
