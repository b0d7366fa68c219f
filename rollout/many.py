"""Many: alarms and consistent weeks of many simulated sites at once, as `verdicts.judge` finds them one by one. Pure.

The same rows, windows and e-values over arrays; for sites whose both sides have the same hours every week, without
deflation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from rollout.evidence import eprocess, paired
from rollout.evidence.eprocess import ALARM
from rollout.evidence.tails import Floats
from rollout.simulation import Truth
from rollout.verdicts import Terms

Held = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """Counts: sites x weeks x (both, model only, people only). matched: whether the two sides are matched."""

    counts: Floats
    matched: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """Sites x weeks. alarm: alarm_up or alarm_down; consistent: that verdict, where no alarm comes before it."""

    alarm: Held
    consistent: Held


def draw(truth: Truth, weeks: int, sites: int, random: np.random.Generator) -> Drawn:
    """As `simulation.weeks` draws one site."""
    number = np.arange(1, weeks + 1)
    pace = truth.pace * (1 + truth.season * np.sin(2 * np.pi * number / 52))
    theta = np.array([truth.theta(int(week)) for week in number])
    shared = truth.overlap * pace * np.minimum(1.0, theta)
    shape = (sites, weeks)
    counts = (
        random.poisson(shared, shape), _count(theta * pace - shared, truth.dispersion, shape, random),
        _count(pace - shared, truth.dispersion, shape, random),
    )  # fmt: skip
    return Drawn(counts=np.stack(counts, axis=-1).astype(float), matched=truth.overlap > 0)


def _count(
    mean: Floats, dispersion: float, shape: tuple[int, int], random: np.random.Generator
) -> npt.NDArray[np.integer]:
    mean = np.broadcast_to(np.maximum(mean, 0.0), shape)
    if dispersion > 1:
        mean = random.gamma(np.maximum(mean, 1e-300) / (dispersion - 1), dispersion - 1)
    return np.asarray(random.poisson(mean))


def judge(drawn: Drawn, terms: Terms) -> Told:
    """Each week of each site by the weeks up to it."""
    reference = terms.reference
    both, model_only, manual_only = np.moveaxis(_last(drawn.counts, terms.window_weeks), -1, 0)
    model, manual = both + model_only, both + manual_only
    some = model + manual > 0
    low = some & (model <= reference.ratio / 2 * manual)
    high = some & (model >= reference.ratio * 2 * manual)
    alarm = np.zeros(low.shape, bool)
    for week in range(low.shape[1]):
        since = drawn.counts[:, : week + 1]
        for held, theta0, up in ((low, reference.low, False), (high, reference.high, True)):
            rows = held[:, week]
            alarm[rows, week] |= _late(since[rows], drawn.matched, theta0, up=up) >= ALARM
    evidence = _last(drawn.counts, terms.evidence_weeks)
    doubled = _log_e(evidence, drawn.matched, 2 * reference.ratio, up=False)
    halved = _log_e(evidence, drawn.matched, reference.ratio / 2, up=True)
    return Told(alarm=alarm, consistent=(doubled >= ALARM) & (halved >= ALARM) & ~alarm)


def _last(counts: Floats, weeks: int) -> Floats:
    """The sums of the last so many weeks."""
    summed = counts.cumsum(axis=1)
    summed[:, weeks:] -= summed[:, :-weeks].copy()
    return summed


def _late(counts: Floats, matched: bool, theta0: float, *, up: bool) -> Floats:
    """ln E of a change that may have begun in any week, as `late_change.mixture`."""
    since = _log_e(counts[:, ::-1].cumsum(axis=1)[:, ::-1], matched, theta0, up=up)
    starts = np.arange(1, counts.shape[1] + 1)
    weights = np.append(-np.log(starts * (starts + 1.0)), -np.log(len(starts) + 1.0))
    told = np.concatenate([since, np.zeros((len(since), 1))], axis=1) + weights
    return np.asarray(special.logsumexp(told, axis=1)) if len(told) else np.zeros(0)


def _log_e(counts: Floats, matched: bool, theta0: float, *, up: bool) -> Floats:
    """up: against a ratio of at most theta0; else of at least."""
    both, model_only, manual_only = np.moveaxis(counts, -1, 0)
    if matched:
        return (paired.at_most if up else paired.at_least)(both, model_only, manual_only, theta0)
    k, n = both + model_only, 2 * both + model_only + manual_only
    return (eprocess.at_most if up else eprocess.at_least)(k, n, theta0 / (1 + theta0))


def firsts(held: Held) -> Sequence[int | None]:
    """The first week of each site, from 1; None: never."""
    return [int(np.argmax(weeks)) + 1 if weeks.any() else None for weeks in held]
