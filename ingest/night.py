"""Night: whether a picture was taken by infrared light. Pure."""

import numpy as np
import numpy.typing as npt

from ingest.frames import Pixels

NIGHT_COLOUR = 6.0
"""Mean difference between a pixel's largest and smallest channel, of 255, below which a picture is infrared."""


def is_night(pixels: Pixels) -> bool:
    """Whether a picture was taken by infrared light: it is grey."""
    return float(colour(pixels[::8, ::8]).mean()) < NIGHT_COLOUR


def colour(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """How far the channels of each pixel (H x W x 3) lie apart: largest minus smallest, 0 where it is grey."""
    red, green, blue = pixels.transpose(2, 0, 1)
    apart: npt.NDArray[np.uint8] = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    return apart
