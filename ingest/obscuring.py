"""Obscuring: parts of a picture become a few blocks of one colour each. Runs in the decoding child only."""

from collections.abc import Sequence

import cv2
import numpy as np

from ingest.frames import Pixels

BLOCKS = 24
"""Along the longer side of the picture; a face that fills a quarter of it is six blocks wide."""

BLOCKS_OF_A_PART = 4
"""Along the longer side of a part that is hidden for what is in it."""

Part = Sequence[float]
"""x, y, w, h as fractions of the picture."""


def obscured(pixels: Pixels, *, hide: Sequence[Part], shown: Sequence[Part]) -> Pixels:
    """A copy in which everything outside of `shown` is coarse, and each part of `hide` coarser still."""
    height, width = pixels.shape[:2]
    coarse = _blocks(pixels, BLOCKS)
    for part in shown:
        inside = _inside(part, width, height)
        coarse[inside] = pixels[inside]
    for part in hide:
        inside = _inside(part, width, height)
        if coarse[inside].size:
            coarse[inside] = _blocks(pixels[inside], BLOCKS_OF_A_PART)
    return coarse


def _blocks(pixels: Pixels, along: int) -> Pixels:
    height, width = pixels.shape[:2]
    share = along / max(height, width)
    small = (max(1, round(width * share)), max(1, round(height * share)))
    few = cv2.resize(pixels, small, interpolation=cv2.INTER_AREA)
    return np.array(cv2.resize(few, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def _inside(part: Part, width: int, height: int) -> tuple[slice, slice]:
    """Rounded outwards for what is hidden and what is shown alike; never outside of the picture."""
    x, y, w, h = part
    left, top = max(0, int(x * width)), max(0, int(y * height))
    right, bottom = min(width, -int(-(x + w) * width // 1)), min(height, -int(-(y + h) * height // 1))
    return slice(top, bottom), slice(left, right)
