"""Cameras whose pictures go the whole way, from the door to the decision; what a picture shows is drawn into it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from ingest.arrivals import accept_frame, times
from ingest.decoding import Decoder
from ingest.frames import Pixels, Region
from ingest.intake import Intake
from model.detections import Box, Detection, Found
from rollout import worker
from rollout.parts import Parts
from rollout.pipeline import Outcome
from store import tables
from store.archive import FolderArchive
from store.frame_queue import TableQueue
from store.session import Engine, transaction
from store.vocabulary import CameraKind, Origin
from tests.ingest.drawings import encoded

MODEL = "a" * 64
WIDTH, HEIGHT, SIDE = 96, 64, 12
COLOURS = {"bear": (255, 255, 255), "person": (0, 255, 0)}


class Squares:
    """A detector without a network: a white square is a bear, a green one a person."""

    sha256 = MODEL

    def enough(self, width: int, height: int, motion: Sequence[Region] | None = None) -> int:
        return max(width, height)

    def prepare(self, pixels: Pixels, motion: Sequence[Region] | None = None) -> Pixels:
        return pixels

    def detect(self, prepared: Pixels) -> Found:
        spots = np.argwhere(prepared[..., 1] > 160)
        if not len(spots):
            return self._found("empty", ())
        label = "bear" if prepared[..., 0].max() > 160 else "person"
        (top, left), (bottom, right) = spots.min(axis=0), spots.max(axis=0)
        height, width = prepared.shape[:2]
        box = Box(
            x=float(left / width), y=float(top / height), w=float((right - left) / width),
            h=float((bottom - top) / height), label=label, p=0.9,
        )  # fmt: skip
        return self._found(label, (box,))

    def _found(self, label: str, boxes: tuple[Box, ...]) -> Detection:
        p_bear = 0.9 if label == "bear" else 0.02
        return Detection(
            label=label, index=0, probabilities={label: 0.9}, p_bear=p_bear, bear=p_bear > 0.5, threshold=0.5,
            out_of_domain_p=0.5, night=False, boxes=boxes, model=MODEL, seconds=0.0,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Watching:
    """One worker, and cameras that hand pictures in."""

    intake: Intake
    parts: Parts

    def hand_in(
        self, at: datetime, *, shows: str = "bear", x: float = 0.1, camera: str = "creek",
        received_at: datetime | None = None, origin: Origin = Origin.DOOR, offset: timedelta | None = None,
    ) -> int:  # fmt: skip
        """Take a picture in that waits for its decision. at: what the camera's clock says; x: where it stands.

        offset: how far that clock was measured to be ahead.
        """
        picture = np.full((HEIGHT, WIDTH, 3), 30, dtype=np.uint8)
        left = int(x * WIDTH)
        picture[20 : 20 + SIDE, left : left + SIDE] = COLOURS.get(shows, (30, 30, 30))
        received = received_at or at
        return accept_frame(
            self.intake, camera=camera, data=encoded(picture), size=(WIDTH, HEIGHT), at=times(at, received, offset),
            origin=origin, received_at=received,
        ).id  # fmt: skip

    def work(self, now: datetime) -> Outcome:
        """Decide the next frame."""
        outcome = worker.once(self.parts, name="w", now=now)
        assert outcome is not None
        return outcome

    def see(
        self, at: datetime, *, shows: str = "bear", x: float = 0.1, camera: str = "creek",
        received_at: datetime | None = None, origin: Origin = Origin.DOOR, offset: timedelta | None = None,
    ) -> Outcome:  # fmt: skip
        """Hand a picture in and decide it at once."""
        self.hand_in(at, shows=shows, x=x, camera=camera, received_at=received_at, origin=origin, offset=offset)
        return self.work(received_at or at)


@contextmanager
def watching(engine: Engine, folder: Path) -> Iterator[Watching]:
    """A worker over a database and a folder."""
    archive = FolderArchive(folder / "archive")
    with Decoder() as decoder:
        yield Watching(
            intake=Intake(engine=engine, archive=archive, data_dir=folder, disk_floor_bytes=0),
            parts=Parts(
                engine=engine, archive=archive, queue=TableQueue(engine), decoder=decoder,
                detector=lambda _: Squares(), data_dir=folder,
            ),
        )  # fmt: skip


def add_camera(engine: Engine, camera: str, *, group: str = "creek", site: str = "camp") -> None:
    """One more camera of a group."""
    with transaction(engine) as session:
        session.add(tables.Camera(id=camera, site_id=site, kind=CameraKind.TRAIL, group_id=group))


def after(start: datetime, **span: float) -> datetime:
    """A moment later."""
    return start + timedelta(**span)
