"""Footage: scenes that the project draws itself, for the demo and for tests. The same moment is the same picture."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from ingest.frames import Pixels, Region

PERIOD_S = 75.0
"""A scene repeats its walks this often."""

Floats = npt.NDArray[np.float32]
Colour = tuple[int, int, int]
SIZE = (640, 360)


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Something that crosses the view: from start_s for lasts_s of each period, at depth 0 (far) to 1 (near)."""

    kind: str
    start_s: float
    lasts_s: float
    depth: float
    colour: Colour
    leftward: bool = False


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A place: how its sky and ground look, whether it is night, and who walks there."""

    sky: Colour
    ground: Colour
    trees: Colour
    night: bool
    walks: tuple[Walk, ...]
    water: bool = False
    parked: bool = False


BROWN, BLACK = (92, 62, 40), (38, 34, 34)
PLACES: Mapping[str, Scene] = {
    "creek": Scene(
        sky=(168, 190, 205), ground=(104, 112, 74), trees=(52, 72, 50), night=False, water=True,
        walks=(Walk(kind="bear", start_s=2, lasts_s=24, depth=0.75, colour=BROWN),),
    ),
    "meadow": Scene(
        sky=(186, 200, 208), ground=(136, 134, 84), trees=(70, 88, 62), night=False,
        walks=(
            Walk(kind="bear", start_s=3, lasts_s=30, depth=0.35, colour=BLACK, leftward=True),
            Walk(kind="other_animal", start_s=44, lasts_s=20, depth=0.5, colour=(142, 104, 66)),
        ),
    ),
    "night-camp": Scene(
        sky=(20, 20, 20), ground=(92, 92, 92), trees=(44, 44, 44), night=True,
        walks=(Walk(kind="bear", start_s=2, lasts_s=26, depth=0.7, colour=(70, 70, 70)),),
    ),
    "trail": Scene(
        sky=(176, 190, 200), ground=(128, 112, 84), trees=(60, 80, 54), night=False,
        walks=(
            Walk(kind="person", start_s=4, lasts_s=22, depth=0.7, colour=(178, 60, 48)),
            Walk(kind="other_animal", start_s=40, lasts_s=22, depth=0.6, colour=(150, 108, 70), leftward=True),
        ),
    ),
    "lot": Scene(
        sky=(170, 184, 196), ground=(120, 118, 112), trees=(64, 82, 62), night=False, parked=True,
        walks=(Walk(kind="person", start_s=20, lasts_s=20, depth=0.6, colour=(60, 84, 130), leftward=True),),
    ),
}  # fmt: skip
SCENES = tuple(PLACES)


def render(scene: str, at_s: float, *, seed: int = 0, size: tuple[int, int] = SIZE) -> Pixels:
    """The scene at this moment: height x width x 3, RGB. size: width, height. Raises KeyError for no scene."""
    place = PLACES[scene]
    canvas = Image.fromarray(_still(scene, seed, size).copy())
    for walk, progress in _walking(place, at_s):
        _draw(canvas, walk, progress, at_s, seed)
    pixels = np.asarray(canvas, dtype=np.float32)
    noise = _noise(size)[int(at_s * 2) % NOISES]
    pixels = pixels + noise[..., None] * (5.0 if place.night else 2.5)
    if place.night:
        pixels = pixels * _lamp(size)[..., None]
    return np.asarray(np.clip(pixels, 0, 255), dtype=np.uint8)


def truth(scene: str, at_s: float, *, seed: int = 0, size: tuple[int, int] = SIZE) -> Sequence[tuple[str, Region]]:
    """What is in the picture, and where: for training the demo's model, and for tests."""
    width, height = size
    found = []
    for walk, progress in _walking(PLACES[scene], at_s):
        left, top, w, h = _place(walk, progress, size, seed)
        region = Region(x=left / width, y=top / height, w=w / width, h=h / height)
        if region.x > -0.5 * region.w and region.x + region.w < 1 + 0.5 * region.w:
            found.append((walk.kind, region))
    return found


def _walking(place: Scene, at_s: float) -> list[tuple[Walk, float]]:
    """Who is in the view, and how far across, 0 to 1."""
    inside = at_s % PERIOD_S
    return [
        (walk, (inside - walk.start_s) / walk.lasts_s)
        for walk in place.walks
        if walk.start_s <= inside < walk.start_s + walk.lasts_s
    ]


def _place(walk: Walk, progress: float, size: tuple[int, int], seed: int) -> tuple[float, float, float, float]:
    width, height = size
    tall = height * (0.12 + 0.42 * walk.depth) * (0.9 + 0.2 * ((seed * 37) % 11) / 10)
    wide = tall * SHAPES[walk.kind][1]
    across = 1 - progress if walk.leftward else progress
    left = -wide + across * (width + wide)
    foot = height * (0.55 + 0.42 * walk.depth)
    return left, foot - tall, wide, tall


def _draw(canvas: Image.Image, walk: Walk, progress: float, at_s: float, seed: int) -> None:
    left, top, w, h = _place(walk, progress, canvas.size, seed)
    sprite = Image.new("RGBA", (max(2, round(w * 2)), max(2, round(h * 2))), (0, 0, 0, 0))
    SHAPES[walk.kind][0](ImageDraw.Draw(sprite), sprite.size, walk.colour, at_s * 3.2)
    if walk.leftward:
        sprite = sprite.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    sprite = sprite.resize((max(1, round(w)), max(1, round(h))), Image.Resampling.BOX)
    shadow = Image.new("RGBA", (sprite.width, max(2, sprite.height // 8)), (0, 0, 0, 0))
    ImageDraw.Draw(shadow).ellipse((0, 0, shadow.width, shadow.height), fill=(0, 0, 0, 90))
    canvas.paste(shadow, (round(left), round(top + h - shadow.height / 2)), shadow)
    canvas.paste(sprite, (round(left), round(top)), sprite)


def _shade(colour: Colour, share: float) -> Colour:
    red, green, blue = (max(0, min(255, round(value * share))) for value in colour)
    return red, green, blue


def _legs(
    draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, phase: float, xs: Sequence[float],
    top: float, thick: float,
) -> None:  # fmt: skip
    """Legs that swing; every second one is further away and darker."""
    w, h = size
    for number, x in enumerate(xs):
        swing = 0.05 * math.sin(phase + number * math.pi * 0.75)
        shade = _shade(colour, 0.75 if number % 2 else 1.0)
        at = (x * w, top * h, (x + swing) * w, 0.98 * h)
        draw.line(at, fill=shade, width=max(2, round(thick * w)))
        draw.ellipse((at[2] - thick * w * 0.7, 0.93 * h, at[2] + thick * w * 0.9, h), fill=shade)


def _bear(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, phase: float) -> None:
    w, h = size
    _legs(draw, size, colour, phase, (0.2, 0.3, 0.58, 0.68), 0.6, 0.085)
    for part, share in (
        ((0.06, 0.2, 0.74, 0.76), 1.0), ((0.42, 0.1, 0.72, 0.6), 1.04), ((0.04, 0.28, 0.34, 0.74), 0.95),
    ):  # fmt: skip
        draw.ellipse(tuple(v * (w, h)[i % 2] for i, v in enumerate(part)), fill=_shade(colour, share))
    nod = 0.02 * math.sin(phase)
    draw.ellipse((0.66 * w, (0.22 + nod) * h, 0.9 * w, (0.56 + nod) * h), fill=_shade(colour, 1.1))
    draw.ellipse((0.84 * w, (0.36 + nod) * h, 0.99 * w, (0.54 + nod) * h), fill=_shade(colour, 1.3))
    draw.ellipse((0.955 * w, (0.38 + nod) * h, 0.995 * w, (0.46 + nod) * h), fill=(18, 16, 16))
    draw.ellipse((0.69 * w, (0.13 + nod) * h, 0.77 * w, (0.28 + nod) * h), fill=_shade(colour, 0.9))
    draw.ellipse((0.84 * w, (0.32 + nod) * h, 0.86 * w, (0.36 + nod) * h), fill=(12, 10, 10))


def _deer(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, phase: float) -> None:
    w, h = size
    _legs(draw, size, colour, phase, (0.2, 0.27, 0.62, 0.69), 0.55, 0.03)
    draw.ellipse((0.12 * w, 0.36 * h, 0.76 * w, 0.64 * h), fill=colour)
    draw.polygon([(0.62 * w, 0.5 * h), (0.74 * w, 0.42 * h), (0.88 * w, 0.2 * h), (0.8 * w, 0.16 * h)], fill=colour)
    draw.ellipse((0.78 * w, 0.12 * h, 0.98 * w, 0.25 * h), fill=_shade(colour, 1.08))
    draw.line((0.82 * w, 0.13 * h, 0.76 * w, 0.02 * h), fill=_shade(colour, 0.8), width=max(2, round(0.02 * w)))
    draw.ellipse((0.1 * w, 0.4 * h, 0.17 * w, 0.52 * h), fill=(230, 226, 214))


def _person(draw: ImageDraw.ImageDraw, size: tuple[int, int], colour: Colour, phase: float) -> None:
    w, h = size
    swing = 0.16 * math.sin(phase)
    for side in (-1, 1):
        draw.line((0.5 * w, 0.52 * h, (0.5 + side * swing) * w, 0.97 * h), fill=(52, 56, 70), width=round(0.16 * w))
        draw.line(
            (0.5 * w, 0.26 * h, (0.5 - side * swing * 1.3) * w, 0.52 * h),
            fill=_shade(colour, 0.8),
            width=round(0.1 * w),
        )
    draw.rounded_rectangle((0.32 * w, 0.2 * h, 0.68 * w, 0.56 * h), radius=0.12 * w, fill=colour)
    draw.ellipse((0.36 * w, 0.03 * h, 0.64 * w, 0.2 * h), fill=(214, 170, 138))
    draw.pieslice((0.33 * w, 0.0, 0.67 * w, 0.2 * h), 180, 360, fill=(70, 60, 44))


SHAPES: Mapping[str, tuple[Callable[[ImageDraw.ImageDraw, tuple[int, int], Colour, float], None], float]] = {
    "bear": (_bear, 1.65),
    "other_animal": (_deer, 1.15),
    "person": (_person, 0.46),
}
"""How each is drawn, and its width for a height of one."""


@lru_cache(maxsize=32)
def _still(scene: str, seed: int, size: tuple[int, int]) -> Pixels:
    """The place without anybody: hills, trees, ground, perhaps a creek and a parked car."""
    place, chance, (width, height) = PLACES[scene], np.random.default_rng(seed + sum(map(ord, scene))), size
    horizon = int(height * 0.42)
    rise = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    picture = np.asarray(place.sky, np.float32) * (1.05 - 0.25 * rise) + np.zeros((height, width, 3), np.float32)
    patches = _texture(chance, (height, width))[..., None]
    ground = np.asarray(place.ground, np.float32) * (0.72 + 0.38 * rise) * (0.82 + 0.36 * patches)
    picture[horizon:] = ground[horizon:]
    canvas = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(canvas)
    _hills(draw, chance, size, horizon, place.trees)
    if place.water:
        _creek(draw, size, horizon)
    for x in chance.uniform(0, width, 26):
        _tree(draw, chance, float(x), horizon, height, place.trees)
    if place.parked:
        _car(draw, size)
    blurred = canvas.filter(ImageFilter.GaussianBlur(0.8))
    return np.asarray(blurred, dtype=np.uint8)


def _texture(chance: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Patches of several sizes, 0 to 1."""
    found = np.zeros(shape, np.float32)
    for cells, weight in ((6, 0.4), (24, 0.3), (90, 0.3)):
        grid = Image.fromarray((chance.random((cells, cells * 2)) * 255).astype(np.uint8))
        scaled = grid.resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
        found += weight * np.asarray(scaled, np.float32) / 255
    return found


def _hills(
    draw: ImageDraw.ImageDraw, chance: np.random.Generator, size: tuple[int, int], horizon: int, colour: Colour
) -> None:
    width, _ = size
    for step in (2, 1):
        xs = np.linspace(0, width, 40)
        waves = np.sum([np.sin(xs / width * 6.28 * n + chance.uniform(0, 6)) / n for n in (1, 2, 5)], axis=0)
        ys = horizon - step * horizon * 0.16 - waves * horizon * 0.07
        line = [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
        draw.polygon([(0, horizon + 2), *line, (width, horizon + 2)], fill=_shade(colour, 1.0 + 0.35 * step))


def _tree(
    draw: ImageDraw.ImageDraw, chance: np.random.Generator, x: float, horizon: int, height: int, colour: Colour
) -> None:
    tall, foot = float(chance.uniform(0.16, 0.36)) * height, horizon + float(chance.uniform(-2, 0.03 * height))
    shade = _shade(colour, float(chance.uniform(0.7, 1.15)))
    draw.line((x, foot, x, foot - 0.2 * tall), fill=_shade(colour, 0.5), width=3)
    for level in range(4):
        top, wide = foot - tall + level * tall * 0.2, tall * (0.1 + 0.07 * level)
        draw.polygon([(x, top), (x - wide, top + tall * 0.34), (x + wide, top + tall * 0.34)], fill=shade)


def _creek(draw: ImageDraw.ImageDraw, size: tuple[int, int], horizon: int) -> None:
    width, height = size
    near, far = ((0.02, 0.3), (0.56, 0.62))
    draw.polygon(
        [(far[0] * width, horizon), (far[1] * width, horizon), (near[1] * width, height), (near[0] * width, height)],
        fill=(118, 140, 150),
    )


def _car(draw: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    w, h = size
    body, glass, dark = (148, 38, 36), (60, 74, 84), (24, 24, 26)
    draw.rounded_rectangle((0.06 * w, 0.56 * h, 0.34 * w, 0.7 * h), radius=0.02 * w, fill=body)
    draw.polygon([(0.1 * w, 0.57 * h), (0.14 * w, 0.48 * h), (0.26 * w, 0.48 * h), (0.31 * w, 0.57 * h)], fill=glass)
    for x in (0.12, 0.28):
        draw.ellipse(((x - 0.025) * w, 0.66 * h, (x + 0.025) * w, 0.75 * h), fill=dark)


NOISES = 5


@lru_cache(maxsize=4)
def _noise(size: tuple[int, int]) -> Floats:
    """A few pictures of sensor noise, used in turn."""
    return np.random.default_rng(7).normal(0, 1, (NOISES, size[1], size[0])).astype(np.float32)


@lru_cache(maxsize=4)
def _lamp(size: tuple[int, int]) -> Floats:
    """How an infrared lamp lights the view: bright in the middle."""
    rise, run = np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j]
    return np.asarray(1.25 * np.exp(-0.75 * (rise**2 + run**2)), dtype=np.float32)
