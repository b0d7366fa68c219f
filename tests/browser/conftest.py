"""A running demo park for the browser to look at."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chromium import wait_until_ready
from tests.servers import free_port


@dataclass(frozen=True)
class Running:
    """`bearwatch up --demo` in a folder of its own."""

    url: str
    folder: Path
    passwords: dict[str, str]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo park, for every browser test."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    command = [sys.executable, "-m", "api.cli.main", "up", "--demo", "--port", str(port)]
    environment = {**os.environ, "BEARWATCH_DATA_DIR": str(folder)}
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url, process)
        told = (folder / "demo-sign-ins.txt").read_text().splitlines()
        yield Running(url, folder, dict(line.split(" ", 1) for line in told))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
    assert process.returncode == 0
