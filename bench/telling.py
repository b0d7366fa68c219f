"""How a benchmark tells its figure: one JSON line."""

import json
import os
from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared" / "data"


def tell(*, name: str, value: float, unit: str, against: str, against_value: float, reach: float, more: bool) -> None:
    """Print one figure. reach: the ratio that is wanted; more: whether a larger ratio is better."""
    ratio = value / against_value
    told = {
        "name": name, "value": round(value, 4), "unit": unit, "against": against,
        "against_value": round(against_value, 4), "ratio": round(ratio, 4), "reach": reach,
        "holds": ratio >= reach if more else ratio <= reach, "load": round(os.getloadavg()[0], 2),
    }  # fmt: skip
    print(json.dumps(told), flush=True)
