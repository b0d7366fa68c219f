"""Signs: what one small picture says of the camera that took it. PURE."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ingest.frames import Pixels
from ingest.night import is_night
from ingest.shifts import Grey

SIDE = 320
"""The longer side of the small picture, in pixels."""

EDGE = 0.06
"""Shares of height that cameras write their name and the time into."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Signs:
    """grey: height x width, 0..255. light and contrast: mean and standard deviation of it.

    sharpness: variance of the Laplacian over the light's own spread (Pech-Pacheco et al., 2000; the spread of a
    coarse copy takes the light out of it), so that dusk and a grey sky do not count as blur.
    """

    grey: Grey
    light: float
    contrast: float
    sharpness: float
    night: bool


def of_pixels(pixels: Pixels) -> Signs:
    """The signs of a picture: height x width x 3, RGB, any size."""
    small = reduced(pixels)
    grey = (small @ np.asarray([0.299, 0.587, 0.114], dtype=np.float32)).astype(np.float32)
    return of_grey(grey, night=is_night(pixels))


def of_grey(grey: Grey, *, night: bool) -> Signs:
    """The signs of a small grey picture."""
    part = inside(grey)
    return Signs(
        grey=grey, light=float(part.mean()), contrast=float(part.std()), sharpness=sharpness_of(part), night=night
    )


def inside(grey: Grey) -> Grey:
    """The picture without the edges that a camera writes into."""
    margin = round(grey.shape[0] * EDGE)
    return grey[margin : grey.shape[0] - margin]


def sharpness_of(grey: Grey) -> float:
    """Fine structure for the coarse structure there is; a picture without any has none."""
    coarse = ndimage.gaussian_filter(grey, 6.0)
    spread = float(coarse.std())
    return float(ndimage.laplace(ndimage.gaussian_filter(grey, 0.7)).std()) / max(spread, 4.0)


def still(before: Grey, after: Grey) -> bool:
    """Whether two pictures are one and the same: a sensor's noise alone makes any two differ."""
    if before.shape != after.shape:
        return False
    apart = inside(np.abs(before - after))
    return float(apart.max()) <= 1.0 and float(apart.mean()) < 0.02


def reduced(pixels: Pixels) -> npt.NDArray[np.float32]:
    """The picture at SIDE, each pixel the mean of those that it stands for."""
    height, width = pixels.shape[:2]
    share = SIDE / max(height, width)
    rows, columns = max(8, round(height * share)), max(8, round(width * share))
    if share >= 1:
        return np.asarray(pixels, dtype=np.float32)
    across = np.add.reduceat(pixels, _starts(width, columns), axis=1, dtype=np.float32)
    both = np.add.reduceat(across, _starts(height, rows), axis=0)
    sizes = np.diff([*_starts(height, rows), height])[:, None] * np.diff([*_starts(width, columns), width])[None]
    return np.asarray(both / sizes[..., None], dtype=np.float32)


def _starts(length: int, parts: int) -> npt.NDArray[np.intp]:
    return np.asarray(np.arange(parts) * length // parts, dtype=np.intp)
