"""Agreement: how far two people who answered the same items agree beyond chance.

Cohen (1960): kappa = (po - pe) / (1 - pe), po the share on which they agree, pe what their own habits give by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """n items, the share agreed on, the share that chance gives, and kappa; None where chance alone gives all."""

    n: int
    observed: float
    expected: float
    kappa: float | None


def kappa(table: Sequence[Sequence[int]]) -> Agreement | None:
    """table: rows are the first person's answers, columns the second's, in one order. None without an item.

    >>> told = kappa([[20, 5], [10, 15]])
    >>> told.observed, told.expected, round(told.kappa, 2)
    (0.7, 0.5, 0.4)
    >>> kappa([[9, 0], [0, 0]]).kappa is None
    True
    """
    n = sum(map(sum, table))
    if not n:
        return None
    observed = sum(table[place][place] for place in range(len(table))) / n
    columns = [sum(row[place] for row in table) for place in range(len(table))]
    expected = sum(sum(row) * column for row, column in zip(table, columns, strict=True)) / n**2
    beyond = (observed - expected) / (1 - expected) if expected < 1 else None
    return Agreement(n=n, observed=observed, expected=expected, kappa=beyond)
