"""A worker whose model looks at brightness alone. Run as a program it works until it is killed: DATABASE FOLDER.

It loads no more than it needs: the tests that kill it give it little more than a second.
"""

import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ingest.decoding import Decoder
from ingest.frames import Pixels, Region
from model.detections import Box, Detection, Found
from rollout import worker
from rollout.parts import Parts
from store.archive import FolderArchive
from store.frame_queue import TableQueue
from store.session import Engine, make_engine

LATER = datetime(2026, 11, 24, 3, 5, tzinfo=UTC)


class Brightness:
    """A detector without a network: a bright picture is a bear."""

    sha256 = "a" * 64

    def enough(self, width: int, height: int, motion: Sequence[Region] | None = None) -> int:
        return max(width, height)

    def prepare(self, pixels: Pixels, motion: Sequence[Region] | None = None) -> Pixels:
        return pixels

    def detect(self, prepared: Pixels) -> Found:
        p = float(prepared.mean()) / 255
        label = "bear" if p >= 0.5 else "empty"
        return Detection(
            label=label, index=0, probabilities={"bear": p, "empty": 1 - p}, p_bear=p, bear=p >= 0.5, threshold=0.5,
            out_of_domain_p=0.5, night=False, boxes=(Box(x=0.4, y=0.4, w=0.2, h=0.2, label=label, p=p),),
            model=self.sha256, seconds=0.0,
        )  # fmt: skip


def parts_over(engine: Engine, folder: Path, decoder: Decoder) -> Parts:
    """The pipeline's parts over a database and a folder."""
    return Parts(
        engine=engine, archive=FolderArchive(folder / "archive"), queue=TableQueue(engine), decoder=decoder,
        detector=lambda _: Brightness(), data_dir=folder,
    )  # fmt: skip


if __name__ == "__main__":
    opened = make_engine(sys.argv[1])
    with Decoder() as own:
        worker.run(parts_over(opened, Path(sys.argv[2]), own), threading.Event(), name="w", clock=lambda: LATER)
