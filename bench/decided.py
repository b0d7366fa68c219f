"""Motion seen to decision committed: 20 cameras, three of them busy, watched and scored by our own processes.

A frame's `received_at` is when its picture met the gate; its decision counts from when another connection can read
it. The server of the cameras runs on the same machine, and its load is part of what is printed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import text

from bench.streams import quiet
from bench.telling import tell
from store.session import Engine, make_engine, reading
from tests.ingest.cameras import bare, camera, live

CAMERAS, BUSY, SIZE, RATE = 20, 3, (640, 480), 12
SETTLE_S, MEASURED_S, POLL_S = 60.0, 60.0, 0.05
PARK = """
[park]
name = "Bench"
time_zone = "UTC"
camera_networks = ["127.0.0.0/8"]
[[site]]
id = "camp"
name = "Camp"
latitude = 44.6
longitude = -110.5
"""
NEW = text(
    "SELECT d.frame_id, f.received_at FROM decision d JOIN frame f ON f.id = d.frame_id "
    "WHERE d.frame_id > :after AND f.camera_id LIKE 'busy-%'"
)


def main() -> None:
    """Print the median and the 95th percentile."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        moving = bare(folder / "moving", live("creek", 4, 10, rate=RATE, size=SIZE), "h264", rate=RATE, key=2 * RATE)
        still = bare(folder / "still", (one for one in quiet(SIZE)), "h264", rate=RATE, key=2 * RATE)
        with camera(*[moving] * BUSY, *[still] * (CAMERAS - BUSY)) as running:
            park(folder, [running.url(number) for number in range(CAMERAS)])
            with processes(folder), database(folder) as engine:
                found = latencies(engine)
    for name, share, reach in (("p50", 50, 1.0), ("p95", 95, 3.0)):
        tell(
            name=f"decided-{name}-20-cameras", value=float(np.percentile(found, share)),
            unit=f"s from motion to decision, of {len(found)} frames", against="limit",
            against_value=reach, reach=1.0, more=False,
        )  # fmt: skip


def park(folder: Path, urls: list[str]) -> None:
    """Apply a park of these cameras; the first ones are the busy ones."""
    told = [PARK]
    for number, url in enumerate(urls):
        name = f"{'busy' if number < BUSY else 'quiet'}-{number}"
        told.append(f'[[camera]]\nid = "{name}"\nsite = "camp"\nkind = "stream"\nurl = "{url}"\n')
    (folder / "park.toml").write_text("".join(told))
    subprocess.run(command("park", "apply", str(folder / "park.toml")), env=environment(folder), check=True, stdout=2)


@contextmanager
def processes(folder: Path) -> Iterator[None]:
    """`watch` and `work`, as `up` would run them."""
    with (folder / "log").open("wb") as log:
        running = [
            subprocess.Popen(command(name), env=environment(folder), stdout=log, stderr=log)
            for name in ("watch", "work")
        ]
        try:
            yield
        finally:
            for one in running:
                one.send_signal(signal.SIGTERM)
            for one in running:
                one.wait(30)


@contextmanager
def database(folder: Path) -> Iterator[Engine]:
    """Its rows."""
    engine = make_engine(f"sqlite:///{folder / 'var' / 'bearwatch.db'}")
    yield engine
    engine.dispose()


def latencies(engine: Engine) -> list[float]:
    """Seconds of each frame of a busy camera that was decided in the measured minute."""
    seen, found, begun = set[int](), list[float](), time.monotonic()
    while time.monotonic() - begun < SETTLE_S + MEASURED_S:
        time.sleep(POLL_S)
        with reading(engine) as session:
            rows = session.execute(NEW, {"after": max(seen, default=0) - 100}).all()
        now = datetime.now(UTC)
        for frame, received in rows:
            if frame not in seen and time.monotonic() - begun > SETTLE_S:
                at = datetime.fromisoformat(str(received))
                found.append((now - (at if at.tzinfo else at.replace(tzinfo=UTC))).total_seconds())
            seen.add(frame)
    return found


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "api.cli.main", *words]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "BEARWATCH_DATA_DIR": str(folder / "var")}


if __name__ == "__main__":
    main()
