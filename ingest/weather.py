"""Weather: disturbances drawn over footage, to measure the gate by. The same moment is the same picture."""

from collections.abc import Callable, Mapping

import numpy as np

from ingest.frames import Pixels

SHOT_S = 0.5


def disturbed(pixels: Pixels, kind: str, at_s: float, *, seed: int = 0) -> Pixels:
    """The picture (height x width x 3) under one of KINDS at this moment. Raises KeyError for another kind."""
    return KINDS[kind](pixels, at_s, seed)


def _wind(pixels: Pixels, at_s: float, seed: int) -> Pixels:
    """The trees sway: what stands over the ground is pushed to and fro, more so in gusts, each tree on its own."""
    height, width = pixels.shape[:2]
    top, bottom = round(0.12 * height), round(0.46 * height)
    gust = 1.0 + 0.6 * np.sin(0.7 * at_s + seed)
    across, down = np.arange(width), np.arange(top, bottom)
    rise = np.clip((bottom - down) / (0.2 * height), 0, 1)[:, None]
    sway = gust * 0.006 * width * np.sin(2.1 * at_s + across / width * 37 + seed)[None, :] * rise
    flutter = np.sin(5.3 * at_s + across[None, :] * 0.9 + down[:, None] * 1.3) * 0.002 * width * rise
    source = np.clip(across[None, :] + np.round(sway + flutter).astype(int), 0, width - 1)
    out = pixels.copy()
    out[top:bottom] = pixels[down[:, None], source]
    return out


def _rain(pixels: Pixels, at_s: float, seed: int) -> Pixels:
    """Bright streaks, elsewhere in every shot."""
    return _specks(pixels, at_s, seed, count=70, tall=0.12, wide=0.007, grey=220, share=0.6)


def _snow(pixels: Pixels, at_s: float, seed: int) -> Pixels:
    """Bright flakes, elsewhere in every shot."""
    return _specks(pixels, at_s, seed, count=120, tall=0.012, wide=0.007, grey=245, share=0.8)


def _specks(
    pixels: Pixels, at_s: float, seed: int, *, count: int, tall: float, wide: float, grey: int, share: float
) -> Pixels:
    height, width = pixels.shape[:2]
    chance = np.random.default_rng((seed, round(at_s / SHOT_S)))
    out = pixels.astype(np.float32)
    tops, lefts = chance.uniform(-tall, 1, count) * height, chance.uniform(0, 1, count) * width
    for top, left, size in zip(tops, lefts, chance.uniform(0.5, 1.2, count), strict=True):
        rows = slice(max(0, round(top)), max(0, round(top + max(1.0, size * tall * height))))
        columns = slice(round(left), round(left + max(1.0, size * wide * width)))
        out[rows, columns] += share * (grey - out[rows, columns])
    return np.asarray(np.clip(out, 0, 255), dtype=np.uint8)


def _headlights(pixels: Pixels, at_s: float, seed: int) -> Pixels:
    """Beams of a car outside the view sweep over the ground, every twelve seconds for five."""
    height, width = pixels.shape[:2]
    progress = ((at_s + seed) % 12.0) / 5.0
    if progress > 1:
        return pixels
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    middle = (-0.2 + 1.4 * progress) * width
    beam = np.exp(-(((across - middle) / (0.16 * width)) ** 2) - ((down - 0.66 * height) / (0.2 * height)) ** 2)
    return np.asarray(np.clip(pixels * (1 + 1.6 * beam[..., None]) + 6 * beam[..., None], 0, 255), dtype=np.uint8)


def _exposure(pixels: Pixels, at_s: float, seed: int) -> Pixels:
    """The camera's exposure jumps every seven seconds."""
    level = 1.0 + 0.28 * ((int(at_s / 7) + seed) % 2)
    return np.asarray(np.clip(pixels * level + 4, 0, 255), dtype=np.uint8)


def _dawn(pixels: Pixels, at_s: float, seed: int) -> Pixels:  # noqa: ARG001
    """It grows light within two minutes."""
    return np.asarray(pixels * min(1.0, 0.3 + at_s / 170), dtype=np.uint8)


def _spider(pixels: Pixels, at_s: float, seed: int) -> Pixels:
    """Something bright and blurred swings before the lens in one place."""
    height, width = pixels.shape[:2]
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    middle = (0.3 + 0.02 * np.sin(1.9 * at_s + seed)) * width, (0.3 + 0.03 * np.sin(1.3 * at_s)) * height
    glow = np.exp(-(((across - middle[0]) / (0.06 * width)) ** 2) - ((down - middle[1]) / (0.09 * height)) ** 2)
    return np.asarray(np.clip(pixels + 90 * glow[..., None], 0, 255), dtype=np.uint8)


KINDS: Mapping[str, Callable[[Pixels, float, int], Pixels]] = {
    "wind": _wind,
    "rain": _rain,
    "snow": _snow,
    "headlights": _headlights,
    "exposure": _exposure,
    "dawn": _dawn,
    "spider": _spider,
}
