"""One rate: the limits of a single count through its exposure, for the side that stands alone.

Garwood (1936): lower chi2(alpha/2; 2x) / 2t, upper chi2(1 - alpha/2; 2x + 2) / 2t, exact. Nothing seen in t hours
still allows up to 3.6889 / t (two-sided) or 2.9957 / t (one-sided).
"""

import math

from scipy import special


def limits(count: int, exposure: float, *, level: float = 0.95) -> tuple[float, float]:
    """Exact limits of a rate per unit of exposure (hours, weeks); (0, inf) without exposure.

    >>> [round(bound, 4) for bound in limits(10, 1)], round(limits(0, 168)[1], 6)
    ([4.7954, 18.3904], 0.021958)
    """
    if exposure <= 0:
        return 0.0, math.inf
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(special.gammaincinv(count, tail))
    return low / exposure, float(special.gammainccinv(count + 1, tail)) / exposure


def upper(count: int, exposure: float, *, level: float = 0.95) -> float:
    """The one-sided upper limit.

    >>> round(upper(0, 1), 4)
    2.9957
    """
    return math.inf if exposure <= 0 else float(special.gammainccinv(count + 1, 1 - level)) / exposure
