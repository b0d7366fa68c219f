"""Blobs: what moved and holds together in one shot, and which of it is shown to the model. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ingest import shapes
from ingest.frames import Region
from ingest.shapes import Mask

LEAST_AREA = 0.00006
"""Smaller motions, as a share of the picture, are leaves and noise; a bear of 10 pixels of 1280 is larger."""

AT_ONCE = 0.004
"""What moves and is this large is shown at once; a smaller one when it is there in the next shot too."""

REACH = 0.1
"""So far, as a share of the picture's width, something small may be in the next shot."""

CROWD = 7
STANDS_OUT = 6.0
"""With more motions than CROWD it rains, snows or blows: only what is so many times as large as most is shown."""

LARGEST, STRONGEST = 3, 2
"""How many are shown: the largest, and of the others those that stand out most, however small."""

LIGHT = 0.6
"""Where old and new pattern are this alike (correlation) light fell on what was there, and nothing came."""

LEAST_PATTERN = 0.8
"""Below this deviation, in grey levels, a place has no pattern to compare."""

JOINED = 2
"""What lies within twice so many pixels of the thumb is one motion."""

PATTERN = 13
"""What is finer than a square of so many pixels of the thumb is its pattern."""

PADDING = 0.03

Grey = npt.NDArray[np.float32]
Place = tuple[slice, slice]


@dataclass(frozen=True, kw_only=True)
class Blob:
    """One motion: its place in the thumb, its share of the picture, and how far above its noise it is, filled or not.

    x, y: its middle as fractions of the thumb's width and height.
    """

    place: Place
    area: float
    strength: float
    x: float
    y: float


def found(moved: Mask, difference: Grey, limit: Grey) -> tuple[Blob, ...]:
    """What holds together, the largest first. limit: the difference from which each pixel counts as moved."""
    opened = shapes.opened(moved)
    if not opened.any():
        return ()
    marks, count = ndimage.label(shapes.grown(opened, JOINED))
    height, width = moved.shape
    inside = marks[opened]
    areas = np.bincount(inside, minlength=count + 1)[1:]
    over = np.bincount(inside, weights=difference[opened] / limit[opened], minlength=count + 1)[1:]
    blobs = []
    for place, area, sure in zip(ndimage.find_objects(marks), areas, over, strict=True):
        if area < LEAST_AREA * moved.size:
            continue
        rows, columns = place
        box = max(1, rows.stop - rows.start - 2 * JOINED) * max(1, columns.stop - columns.start - 2 * JOINED)
        blobs.append(
            Blob(
                place=place, area=float(area) / moved.size,
                strength=float(sure / area) * min(1.0, float(area) / box),
                x=(columns.start + columns.stop) / 2 / width, y=(rows.start + rows.stop) / 2 / height,
            )
        )  # fmt: skip
    return tuple(sorted(blobs, key=lambda blob: -blob.area))


def told(blobs: Sequence[Blob], before: Sequence[Blob]) -> tuple[Blob, ...]:
    """Those worth the model. before: the blobs of the last shots, in which a small one must have been near by."""
    if len(blobs) > CROWD:
        usual = float(np.median([blob.area for blob in blobs]))
        blobs = [blob for blob in blobs if blob.area >= STANDS_OUT * usual]
    sure = [blob for blob in blobs if blob.area >= AT_ONCE or any(_near(blob, other) for other in before)]
    rest = sorted(sure[LARGEST:], key=lambda blob: -blob.strength)
    return (*sure[:LARGEST], *rest[:STRONGEST])


def is_light(blob: Blob, seen: Grey, background: Grey) -> bool:
    """Whether the old pattern of the place shows through: a lamp, a headlight, the edge of a shadow."""
    new, old = (one[blob.place] - ndimage.uniform_filter(one[blob.place], PATTERN) for one in (seen, background))
    spread = float(new.std()), float(old.std())
    if min(spread) < LEAST_PATTERN:
        return False
    return float((new * old).mean()) / (spread[0] * spread[1]) > LIGHT


def region(blob: Blob, shape: tuple[int, int]) -> Region:
    """The blob with a little around it. shape: the thumb's height and width."""
    (height, width), (rows, columns) = shape, blob.place
    left, top = max(0.0, columns.start / width - PADDING), max(0.0, rows.start / height - PADDING)
    right, bottom = min(1.0, columns.stop / width + PADDING), min(1.0, rows.stop / height + PADDING)
    return Region(x=round(left, 4), y=round(top, 4), w=round(right - left, 4), h=round(bottom - top, 4))


def _near(one: Blob, other: Blob) -> bool:
    """Whether it may be the same thing a shot later: near by, and neither a speck of it nor many times as large."""
    alike = 0.2 < one.area / other.area < 5
    return alike and (one.x - other.x) ** 2 + (one.y - other.y) ** 2 < REACH**2
