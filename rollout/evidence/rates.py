"""Rates: how many times as often the model sees something as people do, with exact limits.

Given both counts together, the model's is binomial with p = theta t1 / (theta t1 + t2), where theta is the ratio of
the rates and t1, t2 the hours. Limits of p (Clopper and Pearson, 1934; mid-P; Jeffreys) become limits of theta by
p / (1 - p) * t2 / t1. Decisions use the exact ones; mid-P is for display, Jeffreys a labelled smoother.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from rollout.evidence.tails import crossing

Interval = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Encounters of both sides and the hours in which each was exposed to them.

    No hours on a side: there is no comparison (a fault of the data), and every ratio is None or (0, inf).
    """

    model: float
    model_hours: float
    manual: float
    manual_hours: float

    @property
    def both_exposed(self) -> bool:
        """Whether there is anything to compare."""
        return self.model_hours > 0 and self.manual_hours > 0

    @property
    def n(self) -> float:
        """Encounters of both sides together."""
        return self.model + self.manual

    @property
    def ratio(self) -> float | None:
        """Model's rate through people's; inf where only the model saw any; None where nobody did, or without hours.

        >>> Rates(model=14, model_hours=168, manual=6, manual_hours=168).ratio
        2.3333333333333335
        """
        if not self.both_exposed or self.n == 0:
            return None
        if self.manual == 0:
            return math.inf
        return (self.model / self.model_hours) / (self.manual / self.manual_hours)

    def share_at(self, theta: float) -> float:
        """The share p of the encounters that are the model's where the ratio is theta."""
        return theta * self.model_hours / (theta * self.model_hours + self.manual_hours)

    def ratio_at(self, share: float) -> float:
        """The ratio theta at which p is share."""
        return math.inf if share >= 1 else share / (1 - share) * self.manual_hours / self.model_hours


def exact(rates: Rates, *, level: float = 0.95) -> Interval:
    """The exact interval of the ratio: Clopper and Pearson's, carried over. Never too narrow.

    >>> [round(bound, 4) for bound in exact(Rates(model=14, model_hours=168, manual=6, manual_hours=168))]
    [0.8423, 7.4082]
    >>> exact(Rates(model=0, model_hours=1, manual=0, manual_hours=1))
    (0.0, inf)
    """
    if not rates.both_exposed or rates.n == 0:
        return 0.0, math.inf
    tail, k, n = (1 - level) / 2, rates.model, rates.n
    low = 0.0 if k == 0 else float(special.betaincinv(k, n - k + 1, tail))
    high = 1.0 if k == n else float(special.betaincinv(k + 1, n - k, 1 - tail))
    return rates.ratio_at(low), rates.ratio_at(high)


def mid_p(rates: Rates, *, level: float = 0.95) -> Interval:
    """The mid-P interval of the ratio, for display: on average right, now and then a little narrow.

    >>> [round(bound, 4) for bound in mid_p(Rates(model=14, model_hours=168, manual=6, manual_hours=168))]
    [0.9127, 6.5996]
    """
    if not rates.both_exposed or rates.n == 0:
        return 0.0, math.inf
    tail, k, n = (1 - level) / 2, rates.model, rates.n
    low = 0.0 if k == 0 else crossing(lambda p: _above(k, n, p) - _point(k, n, p) / 2 - tail, 0.0, k / n)
    high = 1.0 if k == n else crossing(lambda p: _below(k, n, p) - _point(k, n, p) / 2 - tail, k / n, 1.0)
    return rates.ratio_at(low), rates.ratio_at(high)


def jeffreys(rates: Rates, *, level: float = 0.95) -> Interval:
    """Jeffreys' interval of the ratio: quantiles of Beta(x1 + 1/2, x2 + 1/2). A smoother, finite for a nought too.

    >>> [round(bound, 4) for bound in jeffreys(Rates(model=0, model_hours=168, manual=7, manual_hours=168))]
    [0.0001, 0.4133]
    """
    if not rates.both_exposed or rates.n == 0:
        return 0.0, math.inf
    tail, a, b = (1 - level) / 2, rates.model + 0.5, rates.manual + 0.5
    low, high = (float(special.betaincinv(a, b, at)) for at in (tail, 1 - tail))
    return rates.ratio_at(low), rates.ratio_at(high)


@dataclass(frozen=True, kw_only=True)
class Tests:
    """P values of H0: theta = theta0, exact and mid-P; less and greater are one-sided.

    central is twice the smaller one and agrees with the exact interval; least_likely sums what is no likelier than
    what was seen (R's poisson.test prints it), and can disagree with the interval.
    """

    less: float
    greater: float
    central: float
    least_likely: float
    mid_less: float
    mid_greater: float
    mid_central: float


def tests(rates: Rates, *, theta0: float = 1.0) -> Tests:
    """All p values of one null ratio; all 1 where nothing was seen or a side has no hours.

    >>> told = tests(Rates(model=14, model_hours=168, manual=6, manual_hours=168))
    >>> round(told.central, 4), round(told.mid_central, 4)
    (0.1153, 0.0784)
    """
    if not rates.both_exposed or rates.n == 0:
        return Tests(
            less=1.0, greater=1.0, central=1.0, least_likely=1.0, mid_less=1.0, mid_greater=1.0, mid_central=1.0
        )
    k, n, p = rates.model, rates.n, rates.share_at(theta0)
    less, greater, point = _below(k, n, p), _above(k, n, p), _point(k, n, p)
    mid_less, mid_greater = less - point / 2, greater - point / 2
    every = np.exp(_log_point(np.arange(n + 1), n, p))
    return Tests(
        less=less, greater=greater, central=min(1.0, 2 * min(less, greater)),
        least_likely=min(1.0, float(every[every <= point * (1 + 1e-7)].sum())), mid_less=mid_less,
        mid_greater=mid_greater, mid_central=min(1.0, 2 * min(mid_less, mid_greater)),
    )  # fmt: skip


def equivalence(rates: Rates, *, factor: float = 2.0) -> tuple[float, float, float]:
    """Two one-sided tests: p of theta >= factor, p of theta <= 1 / factor, and the larger, which decides.

    Schuirmann, "A comparison of the two one-sided tests procedure" (1987).

    >>> [round(p, 4) for p in equivalence(Rates(model=120, model_hours=1000, manual=60, manual_hours=1000))]
    [0.528, 0.0, 0.528]
    """
    upper, lower = tests(rates, theta0=factor).less, tests(rates, theta0=1 / factor).greater
    return upper, lower, max(upper, lower)


def _below(k: float, n: float, p: float) -> float:
    """P(X <= k)."""
    return 1.0 if k >= n else float(special.betaincc(k + 1, n - k, p))


def _above(k: float, n: float, p: float) -> float:
    """P(X >= k)."""
    return 1.0 if k <= 0 else float(special.betainc(k, n - k + 1, p))


def _point(k: float, n: float, p: float) -> float:
    return float(np.exp(_log_point(np.asarray(k), n, p)))


def _log_point(k: "np.typing.NDArray[np.number]", n: float, p: float) -> "np.typing.NDArray[np.float64]":
    ways = -np.log(n + 1) - special.betaln(n - k + 1, k + 1)
    return np.asarray(ways + special.xlogy(k, p) + special.xlog1py(n - k, -p))
