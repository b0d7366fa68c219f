"""What a challenger costs the version in force: from a frame's arrival to its decision, with and without one.

Frames come by chance (Poisson), as many as keep a worker busy for a third of its time. Turns with and without a
challenger alternate, so that both meet the same machine. The challenger is the same bundle under another name: as
dear as the version in force.
"""

import json
import random
import shutil
import statistics
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from api import park_file, wiring
from api.settings import Settings
from bench.pipeline import PARK
from bench.telling import tell
from ingest import footage
from ingest.arrivals import accept_frame, times
from ingest.sources import shot_of
from model import bundle as bundles
from rollout import parks, worker
from store import tables
from store.session import reading, transaction
from store.vocabulary import Origin, Role

TURNS, FRAMES, WARM = 6, 60, 12
BUSY = 1 / 3
SIZE = (640, 360)


def main() -> None:
    """Print the mean latency with a challenger against that without, and how much of the frames it looked at."""
    with TemporaryDirectory() as folder, wiring.opened(Settings(data_dir=Path(folder) / "var")) as system:
        other = _fill(system, Path(folder))
        chance, stop = random.Random(5), threading.Event()
        thread = threading.Thread(
            target=worker.run, args=(system.parts, stop), kwargs={"name": "bench", "clock": wiring.now}, daemon=True
        )
        thread.start()
        try:
            spent = statistics.median(_turn(system, chance, every_s=0.5, frames=WARM))
            system.parts.detector(other)
            lone, challenged = list[float](), list[float]()
            for turn in range(TURNS):
                _challenge(system, other if turn % 2 else None)
                (challenged if turn % 2 else lone).extend(
                    _turn(system, chance, every_s=spent / BUSY, frames=FRAMES)
                )  # fmt: skip
        finally:
            stop.set()
            thread.join()
        looked = _looked(system, other)
    tell(
        name="challenger-latency-mean", value=statistics.mean(challenged) * 1000, unit="ms from arrival to decision",
        against="without a challenger", against_value=statistics.mean(lone) * 1000, reach=1.05, more=False,
    )  # fmt: skip
    tell(
        name="challenger-latency-median", value=statistics.median(challenged) * 1000,
        unit="ms from arrival to decision", against="without a challenger",
        against_value=statistics.median(lone) * 1000, reach=1.05, more=False,
    )  # fmt: skip
    tell(
        name="challenger-share-looked-at", value=looked, unit="share of the frames that it was to look at",
        against="all", against_value=1.0, reach=0.0, more=True,
    )  # fmt: skip


def _fill(system: wiring.System, folder: Path) -> str:
    """A park of one camera; gives a version of the same network as the one in force."""
    default, now = wiring.register_default(system), wiring.now()
    shutil.copytree(system.default_bundle.folder, folder / "other")
    manifest = json.loads((folder / "other" / "manifest.json").read_text()) | {"name": "other"}
    other = bundles.write(folder / "other", manifest)
    with transaction(system.engine) as session:
        parks.apply(session, park_file.parse(PARK), who="bench", default_model=default, now=now)
        wiring.register(system, session, other, now)
        session.add(tables.Person(id=1, name="ann", role=Role.ADMIN, sites=[], password_hash="x", created_at=now))
    return other.sha256


def _challenge(system: wiring.System, model: str | None) -> None:
    """A challenger from now on, or none."""
    with transaction(system.engine) as session:
        for row in session.scalars(select(tables.Challenge).where(tables.Challenge.ended_at.is_(None))):
            row.ended_at, row.ended_by = wiring.now(), 1
        session.flush()
        if model is not None:
            session.add(
                tables.Challenge(
                    site_id="camp", model_sha256=model, reason="bench", begun_by=1, begun_at=wiring.now()
                )
            )


def _turn(system: wiring.System, chance: random.Random, *, every_s: float, frames: int) -> list[float]:
    """Seconds from each frame's arrival to its decision."""
    begun: dict[int, float] = {}
    took: list[float] = []
    for number in range(frames):
        shot = shot_of(footage.render("creek", number / 2, seed=chance.randrange(10**6), size=SIZE), 0)
        kept = accept_frame(
            system.intake, camera="creek", data=shot.picture, size=SIZE, at=times(None, wiring.now()),
            origin=Origin.STREAM, received_at=wiring.now(),
            motion=[region for _, region in footage.truth("creek", number / 2)],
        )  # fmt: skip
        begun[kept.id] = time.perf_counter()
        due = time.perf_counter() + chance.expovariate(1 / every_s)
        while time.perf_counter() < due or (number == frames - 1 and begun):
            took += _done(system, begun)
            time.sleep(0.002)
    return took


def _done(system: wiring.System, begun: dict[int, float]) -> list[float]:
    """Frames that are decided by now."""
    if not begun:
        return []
    with reading(system.engine) as session:
        decided = session.scalars(select(tables.Decision.frame_id).where(tables.Decision.frame_id.in_(begun))).all()
    now = time.perf_counter()
    return [now - begun.pop(frame) for frame in decided]


def _looked(system: wiring.System, other: str) -> float:
    """Of the frames that a challenger was to look at, the share that it did."""
    with reading(system.engine) as session:
        of = session.scalars(select(tables.Detection.model_sha256)).all()
    return of.count(other) / max(1, (TURNS // 2) * FRAMES)


if __name__ == "__main__":
    main()
