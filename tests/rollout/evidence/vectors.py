"""The reference cases, and how each is computed by the code: what each output is called there."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

COPY = Path(__file__).parents[2] / "data" / "stat_vectors.json"
SHARED = Path(__file__).parents[4] / "shared" / "reference" / "stat_vectors.json"
CASES: list[dict[str, Any]] = json.loads(COPY.read_text(encoding="utf-8"))["vectors"]


def number(value: Any) -> float:
    """inf is written as a text."""
    return math.inf if value == "inf" else float(value)


def same(found: Any, wanted: Any, *, rel: float, absolute: float = 0.0) -> bool:
    """Whether two values, lists or tables are the same to the precision given; every wanted key is asked for."""
    if isinstance(wanted, Mapping):
        return set(wanted) <= set(found) and all(
            same(found[key], value, rel=rel, absolute=absolute) for key, value in wanted.items()
        )
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return len(found) == len(wanted) and all(
            same(one, other, rel=rel, absolute=absolute) for one, other in zip(found, wanted, strict=True)
        )
    if wanted is None or (isinstance(wanted, str) and wanted != "inf"):
        return bool(found == wanted)
    return found is not None and math.isclose(found, number(wanted), rel_tol=rel, abs_tol=max(absolute, 1e-12))
