"""Night: whether a picture was taken by infrared light. Pure."""

import numpy as np

from ingest.frames import Pixels

NIGHT_COLOUR = 6.0
"""Mean difference between a pixel's largest and smallest channel, of 255, below which a picture is infrared."""


def is_night(pixels: Pixels) -> bool:
    """Whether a picture was taken by infrared light: it is grey."""
    red, green, blue = pixels[::8, ::8].transpose(2, 0, 1)
    most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    return float((most - least).mean()) < NIGHT_COLOUR
