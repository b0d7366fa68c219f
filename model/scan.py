"""Scan: squares all over a large still, judged in one pass, for animals too far off for its tiles.

Up to its pooling a network is made of convolutions: over a larger picture it gives a map of features, and the mean of
each square of that map goes through its last layers as the features of a crop do.
"""

import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from ingest.frames import Pixels
from model import calibration
from model.bundle import NETWORK, Bundle
from model.crops import Crop, Kind
from model.network import Request, compiled
from model.windowed import STRIDE, squares, windowed
from store.errors import BundleMalformed

Floats = npt.NDArray[np.floating]
LONGER = 1728
"""A still is scanned with its longer side so many pixels long: a square of 160 is about a tenth of it."""

NEARER = 1.5
"""A place that is likely a bear is scanned again, so many times larger."""

AROUND = 3
"""Of its surroundings, this many squares wide."""

BESIDE = 1.5
"""Nearer, the bear may lie up to so many steps beside the place."""

MOST_PLACES = 6
APART = 2
"""Places lie more than so many steps apart."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A square, and how likely it is a bear: the mean, in log odds, of how it looks in the still and nearer."""

    crop: Crop
    p: float


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    """Log odds of bear of squares (rows x columns), with the middles of columns and rows in pixels of the still."""

    odds: Floats
    xs: Floats
    ys: Floats


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """A part of the still and the pixels that it is scanned at."""

    left: float
    top: float
    right: float
    bottom: float
    width: int
    height: int


class Scan:
    """A bundle's own network over whole stills. Threads may share it; they take turns.

    Raises BundleMalformed where the network cannot be used so.
    """

    def __init__(self, bundle: Bundle, *, threads: int = 2) -> None:
        self._side, self._temperature = bundle.input_size, bundle.temperature
        self._bears = [bundle.labels.index(label) for label in bundle.bear_labels]
        self._threads, self._lock = threads, threading.Lock()
        network = windowed(bundle.file(NETWORK), side=bundle.input_size)
        if network is None:
            raise BundleMalformed(
                f"{bundle.folder}: far_penalty is said of a network that cannot scan a still: leave it out"
            )
        self._network = network
        self._request: Request | None = None

    def places(self, still: Image.Image, least: float = 0.0) -> list[Place]:
        """The likeliest squares of at least so many log odds, the likeliest first, each looked at nearer too."""
        scale = LONGER / max(still.size)
        width, height = (max(self._side, round(side * scale / STRIDE) * STRIDE) for side in still.size)
        whole = _Frame(left=0, top=0, right=still.width, bottom=still.height, width=width, height=height)
        seen = self._seen(still, whole)
        return [
            Place(crop=self._square(still, x, y, scale), p=_p((odds + self._nearer(still, x, y, scale)) / 2))
            for odds, x, y in _peaks(seen, least)
        ]

    def _nearer(self, still: Image.Image, x: float, y: float, scale: float) -> float:
        """Log odds of the surest square near a place, its surroundings scanned larger."""
        side, scale = AROUND * self._side, scale * NEARER
        wide = min(side / scale, *still.size)
        left, top = _corner(still, x, y, wide)
        frame = _Frame(left=left, top=top, right=left + wide, bottom=top + wide, width=side, height=side)
        seen, far = self._seen(still, frame), BESIDE * STRIDE * wide / side + 1
        near = (np.abs(seen.ys - y)[:, None] <= far) & (np.abs(seen.xs - x) <= far)
        return float(seen.odds[near].max(initial=-np.inf))

    def _square(self, still: Image.Image, x: float, y: float, scale: float) -> Crop:
        side = min(round(self._side / scale), *still.size)
        left, top = map(round, _corner(still, x, y, side))
        return Crop(left=left, top=top, right=left + side, bottom=top + side, kind=Kind.FAR)

    def _seen(self, still: Image.Image, frame: _Frame) -> _Seen:
        size, box = (frame.width, frame.height), (frame.left, frame.top, frame.right, frame.bottom)
        pixels = np.asarray(still.resize(size, Image.Resampling.BILINEAR, box=box))
        odds = self._odds(pixels).reshape(-1, squares(frame.width, self._side))
        ys, xs = (np.arange(count) * STRIDE + self._side / 2 for count in odds.shape)
        return _Seen(
            odds=odds,
            xs=frame.left + xs * (frame.right - frame.left) / frame.width,
            ys=frame.top + ys * (frame.bottom - frame.top) / frame.height,
        )

    def _odds(self, pixels: Pixels) -> Floats:
        """H x W x 3 to the log odds of bear of every square, row by row."""
        with self._lock:
            if self._request is None:
                self._request = compiled(self._network, threads=self._threads, many_shapes=True)
            logits = self._request.infer([pixels[None]])[0]
        return calibration.log_odds(calibration.softmax(logits, self._temperature)[:, self._bears].sum(axis=1))


def _corner(still: Image.Image, x: float, y: float, side: float) -> tuple[float, float]:
    """Left and top of the square around a place, moved into the still."""
    width, height = still.size
    return min(max(0.0, x - side / 2), width - side), min(max(0.0, y - side / 2), height - side)


def _p(odds: float) -> float:
    return float(1 / (1 + np.exp(-odds)))


def _peaks(seen: _Seen, least: float) -> list[tuple[float, float, float]]:
    """Log odds, x and y of the surest squares, each but those beside a surer one."""
    left, found = seen.odds.copy(), list[tuple[float, float, float]]()
    while len(found) < MOST_PLACES:
        row, column = np.unravel_index(int(left.argmax()), left.shape)
        if left[row, column] < least:
            break
        found.append((float(left[row, column]), float(seen.xs[column]), float(seen.ys[row])))
        left[max(0, row - APART) : row + APART + 1, max(0, column - APART) : column + APART + 1] = -np.inf
    return found
