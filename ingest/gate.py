"""Gate: does something move here, worth the model? Pure; the answer says why.

A running median of the grey thumb is the background (a step towards the picture a shot), a running mean of the
deviation is each pixel's own noise (McFarlane and Schofield, 1995). Light that changes everywhere is taken off first.
What differs by several times the noise of its surroundings and holds together is a motion; what swings in one place
becomes noise there, and what keeps the place's pattern is light.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ingest import blobs
from ingest.blobs import Blob, Grey
from ingest.frames import Region, Thumb
from ingest.masks import watched_of
from ingest.shapes import Mask

STEP = 2.0
"""How far the background follows in one shot, in grey levels of 255."""

NOISE_SHARE = 0.05
"""How fast a pixel's own noise is learned."""

MOVED_SHARE = 0.4
"""Where something moves, noise is learned by this share of that: an animal is gone before it counts as noise."""

LEAST_DIFFERENCE = 10.0
TIMES_NOISE = 4.0
AROUND = 7
"""A pixel's noise is the largest within this square: leaves swing to their neighbours."""

AROUND_EVERY = 4
"""It is worked out anew in every so many shots."""

WHOLE_VIEW = 0.6
"""More of the picture than this has changed: light, or the camera, not an animal."""

MOST_LEARNED = 30.0
"""No single shot teaches more noise than this."""

LOOK_EVERY_S = 30.0
"""A still bear moves nothing: the whole picture is looked at this often."""

ANOTHER_LIGHT = 60.0
"""So many grey levels between two shots, in the middle of all pixels, are no exposure: the view is learned anew."""

SPARSE = 6
"""The light of the whole view is judged by every so manieth pixel."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """Whether a shot is kept for the model, the regions that moved, and why.

    unsure: something small differs that only the next shot can tell from noise.
    """

    kept: bool
    regions: tuple[Region, ...]
    says: str
    unsure: bool = False


class Gate:
    """The view of one camera, learned as it goes. Times are seconds of the footage."""

    def __init__(self) -> None:
        self._background: Grey | None = None
        self._noise: Grey | None = None
        self._limit: Grey | None = None
        self._before: tuple[tuple[Blob, ...], ...] = ()
        self._kept_at, self._shots = 0.0, 0

    def look(self, thumb: Thumb, at_s: float, masks: Sequence[Region] = ()) -> Look:
        """Judge one shot. thumb: height x width, grey. masks: parts in which nothing counts."""
        seen = ndimage.uniform_filter(thumb.astype(np.float32), 3)
        if self._background is None or self._noise is None or self._background.shape != seen.shape:
            return self._begin(seen, at_s, "first look")
        background, noise, watched = self._background, self._noise, watched_of(masks, seen.shape)
        limit = self._around()
        level = _lit(seen, background)
        if level is None:
            return self._begin(seen, at_s, "the whole view changed")
        difference = np.abs(level - background)
        moved = (difference > limit) & watched
        if moved.sum() > WHOLE_VIEW * watched.sum():
            return self._begin(seen, at_s, "the whole view changed")
        everything = blobs.found(moved, difference, limit)
        told = blobs.told(everything, [one for shot in self._before for one in shot])
        light = [blob for blob in told if blobs.is_light(blob, seen, background)]
        things = tuple(blob for blob in told if blob not in light)
        for blob in light:
            difference[blob.place] = np.minimum(difference[blob.place], noise[blob.place])
        self._learn(seen, difference, moved)
        self._before = (*self._before, everything)[-2:]
        unsure = 0 < len(everything) <= blobs.CROWD and not told
        return self._answer(tuple(blobs.region(blob, seen.shape) for blob in things), at_s, unsure=unsure)

    def _answer(self, regions: tuple[Region, ...], at_s: float, *, unsure: bool) -> Look:
        if regions:
            self._kept_at = at_s
            return Look(kept=True, regions=regions, says=f"{len(regions)} moved")
        if at_s - self._kept_at >= LOOK_EVERY_S:
            self._kept_at = at_s
            return Look(kept=True, regions=(), says="a look at the whole picture", unsure=unsure)
        return Look(kept=False, regions=(), says="nothing moved", unsure=unsure)

    def _begin(self, seen: Grey, at_s: float, says: str) -> Look:
        self._background, self._noise, self._limit = seen.copy(), np.full_like(seen, 2.0), None
        self._before, self._kept_at, self._shots = (), at_s, 0
        return Look(kept=True, regions=(), says=says)

    def _around(self) -> Grey:
        """The difference from which a pixel counts as moved."""
        if self._limit is None or self._shots % AROUND_EVERY == 0:
            assert self._noise is not None
            noise = ndimage.maximum_filter(self._noise, AROUND)
            self._limit = np.maximum(LEAST_DIFFERENCE, TIMES_NOISE * noise, dtype=np.float32)
        self._shots += 1
        return self._limit

    def _learn(self, seen: Grey, difference: Grey, moved: Mask) -> None:
        """The background follows everywhere, its noise more slowly where something moved."""
        assert self._background is not None
        assert self._noise is not None
        self._background += np.clip(seen - self._background, -STEP, STEP)
        change = NOISE_SHARE * (np.minimum(difference, MOST_LEARNED) - self._noise)
        self._noise += np.where(moved, MOVED_SHARE * change, change)


def _lit(seen: Grey, background: Grey) -> Grey | None:
    """The picture in the light of the background: a line through the middles of its darker and its brighter half.

    None where the light is another altogether: a lamp goes on or off.
    """
    new, old = seen[::SPARSE, ::SPARSE], background[::SPARSE, ::SPARSE]
    if abs(float(np.median(new) - np.median(old))) > ANOTHER_LIGHT:
        return None
    dark = old <= np.median(old)
    if dark.all():
        return seen - np.float32(np.median(new) - np.median(old))
    low, high, was_low, was_high = (float(np.median(one[half])) for one in (new, old) for half in (dark, ~dark))
    gain = min(2.0, max(0.5, (was_high - was_low) / max(1.0, high - low)))
    if abs(low - was_low) < 2 and abs(high - was_high) < 2:
        return seen
    lit: Grey = ((seen - low) * gain + was_low).astype(np.float32)
    return lit
