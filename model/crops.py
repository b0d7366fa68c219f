"""Where to look in a picture: the whole of it, around what moved, and tiles where nothing is known. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.frames import Region

LEAST_SIDE = 96
"""A crop is at least this many pixels wide: fewer tell the network nothing."""

CONTEXT = 1.6
"""A crop is this much larger than what moved."""

MOST_CROPS = 5

LARGEST_SIDE = 2048
"""Pictures larger than this are made smaller while they are decoded."""
TILES_FROM = 1024
"""Pictures at least this wide are looked at in tiles too, when nobody says what moved."""

TILE_ROWS, TILE_COLUMNS = 2, 3


class Kind(StrEnum):
    """Why a part of a picture is looked at."""

    WHOLE = "whole"
    MOTION = "motion"
    TILE = "tile"
    FAR = "far"


@dataclass(frozen=True, kw_only=True)
class Crop:
    """A part of a picture in pixels, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int
    kind: Kind

    def region(self, width: int, height: int) -> Region:
        """The same as fractions of the picture."""
        return Region(
            x=self.left / width, y=self.top / height,
            w=(self.right - self.left) / width, h=(self.bottom - self.top) / height,
        )  # fmt: skip


def crops(width: int, height: int, motion: Sequence[Region] | None = None) -> tuple[Crop, ...]:
    """The whole picture first, then squares around the largest motions, or overlapping tiles.

    What lies far off in a still (FAR) is not known before a network has looked: model.scan.

    >>> [str(crop.kind) for crop in crops(320, 240)]
    ['whole']
    >>> crops(1280, 720, [Region(x=0.5, y=0.5, w=0.02, h=0.02)])[1]
    Crop(left=605, top=319, right=701, bottom=415, kind=<Kind.MOTION: 'motion'>)
    """
    whole = Crop(left=0, top=0, right=width, bottom=height, kind=Kind.WHOLE)
    if motion:
        largest = sorted(motion, key=lambda region: -region.w * region.h)[:MOST_CROPS]
        found = dict.fromkeys(_around(region, width, height) for region in largest)
        return (whole, *found)
    if width < TILES_FROM:
        return (whole,)
    return (whole, *_tiles(width, height))


def enough(width: int, height: int, side: int, motion: Sequence[Region] | None = None) -> int:
    """The longer side, in pixels, at which a picture may be opened: what is cut out stays as sharp as it is used.

    side: of the square that the network looks at. Only a JPEG's own halvings are worth it.

    >>> enough(640, 480, 160), enough(640, 480, 300), enough(2048, 1536, 160)
    (320, 640, 2048)
    """
    longer, shorter = max(width, height), min(width, height)
    if motion or width >= TILES_FROM:
        return min(longer, LARGEST_SIDE)
    halvings = next((times for times in (8, 4, 2) if shorter >= times * side), 1)
    return -(-longer // halvings)


def scaled(crop: Crop, by: float, size: tuple[int, int]) -> Crop:
    """The same place, nearer (by below 1) or from further off, inside the picture. size: width, height.

    >>> scaled(Crop(left=100, top=100, right=200, bottom=200, kind=Kind.MOTION), 0.5, (400, 300)).left
    125
    """
    w, h = (min(most, max(1, round((end - start) * by))) for start, end, most in (
        (crop.left, crop.right, size[0]), (crop.top, crop.bottom, size[1]),
    ))  # fmt: skip
    left = min(max(0, round((crop.left + crop.right - w) / 2)), size[0] - w)
    top = min(max(0, round((crop.top + crop.bottom - h) / 2)), size[1] - h)
    return Crop(left=left, top=top, right=left + w, bottom=top + h, kind=crop.kind)


def _around(region: Region, width: int, height: int) -> Crop:
    side = round(max(region.w * width, region.h * height) * CONTEXT)
    w, h = (min(most, max(side, LEAST_SIDE)) for most in (width, height))
    left = min(max(0, round((region.x + region.w / 2) * width - w / 2)), width - w)
    top = min(max(0, round((region.y + region.h / 2) * height - h / 2)), height - h)
    return Crop(left=left, top=top, right=left + w, bottom=top + h, kind=Kind.MOTION)


def _tiles(width: int, height: int) -> list[Crop]:
    w, h = round(width / (TILE_COLUMNS * 0.75 + 0.25)), round(height / (TILE_ROWS * 0.75 + 0.25))
    lefts = [round(column * (width - w) / (TILE_COLUMNS - 1)) for column in range(TILE_COLUMNS)]
    tops = [round(row * (height - h) / (TILE_ROWS - 1)) for row in range(TILE_ROWS)]
    return [
        Crop(left=left, top=top, right=left + w, bottom=top + h, kind=Kind.TILE) for top in tops for left in lefts
    ]
