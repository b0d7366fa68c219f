"""Fitting: a part of a picture becomes the square that a network looks at, in the way that it was taught with.

Where a manifest says nothing, the part is squeezed to the square. A bundle made of somebody's fastai learner says how
its pictures were resized (fastai's Resize by crop, squish or pad, or the judging side of RandomResizedCrop, which
squeezes to a larger square and keeps its middle), and gets the very same pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from ingest.frames import Pixels
from model.crops import Crop

METHODS = ("crop", "squish", "pad")
PADS = {"zeros": "constant", "border": "edge", "reflection": "reflect"}
GAP = 1.0
"""Pillow may first shrink by whole steps, down to this many times the side: it saves half of the time or more.

Against 2.0, no answer changed at the threshold, of 2730 pictures and 38 clips.
"""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How a part becomes side x side pixels.

    method: empty for the quick squeeze, else fastai's crop, squish or pad. to: the square that is made first, of
    which the middle is kept; never below side. pad: fastai's name of what stands beside a padded picture.
    """

    side: int
    method: str = ""
    to: int = 0
    pad: str = "reflection"

    @property
    def exact(self) -> bool:
        """Whether each pixel matters, so that a picture must not be opened smaller than it is."""
        return bool(self.method)


def of(told: Mapping[str, Any]) -> Fit:
    """What a manifest's `input` says."""
    side, resize = int(told["size"]), told.get("resize")
    if resize is None:
        return Fit(side=side, to=side)
    return Fit(
        side=side, method=resize["method"], to=int(resize.get("to", side)), pad=resize.get("pad", "reflection")
    )


def sound(told: Mapping[str, Any]) -> bool:
    """Whether the optional key `resize` of a manifest's `input` can be followed.

    >>> sound({"size": 224}), sound({"size": 224, "resize": {"method": "crop"}})
    (True, True)
    >>> sound({"size": 224, "resize": {"method": "squish", "to": 100}}), sound({"size": 224, "resize": "crop"})
    (False, False)
    """
    resize = told.get("resize")
    if resize is None:
        return True
    if not isinstance(resize, Mapping) or resize.get("method") not in METHODS:
        return False
    to = resize.get("to", told["size"])
    return resize.get("pad", "reflection") in PADS and isinstance(to, int) and told["size"] <= to <= 4096


def fitted(picture: Image.Image, crop: Crop, fit: Fit) -> Pixels:
    """One part of a picture (RGB) as side x side x 3."""
    box = (crop.left, crop.top, crop.right, crop.bottom)
    if not fit.exact:
        size = (fit.side, fit.side)
        return np.asarray(picture.resize(size, Image.Resampling.BILINEAR, box=box, reducing_gap=GAP))
    part = picture if box == (0, 0, *picture.size) else picture.crop(box)
    if fit.method != "squish":
        part = _square(part, fit)
    made = np.asarray(part.resize((fit.to, fit.to), Image.Resampling.BILINEAR))
    edge = (fit.to - fit.side) // 2
    return made[edge : edge + fit.side, edge : edge + fit.side]


def tiled(picture: Image.Image, tiles: Sequence[Crop], side: int) -> list[Pixels]:
    """Tiles of one size as side x side x 3 each: the picture is made small once, and they are cut out of that."""
    (width, height), first = picture.size, tiles[0]
    small_width = round(width * side / (first.right - first.left))
    small_height = round(height * side / (first.bottom - first.top))
    size = (max(side, small_width), max(side, small_height))
    small = np.asarray(picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=GAP))
    found = []
    for tile in tiles:
        left = min(round(tile.left * size[0] / width), size[0] - side)
        top = min(round(tile.top * size[1] / height), size[1] - side)
        found.append(small[top : top + side, left : left + side])
    return found


def _square(part: Image.Image, fit: Fit) -> Image.Image:
    """The middle square of a part, or the part with borders that make it one."""
    width, height = part.size
    scales = (width / fit.to, height / fit.to)
    side = int((max if fit.method == "pad" else min)(scales) * fit.to)
    left, top = (int(0.5 * (long - side)) for long in (width, height))
    kept = part.crop((max(left, 0), max(top, 0), min(left + side, width), min(top + side, height)))
    before, after = (max(-top, 0), max(-left, 0)), (max(side + top - height, 0), max(side + left - width, 0))
    if not any((*before, *after)):
        return kept
    widths = ((before[0], after[0]), (before[1], after[1]), (0, 0))
    mode: Any = PADS[fit.pad]
    return Image.fromarray(np.pad(np.asarray(kept), widths, mode=mode))
