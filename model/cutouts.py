"""Cutouts: an animal without its place, and the place without its animal. Training only.

An animal in another place, far or dark, teaches the animal; the same place without it teaches that the place is no
animal. Outlines are found by GrabCut (Rother, Kolmogorov and Blake, 2004) inside a known box, gaps are painted by
Telea's method (2004), both as OpenCV has them.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ingest.frames import Pixels, Region

LEAST_BOX = 24
"""Smaller boxes, in pixels, have no outline to be found."""

WORKED_AT = 200
"""GrabCut looks at the box with its longer side at most this many pixels."""

MARGIN = 0.16
"""The box is looked at with so much of its longer side around it."""

ROUNDS = 3
LEAST_FILLED, MOST_FILLED = 0.3, 0.97
"""An outline that fills less of its box, or all of it, was not found."""

LEAST_SIDE = 90
"""A strip of the surroundings has at least this many pixels on each side."""

LEAST_SPREAD = 12.0
"""A strip whose pixels differ less than this (standard deviation, of 255) is a studio's wall or a border."""

AROUND = 0.06
"""So much of a box's side beside it may still be fur or shadow."""

SEEN_AT = 150
"""A far animal is shown in a square of at least this many pixels, as a crop around motion shows it."""

CONTEXT = 1.6
PAINT_RADIUS = 5
Mask = npt.NDArray[np.uint8]


def cutout(pixels: Pixels, box: Region) -> Pixels | None:
    """The animal in the box: H x W x 4, RGB with its outline as alpha. None where no outline was found."""
    left, top, right, bottom = _inside(pixels, box)
    if min(right - left, bottom - top) < LEAST_BOX:
        return None
    height, width = pixels.shape[:2]
    margin = round(MARGIN * max(right - left, bottom - top))
    x, y = max(0, left - margin), max(0, top - margin)
    part = pixels[y : min(height, bottom + margin), x : min(width, right + margin)]
    by = min(1.0, WORKED_AT / max(part.shape[:2]))
    small = np.asarray(cv2.resize(part, None, fx=by, fy=by, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    within = _within(small, (left - x) * by, (top - y) * by, (right - x) * by, (bottom - y) * by)
    outline = _largest(_grab(small, within))
    if outline is None or not LEAST_FILLED < outline.sum() / (within[2] * within[3]) < MOST_FILLED:
        return None
    rows, columns = np.flatnonzero(outline.any(axis=1)), np.flatnonzero(outline.any(axis=0))
    found: Pixels = np.dstack([small, outline * 255])
    return found[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def surroundings(pixels: Pixels, boxes: Sequence[Region]) -> list[Pixels]:
    """What lies beside all of the boxes: the strips left, right, above and below that show a place."""
    if not boxes:
        return []
    height = pixels.shape[0]
    places = [_inside(pixels, box) for box in boxes]
    left, top = min(place[0] for place in places), min(place[1] for place in places)
    right, bottom = max(place[2] for place in places), max(place[3] for place in places)
    beside, above = round(AROUND * (right - left)) + 6, round(AROUND * (bottom - top)) + 6
    strips = (
        pixels[:, : max(0, left - beside)], pixels[:, right + beside :], pixels[: max(0, top - above)],
        pixels[min(height, bottom + above) :],
    )  # fmt: skip
    return [
        strip for strip in strips if min(strip.shape[:2]) >= LEAST_SIDE and float(strip.std()) >= LEAST_SPREAD
    ]  # fmt: skip


def seen_near(pixels: Pixels, box: Region) -> tuple[Pixels, Pixels]:
    """A far animal as a crop around its motion shows it, and the same crop with the animal painted out."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = _inside(pixels, box)
    side = min(height, width, max(SEEN_AT, round(CONTEXT * max(right - left, bottom - top))))
    x = min(max(0, (left + right - side) // 2), width - side)
    y = min(max(0, (top + bottom - side) // 2), height - side)
    crop = np.ascontiguousarray(pixels[y : y + side, x : x + side])
    gap = np.zeros(crop.shape[:2], np.uint8)
    rim = max(3, round(AROUND * max(right - left, bottom - top)))
    gap[max(0, top - y - rim) : bottom - y + rim, max(0, left - x - rim) : right - x + rim] = 255
    return crop, np.asarray(cv2.inpaint(crop, gap, PAINT_RADIUS, cv2.INPAINT_TELEA), dtype=np.uint8)


def is_far(box: Region) -> bool:
    """Whether the whole picture, made small for the network, would hardly show it.

    >>> is_far(Region(x=0.4, y=0.4, w=0.02, h=0.03)), is_far(Region(x=0.2, y=0.2, w=0.5, h=0.5))
    (True, False)
    """
    return max(box.w, box.h) < 0.15


def _inside(pixels: Pixels, box: Region) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in pixels, inside the picture."""
    height, width = pixels.shape[:2]
    left, top = max(0, round(box.x * width)), max(0, round(box.y * height))
    return left, top, min(width, round((box.x + box.w) * width)), min(height, round((box.y + box.h) * height))


def _within(small: Pixels, left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    """GrabCut's rectangle (x, y, w, h): it must leave a border of what is surely no animal."""
    height, width = small.shape[:2]
    x, y = max(1, round(left) - 2), max(1, round(top) - 2)
    return x, y, min(width - 2, round(right) + 2) - x, min(height - 2, round(bottom) + 2) - y


def _grab(small: Pixels, within: tuple[int, int, int, int]) -> Mask:
    mask, model = np.zeros(small.shape[:2], np.uint8), (np.zeros((1, 65)), np.zeros((1, 65)))
    cv2.setRNGSeed(0)
    try:
        cv2.grabCut(
            np.ascontiguousarray(small[..., ::-1]), mask, within, *model, ROUNDS, cv2.GC_INIT_WITH_RECT
        )  # fmt: skip
    except cv2.error:
        return np.zeros_like(mask)
    animal: Any = (mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)
    return np.asarray(animal, dtype=np.uint8)


def _largest(outline: Mask) -> Mask | None:
    count, places, sizes, _ = cv2.connectedComponentsWithStats(outline)
    if count < 2:
        return None
    return np.asarray(places == 1 + int(sizes[1:, cv2.CC_STAT_AREA].argmax()), dtype=np.uint8)
