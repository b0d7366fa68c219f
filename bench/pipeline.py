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
from model.crop_classifier import CropClassifier, Prepared
from model.detections import Found
from rollout import parks, worker
from rollout.parts import Parts
from store.session import transaction
from store.vocabulary import Origin

FRAMES = 120
SIZE = (1280, 720)
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

    def prepare(self, pixels: Pixels, motion: Sequence[Region] = ()) -> Prepared:
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
    """Print the share."""
    timed = Timed()
    with TemporaryDirectory() as folder, wiring.opened(Settings(data_dir=Path(folder))) as system:
        default, now = wiring.register_default(system), wiring.now()
        with transaction(system.engine) as session:
            parks.apply(session, park_file.parse(PARK), who="bench", default_model=default, now=now)
        for number in range(FRAMES + 5):
            shot = shot_of(footage.render("creek", number / 2, seed=number, size=SIZE), 0)
            accept_frame(
                system.intake, camera="creek", data=shot.picture, size=(shot.width, shot.height),
                at=times(None, wiring.now()), origin=Origin.STREAM, received_at=wiring.now(),
                motion=[region for _, region in footage.truth("creek", number / 2)],
            )  # fmt: skip
        detector = TimedDetector(CropClassifier(system.default_bundle), timed)
        with TimedDecoder(timed) as decoder:
            told: dict[str, Any] = {**vars(system.parts), "decoder": decoder, "detector": lambda _: detector}
            parts = Parts(**told)
            for _ in range(5):
                worker.once(parts, name="bench", now=wiring.now())
            timed.seconds, start = 0.0, time.perf_counter()
            for _ in range(FRAMES):
                worker.once(parts, name="bench", now=wiring.now())
            whole = time.perf_counter() - start
    tell(
        name=f"pipeline-overhead-{SIZE[0]}x{SIZE[1]}", value=whole - timed.seconds, unit="s outside both",
        against="their whole way", against_value=whole, reach=0.25, more=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
