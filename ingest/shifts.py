"""Shifts: how far a view has moved against its reference. PURE.

Both pictures are made even in light first (each pixel against its surroundings), so that dawn and a lamp change
little. Phase correlation then finds the shift (Kuglin and Hines, 1975), and what overlaps after it is compared by
normalised correlation: a shift counts only where the pictures are alike once it is taken back.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Grey = npt.NDArray[np.float32]

FINE, WIDE = 1.0, 12.0
"""Pixels: finer is noise, wider is light."""

LEAST_OVERLAP = 0.4
PEAKS = 4


@dataclass(frozen=True, kw_only=True)
class Shift:
    """x, y: what the picture shows has gone right and down, as fractions of its width and height.

    alike: correlation of the two after the shift, likeness: as they lie now; -1 to 1.
    """

    x: float
    y: float
    alike: float
    likeness: float

    @property
    def far(self) -> float:
        """The larger part of the two."""
        return max(abs(self.x), abs(self.y))


def even(grey: Grey) -> Grey:
    """The structure without the light: each pixel against its surroundings, as strong everywhere."""
    fine = ndimage.gaussian_filter(grey, FINE)
    apart = fine - ndimage.gaussian_filter(grey, WIDE)
    strength = np.sqrt(ndimage.gaussian_filter(apart * apart, WIDE)) + 2.0
    return np.asarray(apart / strength, dtype=np.float32)


def shift(reference: Grey, picture: Grey) -> Shift:
    """Compare two pictures of the same shape.

    >>> view = np.random.default_rng(1).uniform(0, 255, (90, 160)).astype(np.float32)
    >>> view = ndimage.gaussian_filter(view, 2) * 4
    >>> found = shift(view, np.roll(view, 16, axis=1))
    >>> round(found.x, 2), round(found.y, 2)
    (0.1, 0.0)
    """
    before, after = even(reference), even(picture)
    best = max(
        ((_alike(before, after, down, right), down, right) for down, right in _candidates(before, after)),
        default=(0.0, 0, 0),
    )
    height, width = before.shape
    return Shift(x=best[2] / width, y=best[1] / height, alike=best[0], likeness=_alike(before, after, 0, 0))


def _candidates(before: Grey, after: Grey) -> list[tuple[int, int]]:
    """The highest peaks of the phase correlation, and no shift at all."""
    height, width = before.shape
    window = np.hanning(height)[:, None] * np.hanning(width)[None, :]
    cross = np.fft.rfft2(after * window) * np.conj(np.fft.rfft2(before * window))
    peaks = np.fft.irfft2(cross / (np.abs(cross) + 1e-6), s=before.shape)
    peaks = ndimage.gaussian_filter(peaks, 1.0, mode="wrap")
    found = [(0, 0)]
    for place in np.argsort(peaks, axis=None)[::-1][: PEAKS * 9]:
        down, right = divmod(int(place), width)
        spot = (down - height if down > height // 2 else down, right - width if right > width // 2 else right)
        if all(max(abs(spot[0] - one[0]), abs(spot[1] - one[1])) > 1 for one in found):
            found.append(spot)
        if len(found) > PEAKS:
            break
    return found


def _alike(before: Grey, after: Grey, down: int, right: int) -> float:
    """Correlation of what both show when the second is moved back by so much; 0 where too little overlaps."""
    height, width = before.shape
    if (height - abs(down)) * (width - abs(right)) < LEAST_OVERLAP * height * width:
        return 0.0
    here = before[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)]
    there = after[max(0, down) : height - max(0, -down), max(0, right) : width - max(0, -right)]
    here, there = here - here.mean(), there - there.mean()
    size = float(np.sqrt((here * here).sum() * (there * there).sum()))
    return float((here * there).sum()) / size if size > 0 else 0.0
