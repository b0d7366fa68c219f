"""Dispersion: whether counts vary more than chance, as they do where one bear makes several visits.

Independent extra variance breaks e-values: 5.7% of healthy sites are alarmed in a year at phi 1.4, 22% at 2.3.
Variation that both sides share, such as the season, does no harm. Counts of encounters a week, with equal exposure.
Index X2 = sum (x - mean)^2 / mean on chi2(k - 1), phi = X2 / (k - 1): Cochran, "Some methods for strengthening the
common chi-squared tests" (1954).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

CLUSTERED_PHI = 1.5
CLUSTERED_P = 0.05
EARLY_WEEKS = 8
EARLY_PHI = 2.0


@dataclass(frozen=True, kw_only=True)
class Index:
    """Pearson's X2 over its degrees of freedom: phi is 1 for chance alone. p: of an X2 as large by chance."""

    mean: float
    x2: float
    df: int
    phi: float
    p: float

    @property
    def clustered(self) -> bool:
        """Whether the counts come in clusters: count visits, not alerts; if still so, deflate."""
        return self.phi > CLUSTERED_PHI and self.p < CLUSTERED_P


def index(counts: Sequence[float]) -> Index | None:
    """Fisher's index of dispersion of counts with equal exposure; None for fewer than two, or nothing seen.

    >>> told = index([4, 0, 9, 1, 0, 12, 3, 1])
    >>> round(told.phi, 4), told.clustered
    (5.3143, True)
    """
    if len(counts) < 2 or sum(counts) == 0:
        return None
    mean = float(np.mean(counts))
    x2, df = float(sum((count - mean) ** 2 for count in counts) / mean), len(counts) - 1
    return Index(mean=mean, x2=x2, df=df, phi=x2 / df, p=float(special.chdtrc(df, x2)))


def between(model: Sequence[float], manual: Sequence[float], shares: Sequence[float] | None = None) -> float:
    """phi of the split between both sides: max(1, sum (a - b)^2 / sum (a + b)), at least 2 in the first 8 weeks.

    shares: the share of each week's encounters that the null gives to the model (1/2 each where exposures are equal):
    sum (a - n p)^2 / sum n p (1 - p), which is the same for p = 1/2. Season moves both sides and is not in it.

    >>> between([4] * 8, [4] * 8), between([9, 0] * 4, [0, 9] * 4), between([1], [1])
    (1.0, 9.0, 2.0)
    """
    a, b = np.asarray(model, float), np.asarray(manual, float)
    p = np.full(len(a), 0.5) if shares is None else np.asarray(shares, float)
    expected = float(((a + b) * p * (1 - p)).sum())
    found = float(((a - (a + b) * p) ** 2).sum()) / expected if expected else 1.0
    return max(found, EARLY_PHI if len(a) < EARLY_WEEKS else 1.0)
