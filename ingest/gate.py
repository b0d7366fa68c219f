"""Gate: does something move here, worth the model? Pure; the answer says why.

A running median of the grey thumb is the background (a step towards the picture a shot), a running mean of the
deviation is each pixel's own noise (McFarlane and Schofield, 1995). What differs by several times its noise and holds
together is a motion.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ingest.frames import Region, Thumb

STEP = 2.0
"""How far the background follows in one shot, in grey levels of 255."""

NOISE_SHARE = 0.05
"""How fast a pixel's own noise is learned."""

LEAST_DIFFERENCE = 12.0
TIMES_NOISE = 4.0
WHOLE_VIEW = 0.5
"""More of the picture than this has changed: light, not an animal."""

LEAST_AREA = 0.0008
"""Smaller motions, as a share of the picture, are leaves and noise."""

MOST_REGIONS = 5
LOOK_EVERY_S = 30.0
"""A still bear moves nothing: the whole picture is looked at this often."""

PADDING = 0.02

Grey = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Look:
    """Whether a shot is kept for the model, the regions that moved, and why."""

    kept: bool
    regions: tuple[Region, ...]
    says: str


class Gate:
    """The view of one camera, learned as it goes. Times are seconds of the footage."""

    def __init__(self) -> None:
        self._background: Grey | None = None
        self._noise: Grey | None = None
        self._kept_at = 0.0

    def look(self, thumb: Thumb, at_s: float) -> Look:
        """Judge one shot. thumb: height x width, grey."""
        seen = ndimage.uniform_filter(thumb.astype(np.float32), 3)
        if self._background is None or self._noise is None or self._background.shape != seen.shape:
            return self._begin(seen, at_s, "first look")
        difference = np.abs(seen - self._background)
        moved = difference > np.maximum(LEAST_DIFFERENCE, TIMES_NOISE * self._noise)
        if moved.mean() > WHOLE_VIEW:
            return self._begin(seen, at_s, "the whole view changed")
        self._learn(seen, difference, moved)
        regions = _regions(moved)
        if regions:
            self._kept_at = at_s
            return Look(kept=True, regions=regions, says=f"{len(regions)} moved")
        if at_s - self._kept_at >= LOOK_EVERY_S:
            self._kept_at = at_s
            return Look(kept=True, regions=(), says="a look at the whole picture")
        return Look(kept=False, regions=(), says="nothing moved")

    def _begin(self, seen: Grey, at_s: float, says: str) -> Look:
        self._background, self._noise = seen.copy(), np.full_like(seen, 2.0)
        self._kept_at = at_s
        return Look(kept=True, regions=(), says=says)

    def _learn(self, seen: Grey, difference: Grey, moved: npt.NDArray[np.bool_]) -> None:
        """The background follows everywhere, its noise only where nothing moved."""
        assert self._background is not None
        assert self._noise is not None
        self._background += np.clip(seen - self._background, -STEP, STEP)
        change = NOISE_SHARE * (difference - self._noise)
        self._noise += np.where(moved, 0.2 * change, change)


def _regions(moved: npt.NDArray[np.bool_]) -> tuple[Region, ...]:
    """What holds together, the largest first, each with a little around it."""
    joined = ndimage.binary_dilation(ndimage.binary_opening(moved), iterations=3)
    marks, count = ndimage.label(joined)
    if not count:
        return ()
    height, width = moved.shape
    areas = ndimage.sum_labels(moved, marks, range(1, count + 1)) / moved.size
    order = [int(number) for number in np.argsort(-areas)[:MOST_REGIONS] if areas[number] >= LEAST_AREA]
    places = ndimage.find_objects(marks)
    return tuple(_region(places[number], height, width) for number in order)


def _region(place: tuple[slice, slice], height: int, width: int) -> Region:
    rows, columns = place
    left, top = max(0.0, columns.start / width - PADDING), max(0.0, rows.start / height - PADDING)
    right, bottom = min(1.0, columns.stop / width + PADDING), min(1.0, rows.stop / height + PADDING)
    return Region(x=round(left, 4), y=round(top, 4), w=round(right - left, 4), h=round(bottom - top, 4))
