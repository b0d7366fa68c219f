"""Double observers: how many encounters both sides missed, from those that one or both saw.

n1 = both + model only, n2 = both + people only, m = both. Lincoln and Petersen N = n1 n2 / m; Chapman (1951)
N = (n1 + 1)(n2 + 1) / (m + 1) - 1. Interval: transformed logit (Sadinle, "Transformed logit confidence intervals for
small populations in single capture-recapture estimation", 2009), never below what was seen.

It holds only where the two were independent (blind), every encounter equally easy to see, and the matching right.
Easy bears are seen by both: then N is too low and both recalls are too high. So the row of dependence goes with it
always.
"""

import math
from dataclasses import dataclass

from scipy import special

from model.comparison import wilson
from rollout.evidence.rates import Interval

FEWEST_BOTH = 7
"""With fewer seen by both the total cannot be told (Robson and Regier, 1964)."""

DEPENDENCE = (1.0, 2.0, 4.0)


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Encounters seen by both, by the model only, and by people only."""

    both: int
    model_only: int
    manual_only: int

    @property
    def model(self) -> int:
        """All that the model saw."""
        return self.both + self.model_only

    @property
    def manual(self) -> int:
        """All that people saw."""
        return self.both + self.manual_only

    @property
    def seen(self) -> int:
        """All that anybody saw."""
        return self.both + self.model_only + self.manual_only

    @property
    def enough(self) -> bool:
        """Whether the total can be told."""
        return self.both >= FEWEST_BOTH

    def times(self, factor: float) -> "Pairs":
        """So many times the encounters, in whole ones."""
        counts = (self.both, self.model_only, self.manual_only)
        both, model_only, manual_only = (round(count * factor) for count in counts)
        return Pairs(both=both, model_only=model_only, manual_only=manual_only)


@dataclass(frozen=True, kw_only=True)
class Total:
    """Chapman's total with its standard error and three intervals; logit is the one to show.

    normal can fall below what was seen and is here for comparison; log_normal is on the number that nobody saw.
    lincoln_petersen is None where nothing was seen by both.
    """

    chapman: float
    variance: float
    lincoln_petersen: float | None
    logit: Interval
    log_normal: Interval
    normal: Interval

    @property
    def error(self) -> float:
        """The standard error of chapman."""
        return math.sqrt(self.variance)


def total(pairs: Pairs, *, level: float = 0.95) -> Total:
    """The number of encounters there were. Ask pairs.enough before it is shown.

    >>> told = total(Pairs(both=5, model_only=10, manual_only=5))
    >>> round(told.chapman, 2), [round(bound, 2) for bound in told.logit], told.lincoln_petersen
    (28.33, [21.94, 64.67], 30.0)
    """
    n1, n2, m = pairs.model, pairs.manual, pairs.both
    chapman = (n1 + 1) * (n2 + 1) / (m + 1) - 1
    variance = (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) ** 2 * (m + 2))
    z = float(special.ndtri((1 + level) / 2))
    reach = z * math.sqrt(variance)
    return Total(
        chapman=chapman, variance=variance, lincoln_petersen=n1 * n2 / m if m else None, logit=_logit(pairs, z),
        log_normal=_log_normal(pairs, chapman, variance, z), normal=(chapman - reach, chapman + reach),
    )  # fmt: skip


def _logit(pairs: Pairs, z: float) -> Interval:
    m, one, other = pairs.both + 0.5, pairs.model_only + 0.5, pairs.manual_only + 0.5
    unseen, spread = one * other / m, math.sqrt(1 / m + 1 / one + 1 / other + m / (one * other))
    low, high = (pairs.seen - 0.5 + unseen * math.exp(sign * z * spread) for sign in (-1, 1))
    return max(low, float(pairs.seen)), high


def _log_normal(pairs: Pairs, chapman: float, variance: float, z: float) -> Interval:
    unseen = chapman - pairs.seen
    if unseen <= 0 or variance == 0:
        return float(pairs.seen), float(pairs.seen)
    factor = math.exp(z * math.sqrt(math.log1p(variance / unseen**2)))
    return pairs.seen + unseen / factor, pairs.seen + unseen * factor


@dataclass(frozen=True, kw_only=True)
class Recall:
    """Share of what the other side saw that this side saw too, with Wilson's interval; None without any."""

    share: float | None
    interval: Interval


def recalls(pairs: Pairs, *, level: float = 0.95) -> tuple[Recall, Recall]:
    """Of the model among what people saw, and of people among what the model saw.

    >>> model, manual = recalls(Pairs(both=18, model_only=9, manual_only=6))
    >>> model.share, [round(bound, 3) for bound in model.interval], round(manual.share, 3)
    (0.75, [0.551, 0.88], 0.667)
    """
    return _recall(pairs.both, pairs.manual, level), _recall(pairs.both, pairs.model, level)


def _recall(found: int, of: int, level: float) -> Recall:
    return Recall(share=found / of if of else None, interval=wilson(found, of, level=level))


@dataclass(frozen=True, kw_only=True)
class Dependent:
    """What follows if the odds of seeing are phi times as high where the other side saw it too; 1: independent.

    unseen: encounters that nobody saw. Recalls are of all encounters, union of the two together.
    """

    phi: float
    unseen: float
    total: float
    recall_model: float
    recall_manual: float
    recall_union: float


def dependence(pairs: Pairs, *, phis: tuple[float, ...] = DEPENDENCE) -> list[Dependent]:
    """unseen = phi * model only * people only / both, for each phi; empty where nothing was seen by both.

    >>> [(row.phi, row.total, row.recall_model) for row in dependence(Pairs(both=18, model_only=9, manual_only=6))]
    [(1.0, 36.0, 0.75), (2.0, 39.0, 0.6923076923076923), (4.0, 45.0, 0.6)]
    """
    if pairs.both == 0:
        return []
    return [_dependent(pairs, phi) for phi in phis]


def _dependent(pairs: Pairs, phi: float) -> Dependent:
    unseen = phi * pairs.model_only * pairs.manual_only / pairs.both
    everything = pairs.seen + unseen
    return Dependent(
        phi=phi, unseen=unseen, total=everything, recall_model=pairs.model / everything,
        recall_manual=pairs.manual / everything, recall_union=pairs.seen / everything,
    )  # fmt: skip
