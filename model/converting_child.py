"""The process that opens a fastai export.pkl, and nothing else. It ends with the conversion.

Started as `python -m model.converting_child JSON` by model.convert; what it found goes to the file that JSON names.
"""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

from model.vision import declare
from store.errors import BearwatchError


def main(told: dict[str, Any]) -> None:
    """Convert, and write the report or the fault."""
    warnings.simplefilter("ignore")
    declare()
    from model import converting

    try:
        document = converting.convert(converting.Wanted(**told))
    except BearwatchError as fault:
        document = {"fault": fault.detail}
    except MemoryError:
        document = {"fault": "the memory is used up: close other programs, or use a larger machine"}
    except Exception as fault:
        document = {"fault": _last_resort(fault)}
    Path(told["answer"]).write_text(json.dumps(document), encoding="utf-8")


def _last_resort(fault: Exception) -> str:
    said = next(iter(str(fault).strip().splitlines()), "no more is said")[:200]
    return (
        f"it cannot be converted ({type(fault).__name__}: {said}): open it with fastai's load_learner yourself, mend "
        "what that says, and export it again"
    )


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
