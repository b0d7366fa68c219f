"""Shapes: marks of a picture grown and shrunk, as scipy.ndimage does it, at a tenth of the time. PURE."""

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


def opened(mask: Mask) -> Mask:
    """Without specks: what is left of it shrunk and grown again by a cross of three (`ndimage.binary_opening`)."""
    small = mask.copy()
    small[1:] &= mask[:-1]
    small[:-1] &= mask[1:]
    small[:, 1:] &= mask[:, :-1]
    small[:, :-1] &= mask[:, 1:]
    small[0] = small[-1] = False
    small[:, 0] = small[:, -1] = False
    grown = small.copy()
    grown[1:] |= small[:-1]
    grown[:-1] |= small[1:]
    grown[:, 1:] |= small[:, :-1]
    grown[:, :-1] |= small[:, 1:]
    return grown


def grown(mask: Mask, by: int) -> Mask:
    """By so many pixels in each direction (`ndimage.binary_dilation` with a square of three, so many times)."""
    for _ in range(by):
        rows = mask.copy()
        rows[1:] |= mask[:-1]
        rows[:-1] |= mask[1:]
        mask = rows.copy()
        mask[:, 1:] |= rows[:, :-1]
        mask[:, :-1] |= rows[:, 1:]
    return mask
