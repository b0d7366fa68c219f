"""Comparison: two versions judged by the same visits. Pure.

Test: McNemar (1947), exact: of the visits on which the two disagree, as many as Bin(n, 1/2) gives; the mid-P beside
it for display. Interval of the difference of two paired shares: Newcombe, "Improved confidence intervals for the
difference between binomial proportions based on paired data" (Statistics in Medicine 17, 1998), method 10 (square and
add, with the correlation corrected for continuity).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from scipy import special

METHODS = {
    "test": "McNemar's exact test over the visits on which the two disagree (mid-P beside it)",
    "interval": "Newcombe 1998, method 10, for the difference of paired shares, 95%",
    "unit": "visit: one sequence, else one camera, else one picture; bears and other pictures of it apart",
}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What two versions made of one visit: whether each of them called it a bear."""

    visit: str
    bear: bool
    a: bool
    b: bool


@dataclass(frozen=True, kw_only=True)
class Table:
    """How many visits both, one, or neither of two versions called a bear."""

    both: int
    only_a: int
    only_b: int
    neither: int

    @property
    def n(self) -> int:
        """All of them."""
        return self.both + self.only_a + self.only_b + self.neither


def table(pairs: Iterable[Pair], *, bear: bool) -> Table:
    """The visits with bears, or those without, counted.

    >>> table([Pair(visit="1", bear=True, a=True, b=False), Pair(visit="2", bear=False, a=True, b=True)], bear=True)
    Table(both=0, only_a=1, only_b=0, neither=0)
    """
    found = [(pair.a, pair.b) for pair in pairs if pair.bear is bear]
    counts = [found.count(said) for said in ((True, True), (True, False), (False, True), (False, False))]
    return Table(both=counts[0], only_a=counts[1], only_b=counts[2], neither=counts[3])


def mcnemar(table: Table) -> tuple[float, float]:
    """Two-sided exact p and mid-P that the two find equally much.

    >>> [round(p, 6) for p in mcnemar(Table(both=101, only_a=80, only_b=59, neither=33))]
    [0.089452, 0.075551]
    >>> mcnemar(Table(both=4, only_a=0, only_b=0, neither=1))
    (1.0, 1.0)
    """
    disagree, fewer = table.only_a + table.only_b, min(table.only_a, table.only_b)
    if not disagree:
        return 1.0, 1.0
    below = float(special.bdtr(fewer, disagree, 0.5))
    return min(1.0, 2 * below), min(1.0, 2 * below - math.comb(disagree, fewer) / 2**disagree)


def difference(table: Table, *, level: float = 0.95) -> tuple[float, tuple[float, float]] | None:
    """Share of b minus share of a, with its interval; None without visits.

    The example is complete response before and after therapy in Fagerland, Lydersen and Laake, "Statistical analysis
    of contingency tables" (2017), chapter 8.

    >>> told = difference(Table(both=59, only_a=6, only_b=16, neither=80))
    >>> round(told[0], 4), [round(bound, 4) for bound in told[1]]
    (0.0621, [0.0046, 0.1186])
    """
    if not table.n:
        return None
    with_a, with_b = table.both + table.only_a, table.both + table.only_b
    p_a, p_b = with_a / table.n, with_b / table.n
    (low_a, high_a), (low_b, high_b) = (wilson(found, table.n, level=level) for found in (with_a, with_b))
    correlation = _correlation(table)
    below = _added(p_b - low_b, high_a - p_a, correlation)
    above = _added(high_b - p_b, p_a - low_a, correlation)
    return p_b - p_a, (max(-1.0, p_b - p_a - below), min(1.0, p_b - p_a + above))


def wilson(found: int, of: int, *, level: float = 0.95) -> tuple[float, float]:
    """Wilson's (1927) interval of a share. The example is Newcombe's (1998, table I).

    >>> [round(bound, 4) for bound in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if of == 0:
        return 0.0, 1.0
    z = float(special.ndtri((1 + level) / 2))
    middle, spread = found + z * z / 2, z * math.sqrt(found * (of - found) / of + z * z / 4)
    low, high = (middle - spread) / (of + z * z), (middle + spread) / (of + z * z)
    return (0.0 if found == 0 else low, 1.0 if found == of else high)


def _added(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(0.0, one * one + other * other - 2 * correlation * one * other))


def _correlation(table: Table) -> float:
    """Newcombe's phi: nought where a margin is empty; shrunk towards nought where it is positive."""
    with_a, with_b = table.both + table.only_a, table.both + table.only_b
    margins = with_a * (table.n - with_a) * with_b * (table.n - with_b)
    if not margins:
        return 0.0
    crossed = table.both * table.neither - table.only_a * table.only_b
    corrected = max(0.0, crossed - table.n / 2) if crossed > 0 else crossed
    return corrected / math.sqrt(margins)
