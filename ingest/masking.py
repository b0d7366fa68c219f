"""Masking: the masks that hold for a camera, and those of the light that its pictures show."""

import io
from collections.abc import Collection, Sequence
from datetime import datetime

import numpy as np

from ingest.frames import Region, Shot
from ingest.masks import NONE, Masks
from ingest.night import is_night
from store import masks as rows
from store import tables
from store.session import Session
from store.vocabulary import Light, ViewPartKind

JUDGED_EVERY_S = 10.0
SMALL = 320


class Masking:
    """The masks of one camera as its shots come. masks: set anew whenever people have changed them."""

    def __init__(self, masks: Masks = NONE) -> None:
        self.masks = masks
        self._night, self._judged_s = False, float("inf")

    def over(self, shot: Shot) -> tuple[Region, ...]:
        """What is not watched of a shot. Its light is judged only where day and night differ, and not each time."""
        return self.masks.of(lambda: self._is_night(shot))

    def _is_night(self, shot: Shot) -> bool:
        if not self._judged_s <= shot.at_s < self._judged_s + JUDGED_EVERY_S:
            self._night, self._judged_s = is_night_jpeg(shot.picture), shot.at_s
        return self._night


def in_force(session: Session, camera: str, *, at: datetime) -> Masks:
    """What was not watched of a camera at a moment."""
    return of_cameras(session, [camera], at=at).get(camera, NONE)


def of_cameras(session: Session, cameras: Collection[str], *, at: datetime) -> dict[str, Masks]:
    """The same for many; a camera that is watched whole is not named."""
    found: dict[str, list[tables.ViewPart]] = {}
    for row in rows.in_force(session, cameras, ViewPartKind.MASK, at=at):
        found.setdefault(row.camera_id, []).append(row)
    return {camera: of(drawn) for camera, drawn in found.items()}


def of(drawn: Sequence[tables.ViewPart]) -> Masks:
    """What these masks of one camera hide."""
    return Masks(
        day=tuple(region(row) for row in drawn if row.light is not Light.NIGHT),
        night=tuple(region(row) for row in drawn if row.light is not Light.DAY),
    )


def region(row: tables.ViewPart) -> Region:
    """Where it lies."""
    return Region(x=row.x, y=row.y, w=row.w, h=row.h)


def is_night_jpeg(data: bytes) -> bool:
    """The light of a JPEG that our own child made."""
    from PIL import Image  # a worker that was started again decides before it loads that

    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (SMALL, SMALL))
        return is_night(np.asarray(picture.convert("RGB"), dtype=np.uint8))
