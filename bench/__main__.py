"""`python -m bench all` runs every benchmark and writes bench/results.md; with a NAME, that one alone."""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in ("__init__", "__main__", "telling"))


def run(name: str) -> list[dict[str, object]]:
    """One benchmark in a process of its own."""
    told = subprocess.run([sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, text=True, check=True)
    print(told.stdout, end="")
    return [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]


def table(figures: list[dict[str, object]]) -> str:
    """The figures as a page."""
    head = "# Benchmarks\n\nRatios of one run on one machine; `make bench` makes this page anew.\n\n"
    columns = ("name", "value", "unit", "against", "against_value", "ratio", "reach", "holds", "load")
    rows = [" | ".join(str(figure[column]) for column in columns) for figure in figures]
    return head + f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n" + "".join(f"| {row} |\n" for row in rows)


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    if wanted != "all":
        run(wanted)
    else:
        found = [figure for name in NAMES for figure in run(name)]
        (HERE / "results.md").write_text(table(found), encoding="utf-8")
