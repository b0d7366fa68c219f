"""A year of 100 sites, judged each week by the code of the verdicts: the whole command."""

import subprocess
import sys
import time

from bench.telling import tell


def main() -> None:
    """Print the seconds of `bearwatch simulate --sites 100 --weeks 52`."""
    words = ("simulate", "--sites", "100", "--weeks", "52", "--overlap", "0.6", "--json")
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "api.cli.main", *words], check=True, capture_output=True)
    tell(
        name="simulate-year-100-sites", value=time.perf_counter() - start, unit="s", against="limit",
        against_value=10.0, reach=1, more=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
