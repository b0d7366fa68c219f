"""Parts of a view: masks hide them from gate and model, zones give them names. PURE."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ingest.frames import Pixels, Region

GREY = 114
"""What stands in the place of masked pixels: the grey that the network knows from beside a picture."""

MOST = 0.5
"""No larger share of a view may be masked: what is left would be called watched, and is not."""

NO_PLACE = 0.75
"""A box over more of the picture than this says of no place that something is there."""

HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class Masks:
    """What is not watched of one camera's view, by day and by night."""

    day: tuple[Region, ...] = ()
    night: tuple[Region, ...] = ()

    def of(self, is_night: Callable[[], bool]) -> tuple[Region, ...]:
        """Those of the light that a picture shows; nobody is asked where both are the same."""
        if self.day == self.night:
            return self.day
        return self.night if is_night() else self.day


NONE = Masks()


def covered(regions: Sequence[Region]) -> float:
    """The share of the view that lies in one of them or more, 0 to 1.

    >>> covered([Region(x=0, y=0, w=0.5, h=0.5), Region(x=0.25, y=0, w=0.5, h=0.5)])
    0.375
    """
    lefts = sorted({edge for one in regions for edge in (one.x, one.x + one.w)})
    tops = sorted({edge for one in regions for edge in (one.y, one.y + one.h)})
    cells = [
        (right - left) * (bottom - top)
        for left, right in pairwise(lefts)
        for top, bottom in pairwise(tops)
        if any(_holds(one, (left + right) / 2, (top + bottom) / 2) for one in regions)
    ]
    return min(1.0, sum(cells))


def percent(share: float) -> str:
    """A share in words: a small one is not nothing.

    >>> percent(0.25), percent(0.001), percent(0.0)
    ('25%', 'less than 1%', '0%')
    """
    return "less than 1%" if 0 < share < 0.01 else f"{share:.0%}"


def watched_of(masks: Sequence[Region], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Where something counts, of a picture of this shape: height, width."""
    found = np.ones(shape[:2], dtype=np.bool_)
    for place in _places(masks, shape):
        found[place] = False
    return found


def blanked(pixels: Pixels, masks: Sequence[Region]) -> Pixels:
    """The picture (H x W x 3) with grey in the place of each mask; the same one where there is none."""
    if not masks:
        return pixels
    out = pixels.copy()
    for place in _places(masks, pixels.shape):
        out[place] = GREY
    return out


def lies_in(box: Region, zone: Sequence[Region]) -> bool:
    """Whether a box is in a zone: its middle is, or half of it.

    >>> tents = [Region(x=0.5, y=0.5, w=0.4, h=0.4)]
    >>> [lies_in(Region(x=x, y=0.6, w=0.2, h=0.2), tents) for x in (0.2, 0.39, 0.45)]
    [False, False, True]
    """
    if box.w * box.h > NO_PLACE:
        return False
    if any(_holds(part, box.x + box.w / 2, box.y + box.h / 2) for part in zone):
        return True
    both = covered([one for part in zone if (one := overlap(box, part)) is not None])
    return both >= HALF * box.w * box.h


def overlap(one: Region, other: Region) -> Region | None:
    """What two rectangles share."""
    left, top = max(one.x, other.x), max(one.y, other.y)
    w, h = min(one.x + one.w, other.x + other.w) - left, min(one.y + one.h, other.y + other.h) - top
    return Region(x=left, y=top, w=w, h=h) if w > 0 and h > 0 else None


def _holds(region: Region, x: float, y: float) -> bool:
    return region.x < x < region.x + region.w and region.y < y < region.y + region.h


def _places(masks: Sequence[Region], shape: tuple[int, ...]) -> Iterator[tuple[slice, slice]]:
    height, width = shape[:2]
    for mask in masks:
        rows = slice(round(mask.y * height), round((mask.y + mask.h) * height))
        yield rows, slice(round(mask.x * width), round((mask.x + mask.w) * width))
