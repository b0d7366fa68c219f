"""Surface: plain measures of a picture's light, by which noise, a covered lens and a flat drawing differ from scenes.

How the light is spread, how it changes from one pixel to the next at three sizes, and how evenly over the picture. Of
colour only much of it counts: a camera's infrared picture has none, and is no stranger for that. Pure.
"""

import numpy as np
import numpy.typing as npt

from ingest import night
from ingest.frames import Pixels
from ingest.masks import GREY

Floats = npt.NDArray[np.floating]
SIZES = 3
BINS = 32
BLOCKS = 5
"""The picture is laid out in so many blocks a side."""

LITTLE_COLOUR = (12.0, 16.0)
"""Mean and root mean square of max - min of R, G, B, in grey levels: less counts as this much."""

MASKED = 0.05
"""Where a larger share is the grey of masks, light tells nothing: masked pictures taught no bank."""


def masked(pictures: Pixels) -> npt.NDArray[np.bool_]:
    """Of N x side x side x 3, RGB of 0..255, each: whether so much of it is hidden that its light tells nothing."""
    some = pictures[:, ::4, ::4]
    red, green, blue = (some[..., channel] == GREY for channel in range(3))
    found: npt.NDArray[np.bool_] = (red & green & blue).mean(axis=(1, 2)) > MASKED
    return found


def measured(pictures: Pixels) -> Floats:
    """N x side x side x 3, RGB of 0..255, as the network sees them, to N x measures."""
    found: Floats = np.stack([_measured(picture) for picture in pictures])
    return found


def _measured(picture: Pixels) -> Floats:
    light = picture[..., 0].astype(np.float32)
    light += picture[..., 1]
    light += picture[..., 2]
    light = _halved(light / 3)
    steps, smaller = [], light
    for _ in range(SIZES):
        steps.append(_steps(smaller))
        smaller = _halved(smaller)
    means = [one[0] for one in steps]
    found = [*_spread(light), *_blocks(light), *_colour(picture), *np.ravel(steps), *np.diff(means)]
    return np.array(found, dtype=np.float32)


def _spread(light: Floats) -> list[float]:
    """Of the grey levels: mean, spread, entropy, how few they are, and the darkest and the brightest."""
    shares = np.bincount((light / 256 * BINS).astype(np.int64).ravel(), minlength=BINS) / light.size
    there, sums = shares[shares > 0], np.cumsum(shares)
    most = np.sort(shares)[::-1]
    entropy = -float((there * np.log(there)).sum())
    ends = [float(np.searchsorted(sums, share)) / BINS * 4 for share in (0.02, 0.98)]
    extremes = [float(shares[0]), float(shares[-1])]
    return [
        float(light.mean()) / 64,
        _log(light.std()),
        entropy,
        float(most[0]),
        float(most[:3].sum()),
        *ends,
        *extremes,
    ]


def _steps(light: Floats) -> list[float]:
    """Of the steps between neighbours: mean, along against across, how rare the large ones are, flat ones, runs."""
    along, across = light[:, 1:] - light[:, :-1], light[1:] - light[:-1]
    rows, pairs = (along.ravel(), across.ravel()), (along[:, 1:] * along[:, :-1]).ravel()
    sizes = [np.abs(row) for row in rows]
    means = [float(np.add.reduce(size)) / len(size) for size in sizes]
    squares = [float(row @ row) / len(row) for row in rows]
    flat = [np.count_nonzero(size < 1) / len(size) for size in sizes]
    mean = sum(means) / 2
    runs = float(np.add.reduce(pairs)) / len(pairs) / (squares[0] + 0.5)
    return [_log(mean), _log(means[0]) - _log(means[1]), _log(np.sqrt(sum(squares) / 2)) - _log(mean), sum(flat) / 2,
            runs]  # fmt: skip


def _blocks(light: Floats) -> list[float]:
    """Of the blocks: spreads inside, and the spread of their means."""
    high, wide = (length // BLOCKS for length in light.shape)
    cut = light[: high * BLOCKS, : wide * BLOCKS].reshape(BLOCKS, high, BLOCKS, wide)
    rows = cut.transpose(0, 2, 1, 3).reshape(BLOCKS * BLOCKS, high * wide)
    means = rows.mean(axis=1)
    off = rows - means[:, None]
    inside = np.log(np.sqrt(np.einsum("ij,ij->i", off, off) / rows.shape[1]) + 0.5)
    return [float(inside.mean()), float(inside.std()), float(inside.min()), float(inside.max()), _log(means.std())]


def _colour(picture: Pixels) -> list[float]:
    off = night.colour(picture[::2, ::2]).astype(np.float32)
    return [_log(max(off.mean(), LITTLE_COLOUR[0])), _log(max(np.sqrt((off**2).mean()), LITTLE_COLOUR[1]))]


def _halved(light: Floats) -> Floats:
    even = light[: light.shape[0] // 2 * 2, : light.shape[1] // 2 * 2]
    rows = even[::2] + even[1::2]
    halved: Floats = (rows[:, ::2] + rows[:, 1::2]) / 4
    return halved


def _log(level: float | np.floating) -> float:
    """Of grey levels, with half of one as the least that can be told."""
    return float(np.log(level + 0.5))
