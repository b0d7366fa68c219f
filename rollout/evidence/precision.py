"""Precision: of the visits that people reviewed, the share that were bears; unsure is a class of its own.

Bounds: all unsure ones no bear, all of them bears. Wilson (1927) for display, Clopper and Pearson (1934) for gates,
Jeffreys beside them. Of reviewed visits only: where only high scores are reviewed, see verification.py.
"""

from dataclasses import dataclass

from scipy import special

from model.comparison import wilson
from model.evaluation import interval
from rollout.evidence.rates import Interval


def jeffreys(found: int, of: int, *, level: float = 0.95) -> Interval:
    """Jeffreys' interval of a share: quantiles of Beta(found + 1/2, rest + 1/2); up to the edge for none and for all.

    >>> [round(bound, 4) for bound in jeffreys(47, 52)]
    [0.802, 0.9624]
    """
    if of == 0:
        return 0.0, 1.0
    tail, a, b = (1 - level) / 2, found + 0.5, of - found + 0.5
    low, high = float(special.betaincinv(a, b, tail)), float(special.betaincinv(a, b, 1 - tail))
    return (0.0 if found == 0 else low), (1.0 if found == of else high)


@dataclass(frozen=True, kw_only=True)
class Precision:
    """share: of those with a clear answer, None without any. low, high: with every unsure one no bear, or a bear.

    wilson is for display; exact is for gates and counts every unsure one as no bear.
    """

    reviewed: int
    unsure: int
    share: float | None
    low: float | None
    high: float | None
    wilson: Interval
    exact: Interval


def precision(confirmed: int, rejected: int, unsure: int = 0, *, level: float = 0.95) -> Precision:
    """From the answers of reviews, one a visit.

    >>> told = precision(47, 5)
    >>> round(told.share, 4), [round(bound, 4) for bound in told.wilson]
    (0.9038, [0.7939, 0.9582])
    >>> told = precision(47, 5, 3)
    >>> round(told.low, 3), round(told.high, 3)
    (0.855, 0.909)
    """
    clear = confirmed + rejected
    every = clear + unsure
    return Precision(
        reviewed=every, unsure=unsure, share=confirmed / clear if clear else None,
        low=confirmed / every if every else None, high=(confirmed + unsure) / every if every else None,
        wilson=wilson(confirmed, clear, level=level), exact=interval(confirmed, every, level=level),
    )  # fmt: skip
