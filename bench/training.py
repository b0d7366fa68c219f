"""Training from the shared pictures to a bundle, by the command: how long it takes on two cores, and its peak memory.

`python -m bench.training` takes every photograph and the recipe's epochs; `--epochs N --pictures N` (of each label)
takes fewer.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.telling import SHARED, tell

CORES = 2
MOST_MINUTES = 30
MOST_MEGABYTES = 4096
LEFT_OUT = ("polar",)
"""Labels of the shared pictures that the product keeps for judging what it does not know."""


def main() -> None:
    """Print minutes and megabytes."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--epochs", type=int, default=0)
    asked.add_argument("--pictures", type=int, default=0)
    said = asked.parse_args()
    if not SHARED.is_dir():
        print(f"skipped: {SHARED} is not there, and no picture for training ships", file=sys.stderr)
        return
    with TemporaryDirectory() as place:
        data = Path(place) / "data"
        count = _linked(data, said.pictures)
        words = [
            sys.executable, "-m", "api.cli.main", "model", "train", data, "--out", Path(place) / "run", "--weights",
            SHARED / "weights" / "mobilenet_v2_recovered.npz", "--threads", CORES,
        ]  # fmt: skip
        words += ["--epochs", said.epochs] if said.epochs else []
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
        start = time.monotonic()
        subprocess.run(list(map(str, words)), check=True, stdout=sys.stderr)
        minutes = (time.monotonic() - start) / 60
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    name = f"training of {count} pictures" + (f", {said.epochs} epochs" if said.epochs else "")
    for what, value, unit, most in (
        ("time", minutes, "minutes", MOST_MINUTES), ("peak memory", peak, "MB", MOST_MEGABYTES),
    ):  # fmt: skip
        tell(
            name=f"{name}: {what} on {CORES} cores", value=value, unit=unit, against="at most", against_value=most,
            reach=1, more=False,
        )  # fmt: skip


def _linked(data: Path, most: int) -> int:
    """Folders of labels that point at the shared photographs; gives how many there are."""
    count = 0
    for label in sorted(place for place in (SHARED / "images").iterdir() if place.name not in LEFT_OUT):
        (data / label.name).mkdir(parents=True)
        for path in sorted(label.iterdir())[: most or None]:
            (data / label.name / path.name).symlink_to(path)
            count += 1
    return count


if __name__ == "__main__":
    main()
