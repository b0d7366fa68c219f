"""A frame from lease to committed decision (SQLite, one worker): the share of time outside decode and network."""

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api import park_file, wiring
from api.settings import Settings
from bench.telling import tell
from ingest import footage
from ingest.arrivals import accept_frame, times
from ingest.decoding import Decoder
from ingest.frames import Pixels, Region
from ingest.sources import shot_of
from model.crop_classifier import CropClassifier
from model.detections import Found
from model.looks import Prepared
from rollout import parks, pipeline
from rollout.parts import Parts
from store.session import transaction
from store.vocabulary import Origin

FRAMES, WARM = 120, 10
SIZES = ((1280, 720), (640, 360))
PARK = """
[park]
name = "Bench"
time_zone = "UTC"
[[site]]
id = "camp"
name = "Camp"
latitude = 44.0
longitude = -110.0
[[camera]]
id = "creek"
site = "camp"
kind = "trail"
"""


class Timed:
    """Seconds spent in decoding and in the model."""

    def __init__(self) -> None:
        self.seconds = 0.0


class TimedDecoder(Decoder):
    """A decoder whose time is counted."""

    def __init__(self, timed: Timed) -> None:
        super().__init__()
        self.timed = timed

    def picture(self, source: bytes | Path, max_side: int | None = None) -> Pixels:
        """Decode."""
        start = time.perf_counter()
        try:
            return super().picture(source, max_side)
        finally:
            self.timed.seconds += time.perf_counter() - start


class TimedDetector:
    """A classifier whose time is counted."""

    def __init__(self, inner: CropClassifier, timed: Timed) -> None:
        self.inner, self.timed, self.sha256 = inner, timed, inner.sha256

    def enough(self, width: int, height: int, motion: Sequence[Region] | None = None) -> int:
        """As the classifier says."""
        return self.inner.enough(width, height, motion)

    def prepare(self, pixels: Pixels, motion: Sequence[Region] | None = None) -> Prepared:
        """Cut."""
        start = time.perf_counter()
        try:
            return self.inner.prepare(pixels, motion)
        finally:
            self.timed.seconds += time.perf_counter() - start

    def detect(self, prepared: Prepared) -> Found:
        """Score."""
        start = time.perf_counter()
        try:
            return self.inner.detect(prepared)
        finally:
            self.timed.seconds += time.perf_counter() - start


def main() -> None:
    """Print the share for pictures of two sizes."""
    for size in SIZES:
        outside, whole = _seconds(size)
        tell(
            name=f"pipeline-overhead-{size[0]}x{size[1]}", value=outside / FRAMES * 1000,
            unit="ms a frame outside decode and network", against="lease to commit",
            against_value=whole / FRAMES * 1000, reach=0.25, more=False,
        )  # fmt: skip


def _seconds(size: tuple[int, int]) -> tuple[float, float]:
    """Outside decode and network, and from lease to commit, of all frames together."""
    timed = Timed()
    with TemporaryDirectory() as folder, wiring.opened(Settings(data_dir=Path(folder))) as system:
        _fill(system, size)
        detector = TimedDetector(CropClassifier(system.default_bundle), timed)
        with TimedDecoder(timed) as decoder:
            told: dict[str, Any] = {**vars(system.parts), "decoder": decoder, "detector": lambda _: detector}
            parts = Parts(**told)
            for _ in range(WARM):
                _carry(parts)
            timed.seconds = 0.0
            whole = sum(_carry(parts) for _ in range(FRAMES))
    return whole - timed.seconds, whole


def _fill(system: wiring.System, size: tuple[int, int]) -> None:
    default, now = wiring.register_default(system), wiring.now()
    with transaction(system.engine) as session:
        parks.apply(session, park_file.parse(PARK), who="bench", default_model=default, now=now)
    for number in range(FRAMES + WARM):
        shot = shot_of(footage.render("creek", number / 2, seed=number, size=size), 0)
        accept_frame(
            system.intake, camera="creek", data=shot.picture, size=(shot.width, shot.height),
            at=times(None, wiring.now()), origin=Origin.STREAM, received_at=wiring.now(),
            motion=[region for _, region in footage.truth("creek", number / 2)],
        )  # fmt: skip


def _carry(parts: Parts) -> float:
    """Seconds from the lease to the commit of one frame."""
    lease = parts.queue.claim("bench", now=wiring.now())
    assert lease is not None
    start = time.perf_counter()
    with parts.keeper.held(parts.queue, lease, now=wiring.now()):
        pipeline.process(lease, parts=parts, now=wiring.now())
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
