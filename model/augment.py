"""What fixed cameras do to an animal: elsewhere, far, half hidden, grey, dark, blurred. Training only."""

import io
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from ingest.frames import Pixels
from model import placing
from model.training.recipe import Shares

Picture = Image.Image
Lit = npt.NDArray[np.floating]
LARGEST = 640


def opened(path: Path, *, largest: int | None = LARGEST) -> Picture:
    """A picture, upright, RGB, at most `largest` pixels on its longer side."""
    with Image.open(path) as picture:
        if largest is not None:
            picture.draft("RGB", (largest, largest))
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    if largest is not None:
        upright.thumbnail((largest, largest))
    return upright


def squeezed(paths: Sequence[Path], side: int) -> Pixels:
    """N x side x side x 3 of N files, as they are served: squeezed to the square whatever their shape."""
    size = (side, side)
    return np.stack([np.asarray(opened(path).resize(size, Image.Resampling.BILINEAR)) for path in paths])


@dataclass
class Augment:
    """One picture as some camera might have seen it, at side x side pixels."""

    side: int
    backgrounds: Sequence[Path]
    seed: int = 0
    shares: Shares = field(default_factory=Shares)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Begin the sequence of chances."""
        self.chance = random.Random(self.seed)  # noqa: S311

    def __call__(self, picture: Picture, *, thing: bool, cutout: Path | None = None) -> Picture:
        """thing: there is something in it. cutout: its outline, which may be put into another place."""
        out = self._thing(picture, cutout) if thing else self._empty(picture)
        if self._happens(self.shares.mirrored):
            out = ImageOps.mirror(out)
        for share, change in self._changes():
            if self._happens(share):
                out = change(out)
        return out

    def seen(self, picture: Picture) -> Picture:
        """A picture of side x side pixels in other light, by infrared or by a poor camera: one change by chance."""
        changes = (self._light, self._infrared, self._low, self._blurred, self._compressed)
        return self.chance.choice(changes)(picture)

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _thing(self, picture: Picture, cutout: Path | None) -> Picture:
        if cutout is not None and self.backgrounds and self._happens(self.shares.placed):
            with Image.open(cutout) as outline:
                return placing.placed(outline.convert("RGBA"), self._background(), self.chance)
        if cutout is None and self.backgrounds and self._happens(self.shares.far):
            return self._far(picture)
        return self._crop(picture, least=0.3)

    def _empty(self, picture: Picture) -> Picture:
        out = self._crop(picture, least=0.02)
        if self._happens(self.shares.dusk):
            out = self._insects(self._infrared(out))
        return placing.cluttered(out, self.chance) if self._happens(self.shares.cluttered) else out

    def _background(self) -> Picture:
        return self._crop(opened(self.chance.choice(self.backgrounds)), least=0.04)

    def _changes(self) -> Sequence[tuple[float, Callable[[Picture], Picture]]]:
        shares = self.shares
        return (
            (shares.light, self._light), (shares.infrared, self._infrared), (shares.flash, self._flash),
            (shares.low, self._low), (shares.blurred, self._blurred), (shares.compressed, self._compressed),
            (shares.hidden, self._hidden), (shares.barred, lambda picture: placing.barred(picture, self.chance)),
        )  # fmt: skip

    def _crop(self, picture: Picture, least: float = 0.35) -> Picture:
        width, height = picture.size
        share, ratio = self.chance.uniform(least**0.5, 1.0) ** 2, self.chance.uniform(0.65, 1.5)
        w = min(width, max(16, round((share * width * height * ratio) ** 0.5)))
        h = min(height, max(16, round((share * width * height / ratio) ** 0.5)))
        left, top = self.chance.randint(0, width - w), self.chance.randint(0, height - h)
        return picture.crop((left, top, left + w, top + h)).resize((self.side, self.side), Image.Resampling.BILINEAR)

    def _far(self, picture: Picture) -> Picture:
        """The picture small, with soft edges, in front of a place without animals."""
        place = self._background()
        longer = round(self.side * self.chance.uniform(0.3, 0.85))
        small = picture.copy()
        small.thumbnail((longer, longer))
        mask = Image.new("L", small.size, 0)
        edge = max(1, min(small.size) // 8)
        mask.paste(255, (edge, edge, small.width - edge, small.height - edge))
        left = self.chance.randint(0, self.side - small.width)
        top = self.chance.randint(0, self.side - small.height)
        place.paste(small, (left, top), mask.filter(ImageFilter.GaussianBlur(edge / 2)))
        return place

    def _light(self, picture: Picture) -> Picture:
        bright = ImageEnhance.Brightness(picture).enhance(self.chance.uniform(0.4, 1.4))
        strong = ImageEnhance.Contrast(bright).enhance(self.chance.uniform(0.6, 1.4))
        out = ImageEnhance.Color(strong).enhance(self.chance.uniform(0.3, 1.4))
        return self._tinted(out) if self._happens(0.3) else out

    def _tinted(self, picture: Picture) -> Picture:
        """The white balance of dusk, or of a cheap lamp."""
        by = np.array([self.chance.uniform(0.7, 1.1) for _ in range(3)], dtype=np.float32)
        return Image.fromarray(np.clip(np.asarray(picture, dtype=np.float32) * by, 0, 255).astype(np.uint8))

    def _infrared(self, picture: Picture) -> Picture:
        """Grey, bright in the middle, dark and noisy around."""
        grey = np.asarray(picture.convert("L"), dtype=np.float32) / 255
        far = self._from_lamp(lowest=0.4)
        lit = grey ** self.chance.uniform(0.6, 1.6) * np.exp(-far * self.chance.uniform(0.0, 1.1))
        if self._happens(0.25):
            lit = lit * self.chance.uniform(0.3, 0.9)
        return self._noisy(lit, most=0.06)

    def _flash(self, picture: Picture) -> Picture:
        """A weak lamp in a dark night, in colour: dark, less so where it shines, noisy."""
        colours = self._tinted(picture)
        lit = (np.asarray(colours, dtype=np.float32) / 255) ** self.chance.uniform(0.8, 1.8)
        fading = np.exp(-self._from_lamp(lowest=0.7) * self.chance.uniform(0.0, 1.3))
        return self._noisy(lit * fading[..., None] * self.chance.uniform(0.15, 0.7), most=0.03)

    def _from_lamp(self, *, lowest: float) -> Lit:
        """How far off the middle of what a lamp lights each pixel lies, squared; half a side has 1."""
        rise, run = np.mgrid[-1 : 1 : self.side * 1j, -1 : 1 : self.side * 1j]
        far: Lit = (rise - self.chance.uniform(-0.4, lowest)) ** 2 + (run - self.chance.uniform(-0.4, 0.4)) ** 2
        return far

    def _noisy(self, lit: Lit, *, most: float) -> Picture:
        """A picture of 0..1, grey or in colour, with a sensor's noise of at most so much."""
        noise = np.random.default_rng(self.chance.randrange(1 << 30)).normal(
            0, self.chance.uniform(0, most), lit.shape
        )
        return Image.fromarray(np.clip((lit + noise) * 255, 0, 255).astype(np.uint8)).convert("RGB")

    def _insects(self, picture: Picture) -> Picture:
        """Moths and rain near an infrared lamp: soft bright streaks, and dark ones before a bright ground."""
        out = picture.copy()
        for _ in range(self.chance.randint(1, 3)):
            layer, side = Image.new("L", out.size, 0), self.side
            x, y = self.chance.uniform(0, side), self.chance.uniform(0, side)
            long, turn = self.chance.uniform(0.03, 0.5) * side, self.chance.uniform(0, 6.3)
            end = (x + long * math.cos(turn), y + long * math.sin(turn))
            width = max(2, round(self.chance.uniform(0.02, 0.22) * side))
            ImageDraw.Draw(layer).line((x, y, *end), fill=self.chance.randint(90, 255), width=width)
            shade = self.chance.choice((255, 230, 200, 30))
            blur = ImageFilter.GaussianBlur(self.chance.uniform(1, 0.06 * side))
            out.paste((shade, shade, shade), (0, 0), layer.filter(blur))
        return out

    def _low(self, picture: Picture) -> Picture:
        side = self.chance.randint(24, 112)
        small = picture.resize((side, side), Image.Resampling.BOX)
        return small.resize((self.side, self.side), Image.Resampling.BILINEAR)

    def _blurred(self, picture: Picture) -> Picture:
        return picture.filter(ImageFilter.GaussianBlur(self.chance.uniform(0.5, 3)))

    def _compressed(self, picture: Picture) -> Picture:
        bytes_ = io.BytesIO()
        picture.save(bytes_, "JPEG", quality=self.chance.randint(12, 50))
        return Image.open(io.BytesIO(bytes_.getvalue())).convert("RGB")

    def _hidden(self, picture: Picture) -> Picture:
        """A trunk, a rock or another piece of a place in front of a part of it."""
        out, side = picture.copy(), self.side
        w, h = self.chance.randint(side // 12, side // 3), self.chance.randint(side // 4, side)
        left, top = self.chance.randint(0, side - w), self.chance.randint(0, side - h)
        if self.backgrounds and self._happens(0.5):
            out.paste(self._background().crop((0, 0, w, h)), (left, top))
        else:
            out.paste(tuple(self.chance.randint(10, 120) for _ in range(3)), (left, top, left + w, top + h))
        return out
