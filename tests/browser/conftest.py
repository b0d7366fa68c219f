"""A running demo park for the browser to look at."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import sign_in, wait_until_ready
from tests.servers import free_port


@dataclass(frozen=True)
class Running:
    """`bearwatch up --demo` in a folder of its own."""

    url: str
    folder: Path
    passwords: dict[str, str]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo park, for the browser tests of one file: what they leave behind meets no other file's."""
    with demo_park(tmp_path_factory.mktemp("demo"), BEARWATCH_DEMO_YEAR="false") as started:
        yield started


@contextmanager
def demo_park(folder: Path, **settings: str) -> Iterator[Running]:
    """Run the demo park with its data in a folder."""
    port = free_port()
    command = [sys.executable, "-m", "api.cli.main", "up", "--demo", "--port", str(port)]
    environment = {**os.environ, "BEARWATCH_DATA_DIR": str(folder), **settings}
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


@contextmanager
def people_at(running: Running, browser: Browser, path: str) -> Iterator[Callable[..., Page]]:
    """Open one page of the demo as any of its people; all are closed at the end."""
    opened: list[Page] = []

    def as_one(name: str, **size: int) -> Page:
        page = sign_in(browser, running.url, name, running.passwords[name], **size)
        opened.append(page)
        page.goto(f"{running.url}{path}")
        return page

    yield as_one
    for page in opened:
        page.context.close()
