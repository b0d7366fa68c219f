"""Night: whether a picture was taken by infrared light. Pure."""

import numpy as np

from ingest.frames import Pixels

NIGHT_COLOUR = 6.0
"""Mean difference between a pixel's largest and smallest channel, of 255, below which a picture is infrared."""


def is_night(pixels: Pixels) -> bool:
    """Whether a picture was taken by infrared light: it is grey."""
    some = pixels[::8, ::8].astype(np.int16)
    return float((some.max(axis=2) - some.min(axis=2)).mean()) < NIGHT_COLOUR
