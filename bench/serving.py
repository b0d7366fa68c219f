"""The serving processes together with the demo park: resident memory, and how quick `--help` is."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.telling import tell
from tests.servers import free_port

WARM_S = 60.0
MOST_MB, MOST_HELP_S = 800.0, 0.5


def main() -> None:
    """Print both figures."""
    bearwatch = Path(sys.executable).with_name("bearwatch")
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "BEARWATCH_DATA_DIR": folder, "BEARWATCH_DEMO_YEAR": "false"}
        command = [bearwatch, "up", "--demo", "--port", str(free_port())]
        running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(WARM_S)
            megabytes = resident_mb(running.pid)
        finally:
            running.terminate()
            running.wait(timeout=60)
    tell(
        name="serving-memory", value=megabytes, unit="MB resident, shared pages counted once",
        against="limit", against_value=MOST_MB, reach=1, more=False,
    )  # fmt: skip
    tell(
        name="help", value=min(_help_s(bearwatch) for _ in range(5)), unit="s", against="limit",
        against_value=MOST_HELP_S, reach=1, more=False,
    )  # fmt: skip


def resident_mb(pid: int) -> float:
    """All processes of a tree. A page that several share (PSS) counts once."""
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(_pss_kb(process.pid) for process in tree) / 1000


def _pss_kb(pid: int) -> int:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


def _help_s(bearwatch: Path) -> float:
    start = time.perf_counter()
    subprocess.run([bearwatch, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
