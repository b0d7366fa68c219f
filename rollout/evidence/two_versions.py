"""Two versions on the same frames: tests that know that the frames of one visit belong together.

McNemar (1947) on discordant visits is in model/comparison.py. Here: with Yates' correction, for comparison; and where
a visit has several frames, the difference of its discordant frames is what counts: (sum D)^2 / sum D^2 (Obuchowski,
"On the comparison of correlated proportions for clustered data", 1998), and exactly by flipping the sign of each D.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

MOST_EXACT = 20
"""So many visits with a difference are flipped in every way; beyond, by random flips."""

FLIPS = 20_000


def corrected(only_a: int, only_b: int) -> tuple[float, float]:
    """Chi-square with continuity correction and its p; (0, 1) where the two never disagree.

    >>> [round(told, 5) for told in corrected(121, 59)]
    [20.67222, 1e-05]
    """
    if only_a + only_b == 0:
        return 0.0, 1.0
    found = max(0.0, abs(only_a - only_b) - 1.0) ** 2 / (only_a + only_b)
    return found, float(special.chdtrc(1, found))


@dataclass(frozen=True, kw_only=True)
class Clustered:
    """Chi-square and p as if every frame stood alone, by visits, and the exact p by flipping visits."""

    naive: float
    naive_p: float
    clustered: float
    clustered_p: float
    sign_flip_p: float


def by_visit(frames: Sequence[tuple[int, int]], *, seed: int = 0) -> Clustered | None:
    """frames: for each visit, how many only the new and how many only the old version found. None without any.

    >>> told = by_visit([(3, 0), (0, 1), (2, 2), (5, 0), (0, 0), (1, 0), (0, 2), (4, 1)])
    >>> round(told.naive_p, 4), round(told.clustered_p, 4), told.sign_flip_p
    (0.0495, 0.1985, 0.28125)
    """
    new, old = (sum(pair[place] for pair in frames) for place in (0, 1))
    if new + old == 0:
        return None
    gaps = np.array([one - other for one, other in frames if one != other], float)
    naive = (new - old) ** 2 / (new + old)
    clustered = float(gaps.sum() ** 2 / (gaps**2).sum()) if len(gaps) else 0.0
    return Clustered(
        naive=naive, naive_p=float(special.chdtrc(1, naive)), clustered=clustered,
        clustered_p=float(special.chdtrc(1, clustered)), sign_flip_p=_flipped(gaps, seed),
    )  # fmt: skip


def _flipped(gaps: "np.typing.NDArray[np.float64]", seed: int) -> float:
    if len(gaps) <= MOST_EXACT:
        signs = np.array(list(itertools.product((-1, 1), repeat=len(gaps))), float)
        return float((np.abs(signs @ gaps) >= abs(gaps.sum()) - 1e-9).mean())
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), (FLIPS, len(gaps)))
    return float(((np.abs(signs @ gaps) >= abs(gaps.sum()) - 1e-9).sum() + 1) / (FLIPS + 1))
