"""`evidence weigh` of a year of weeks, after the start of the command: reading, weighing and planning, imports
too.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.telling import tell

TIMES = 9
HEAD = "week,model_visits,model_hours,manual_visits,manual_hours"


def main() -> None:
    """Print the median of its time less that of a command that does nothing (`evidence weigh --help`)."""
    with TemporaryDirectory() as folder:
        table = Path(folder) / "weeks.csv"
        rows = [f"{week},{week % 4},168,{(week * 3) % 5},{40 + week % 3}" for week in range(1, 53)]
        table.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
        whole, start = (
            _seconds(["evidence", "weigh", str(table), "--json"]),
            _seconds(["evidence", "weigh", "--help"]),
        )
    tell(
        name="weigh-after-start",
        value=whole - start,
        unit="s",
        against="limit",
        against_value=0.3,
        reach=1,
        more=False,
    )


def _seconds(words: Sequence[str]) -> float:
    found = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "api.cli.main", *words], check=True, capture_output=True)
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


if __name__ == "__main__":
    main()
