"""The gate beside every-frame differencing: false wakes on wind, rain, snow and headlights, bears found, cost a shot.

Differencing is the usual one of camera recorders: grey, 100 lines, 30 grey levels, 10 pixels that hold together.
"""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy import ndimage

from api.settings import SHIPPED
from bench.telling import SHARED, tell
from ingest import footage, weather
from ingest.decoding import Decoder
from ingest.frames import Pixels, Thumb
from ingest.gate import Gate
from ingest.pace import Pace
from ingest.sources import shot_of
from model.bundle import load
from model.crop_classifier import CropClassifier
from model.detections import Detection

LINES, LEVELS, LEAST = 100, 30, 10
QUIET = {"creek": (28, 45), "night-camp": (30, 44), "lot": (42, 32)}
"""From when, and for how long, nobody is in a scene."""

SHOTS = 240


class Differencing:
    """The shot before against this one."""

    def __init__(self) -> None:
        self._before: Thumb | None = None

    def wakes(self, thumb: Thumb) -> bool:
        """Whether enough of the picture differs from the one before."""
        small = ndimage.zoom(thumb, LINES / thumb.shape[0], order=1).astype(np.float32)
        before, self._before = self._before, small
        if before is None or before.shape != small.shape:
            return False
        marks, count = ndimage.label(np.abs(small - before) > LEVELS)
        return bool(count) and int(np.bincount(marks.ravel())[1:].max()) >= LEAST


def main() -> None:
    """Print wakes of each disturbance, the bears that were found, and the time a shot takes."""
    for kind in ("wind", "rain", "snow", "headlights"):
        mine, theirs = _wakes(kind)
        tell(
            name=f"gate-wakes-{kind}", value=mine, unit=f"shots of {SHOTS * len(QUIET)} that nobody was in",
            against="every-frame differencing", against_value=theirs, reach=1 / 3, more=False,
        )  # fmt: skip
    found, entered = _drawn()
    tell(
        name="gate-bears-drawn", value=found, unit="bears found in any weather", against="bears that entered",
        against_value=entered, reach=1.0, more=True,
    )  # fmt: skip
    _real()
    _paced()
    mine, theirs = _cost()
    tell(
        name="gate-cost", value=mine, unit="ms a shot", against="every-frame differencing", against_value=theirs,
        reach=20, more=False,
    )  # fmt: skip


def _shots(scene: str, kind: str) -> Iterator[Pixels]:
    begins, lasts = QUIET[scene]
    for at_s in np.arange(SHOTS) / 2:
        yield weather.disturbed(footage.render(scene, begins + at_s % lasts, seed=3), kind, at_s, seed=1)


def _wakes(kind: str) -> tuple[int, int]:
    mine = theirs = 0
    for scene in QUIET:
        gate, other = Gate(), Differencing()
        for number, pixels in enumerate(_shots(scene, kind)):
            thumb = shot_of(pixels, 0).thumb
            look = gate.look(thumb, number / 2)
            mine += bool(look.regions) or look.says == "the whole view changed"
            theirs += other.wakes(thumb)
    return mine, theirs


def _drawn() -> tuple[int, int]:
    """A bear counts as found where one of its shots has its middle inside a region."""
    found = entered = 0
    for scene in ("creek", "meadow", "night-camp"):
        for kind in weather.KINDS:
            gate, seen = Gate(), False
            for at_s in np.arange(55, 105, 0.5):
                drawn = weather.disturbed(footage.render(scene, at_s, seed=3), kind, at_s, seed=1)
                look = gate.look(shot_of(drawn, at_s).thumb, at_s)
                for what, bear in footage.truth(scene, at_s, seed=3):
                    x, y = bear.x + bear.w / 2, bear.y + bear.h / 2
                    inside = any(r.x <= x <= r.x + r.w and r.y <= y <= r.y + r.h for r in look.regions)
                    seen |= what == "bear" and inside
            found, entered = found + seen, entered + 1
    return found, entered


def _bear_clips() -> list[Path]:
    return [path for kind in ("clips", "clips_assembled") for path in (SHARED / kind / "bear").glob("*.mp4")]


def _real() -> None:
    """Each real clip with a bear wakes: by a region, or as a whole view that changed."""
    clips = _bear_clips()
    if not clips:
        return
    woke = 0
    with Decoder() as decoder:
        for path in clips:
            gate = Gate()
            looks = [gate.look(shot.thumb, shot.at_s) for shot in decoder.clip(path)]
            woke += any(look.kept for look in looks[1:])
    tell(
        name="gate-bears-real", value=woke, unit="clips with a bear that wake after their first shot",
        against="clips", against_value=len(clips), reach=1.0, more=True,
    )  # fmt: skip


def _paced() -> None:
    """Bears that the model finds in the shots of a stream that are kept for it, of those in all shots of the gate."""
    clips = _bear_clips()
    if not clips:
        return
    bundle = load(SHIPPED / "default")
    model, found, all_found, looks, all_looks = CropClassifier(bundle), 0, 0, 0, 0
    with Decoder() as decoder:
        for path in clips:
            gate, pace, sure, all_sure = Gate(), Pace(), 0.0, 0.0
            for shot in decoder.clip(path):
                look = gate.look(shot.thumb, shot.at_s)
                if not look.kept:
                    continue
                told = model.detect(model.prepare(decoder.picture(shot.picture), look.regions))
                p = told.p_bear if isinstance(told, Detection) else 0.0
                all_sure, all_looks = max(all_sure, p), all_looks + 1
                if pace.keeps(look, shot.at_s):
                    sure, looks = max(sure, p), looks + 1
            found, all_found = found + (sure >= bundle.threshold), all_found + (all_sure >= bundle.threshold)
    tell(
        name="pace-bears-real", value=found, unit="clips whose bear the model finds in the shots that are kept",
        against="in all shots of the gate", against_value=all_found, reach=1.0, more=True,
    )  # fmt: skip
    tell(
        name="pace-shots", value=looks, unit="shots kept for the model", against="all shots of the gate",
        against_value=all_looks, reach=1.0, more=False,
    )  # fmt: skip


def _cost() -> tuple[float, float]:
    gate, other, mine, theirs = Gate(), Differencing(), list[float](), list[float]()
    for number, pixels in enumerate(_shots("creek", "wind")):
        thumb = shot_of(pixels, 0).thumb
        begun = perf_counter()
        gate.look(thumb, number / 2)
        between = perf_counter()
        other.wakes(thumb)
        mine.append((between - begun) * 1000)
        theirs.append((perf_counter() - between) * 1000)
    return float(np.median(mine)), float(np.median(theirs))


if __name__ == "__main__":
    main()
