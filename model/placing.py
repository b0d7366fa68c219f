"""An animal's outline in another place, and places that look as if they held one. Training only."""

import math
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

Picture = Image.Image
SMALLEST, LARGEST = 0.12, 1.0
"""The animal's longer side, as a share of the picture's."""

NIGHT = 0.4
TWO = 0.15
HALF_OUT = 0.2
"""So often it is partly outside of the picture, by up to a third."""

GRASS = 0.25


def placed(outline: Picture, place: Picture, chance: Random) -> Picture:
    """The outline (RGBA) in front of a square place, at any size, lit as the place is or darker."""
    night = chance.random() < NIGHT
    out = ImageEnhance.Brightness(place).enhance(chance.uniform(0.08, 0.6)) if night else place.copy()
    for _ in range(2 if chance.random() < TWO else 1):
        animal = _turned(_sized(outline, out.width, chance), chance)
        colours, alpha = animal.convert("RGB"), animal.getchannel("A")
        gain = chance.uniform(0.15, 1.1) if night else _gain(colours, alpha, out, chance)
        colours = ImageEnhance.Brightness(colours).enhance(min(gain, 1.6))
        colours = ImageEnhance.Color(colours).enhance(chance.uniform(0.3, 1.1))
        colours = ImageEnhance.Contrast(colours).enhance(chance.uniform(0.4, 1.1))
        at = _somewhere(animal, out, chance)
        out.paste(colours, at, alpha.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 1.2))))
        if chance.random() < GRASS:
            _grass(out, at, animal.size, chance)
    return out


def cluttered(place: Picture, chance: Random) -> Picture:
    """Stumps, rocks and shadows: dark shapes that are no animal."""
    out, side = place.copy(), place.width
    for _ in range(chance.randint(1, 3)):
        shape = Image.new("L", out.size, 0)
        ImageDraw.Draw(shape).polygon(_corners(side, chance), fill=chance.randint(150, 255))
        if chance.random() < 0.5:
            shaded = ImageEnhance.Brightness(out).enhance(chance.uniform(0.15, 0.6))
            out.paste(shaded, (0, 0), shape.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 4))))
        else:
            shade = chance.randint(5, 70)
            tint = tuple(max(0, shade + chance.randint(-10, 10)) for _ in range(3))
            out.paste(tint, (0, 0), shape.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 3))))
    return out


def barred(picture: Picture, chance: Random) -> Picture:
    """The bars that trail cameras write date and temperature into."""
    out, side = picture.copy(), picture.width
    draw = ImageDraw.Draw(out)
    for top in (True, False):
        if chance.random() < 0.4:
            continue
        height, dark = chance.randint(4, 12), chance.random() < 0.8
        y, x = 0 if top else side - height, chance.randint(0, 10)
        draw.rectangle((0, y, side, y + height), fill=(0, 0, 0) if dark else (235, 235, 235))
        while x < side - 6:
            width = chance.randint(2, 14)
            if chance.random() < 0.6:
                ink = (220, 220, 220) if dark else (20, 20, 20)
                draw.rectangle((x, y + height * 0.3, x + width, y + height * 0.7), fill=ink)
            x += width + chance.randint(1, 12)
    return out


def _sized(outline: Picture, side: int, chance: Random) -> Picture:
    longer = side * math.exp(chance.uniform(math.log(SMALLEST), math.log(LARGEST)))
    by = longer / max(outline.size)
    size = tuple(max(5, round(length * by * chance.uniform(0.9, 1.1))) for length in outline.size)
    way = Image.Resampling.BOX if by < 0.5 else Image.Resampling.BILINEAR
    return outline.resize((size[0], size[1]), way)


def _turned(animal: Picture, chance: Random) -> Picture:
    out = ImageOps.mirror(animal) if chance.random() < 0.5 else animal
    if chance.random() < 0.3:
        out = out.rotate(chance.uniform(-12, 12), expand=True, resample=Image.Resampling.BILINEAR)
    return out


def _gain(colours: Picture, alpha: Picture, place: Picture, chance: Random) -> float:
    """As bright as the place, or darker: against the light an animal is a dark shape."""
    here = float(np.asarray(place.convert("L")).mean()) + 8
    own = np.asarray(colours.convert("L"))[np.asarray(alpha) > 128]
    mean = float(own.mean()) + 8 if own.size else 60.0
    return float((here / mean) ** chance.uniform(0, 1) * chance.uniform(0.45, 1.25))


def _somewhere(animal: Picture, place: Picture, chance: Random) -> tuple[int, int]:
    out = 0.35 if chance.random() < HALF_OUT else 0.0
    ends = [(-out * own, side - own * (1 - out)) for own, side in zip(animal.size, place.size, strict=True)]
    return round(chance.uniform(*ends[0])), round(chance.uniform(*ends[1]))


def _grass(out: Picture, at: tuple[int, int], size: tuple[int, int], chance: Random) -> None:
    """Blades in the colours of the ground before the animal."""
    draw, side = ImageDraw.Draw(out), out.width
    for _ in range(chance.randint(2, 10)):
        x, y = at[0] + chance.uniform(0, size[0]), at[1] + size[1]
        ground = out.getpixel((int(min(side - 1, max(0, x))), int(min(side - 1, max(0, y + 2)))))
        tip = (x + chance.uniform(-0.2, 0.2) * size[0], y - chance.uniform(0.1, 0.7) * size[1])
        draw.line((x, y, *tip), fill=ground, width=chance.randint(1, max(1, size[0] // 12)))


def _corners(side: int, chance: Random) -> list[tuple[float, float]]:
    radius = side * math.exp(chance.uniform(math.log(0.04), math.log(0.35)))
    x, y, count = chance.uniform(0, side), chance.uniform(0, side), chance.randint(5, 11)
    return [
        (
            x + radius * chance.uniform(0.5, 1.2) * math.cos(2 * math.pi * corner / count) * chance.choice((1, 1.4)),
            y + radius * chance.uniform(0.5, 1.2) * math.sin(2 * math.pi * corner / count),
        )
        for corner in range(count)
    ]
