"""Audit of what raised no alert: bears missed, from a random sample of the rest with its chances of being drawn.

Strata by score: N_h intervals, n_h drawn, y_h bears: M = sum N_h y_h / n_h, variance sum N_h^2 (1 - n_h/N_h)
p_h (1 - p_h) / (n_h - 1), recall TP / (TP + M) (Cochran, "Sampling techniques", 1977). A stratum in which no bear was
found adds no variance and yet may hide the most: its exact upper limit is told beside. Where each item has its own
stored chance pi, the sum is y / pi (Horvitz and Thompson, 1952).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy import special

from model.evaluation import interval

FLOOR = 100
"""So many are drawn from the lowest stratum at least."""


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """Intervals of camera time with like scores: how many there are, how many were drawn, and the bears in these."""

    name: str
    size: int
    drawn: int
    bears: int


@dataclass(frozen=True, kw_only=True)
class Missed:
    """Bears without an alert, and the recall that follows.

    upper, upper_one_sided: what the strata without a bear may hide by themselves (95%); inf where one was never
    drawn.
    """

    missed: float
    error: float
    recall: float | None
    upper: float
    upper_one_sided: float


def missed(strata: Sequence[Stratum], found: int) -> Missed:
    """found: true alerts, confirmed.

    >>> low = Stratum(name="low", size=90000, drawn=300, bears=0)
    >>> middle = Stratum(name="middle", size=6000, drawn=300, bears=1)
    >>> told = missed([low, middle], 160)
    >>> told.missed, round(told.upper), round(told.upper_one_sided)
    (20.0, 1100, 894)
    """
    most, one_sided = 0.0, 0.0
    for one in strata:
        if one.bears == 0:
            most += one.size * interval(0, one.drawn)[1]
            one_sided += one.size * interval(0, one.drawn, level=0.90)[1]
    estimate = sum(one.size * one.bears / one.drawn for one in strata if one.drawn)
    never = any(one.drawn == 0 and one.size for one in strata)
    return Missed(
        missed=estimate, error=math.sqrt(sum(map(_variance, strata))),
        recall=found / (found + estimate) if found + estimate else None,
        upper=math.inf if never else most, upper_one_sided=math.inf if never else one_sided,
    )  # fmt: skip


def _variance(one: Stratum) -> float:
    if one.drawn < 2:
        return 0.0
    p = one.bears / one.drawn
    return one.size**2 * (1 - one.drawn / one.size) * p * (1 - p) / (one.drawn - 1)


def weighted(items: Iterable[tuple[bool, float]]) -> float:
    """Bears in all, from (bear or not, its chance of being drawn) of each drawn item. Raises ValueError for a chance
    outside (0, 1].

    >>> weighted([(True, 0.01), (False, 0.01), (True, 0.5)])
    102.0
    """
    total = 0.0
    for bear, chance in items:
        if not 0 < chance <= 1:
            raise ValueError(f"a chance of being drawn is above 0 and at most 1, not {chance}")
        total += bear / chance
    return total


def upper(found: int, drawn: int) -> float:
    """One-sided 95% limit of a share; for none found nearly 3 / drawn, the rule of three.

    >>> round(upper(0, 300), 6)
    0.009936
    """
    return 1.0 if found >= drawn else float(special.betaincinv(found + 1, drawn - found, 0.95))


def allocation(sizes: Sequence[int], shares: Sequence[float], draws: int) -> list[int]:
    """How many to draw of each stratum, lowest score first: Neyman's N_h sqrt(p_h (1 - p_h)), and a floor for the
    lowest. shares: bears expected in each.

    >>> allocation([90000, 6000, 800], [0.0005, 0.01, 0.1], 500)
    [354, 105, 43]
    """
    weights = [size * math.sqrt(share * (1 - share)) for size, share in zip(sizes, shares, strict=True)]
    whole = sum(weights)
    wanted = [math.ceil(draws * weight / whole) if whole else 0 for weight in weights]
    wanted = [max(FLOOR, wanted[0]), *wanted[1:]] if wanted else []
    return [min(size, many) for size, many in zip(sizes, wanted, strict=True)]
