"""BoxDetector: a network that gives boxes, over the whole picture and the parts where something may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt
from PIL import Image

from ingest.frames import Pixels, Region
from ingest.night import is_night
from model import calibration
from model.bundle import EMPTY, NETWORK, Bundle
from model.crop_classifier import LEAST_PIXELS
from model.crops import Crop, crops, enough
from model.detections import MOST_BOXES, Box, Detection, Failed, Found
from model.layouts import LAYOUTS, kept
from model.network import Network

GREY = 114
"""What stands beside a picture that is not square."""

LEAST_SHOWN = 0.3
"""A box less sure than this is not told."""

OVERLAP = 0.5
Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """What the network looks at: N x side x side x 3, with where each part lies and how many of its pixels one is."""

    parts: Pixels
    crops: tuple[Crop, ...]
    scales: tuple[float, ...]
    width: int
    height: int
    night: bool


class BoxDetector:
    """The surest bear among all boxes speaks for the picture. It has no bank: out_of_domain_p is None."""

    def __init__(self, bundle: Bundle, *, threads: int = 2) -> None:
        self.bundle = bundle
        self._network = Network(bundle.file(NETWORK), side=bundle.input_size, threads=threads, batches=(1,))
        self._layout = LAYOUTS[bundle.family]
        self._things = [label for label in bundle.labels if label != EMPTY]

    @property
    def sha256(self) -> str:
        """The model version's name."""
        return self.bundle.sha256

    def enough(self, width: int, height: int, motion: Sequence[Region] | None = None) -> int:
        """See Detector."""
        return enough(width, height, self.bundle.input_size, motion)

    def prepare(self, pixels: Pixels, motion: Sequence[Region] | None = None) -> Prepared:
        """Cut the parts out of one picture (H x W x 3, RGB), each as large as fits the square, grey beside it."""
        height, width = pixels.shape[:2]
        picture, found = Image.fromarray(pixels), crops(width, height, motion)
        cut = [self._cut(picture, crop) for crop in found]
        return Prepared(
            parts=np.stack([part for part, _ in cut]), crops=found, scales=tuple(scale for _, scale in cut),
            width=width, height=height, night=is_night(pixels),
        )  # fmt: skip

    def detect(self, prepared: Prepared) -> Found:
        """Score one prepared picture."""
        if min(prepared.width, prepared.height) < LEAST_PIXELS:
            return Failed(kind="too-small", detail=f"{prepared.width} x {prepared.height} pixels are too few")
        start = perf_counter()
        outputs = self._network.outputs(prepared.parts)
        corners, scores = self._found(prepared, outputs)
        return self._detection(prepared, corners, scores, perf_counter() - start)

    def detect_all(self, prepared: Sequence[Prepared]) -> list[Found]:
        """See Opened. Its network takes one picture at a time."""
        return [self.detect(one) for one in prepared]

    def _cut(self, picture: Image.Image, crop: Crop) -> tuple[Pixels, float]:
        side, w, h = self.bundle.input_size, crop.right - crop.left, crop.bottom - crop.top
        scale = max(w, h) / side
        size = (max(1, round(w / scale)), max(1, round(h / scale)))
        box = (crop.left, crop.top, crop.right, crop.bottom)
        filled = np.full((side, side, 3), GREY, dtype=np.uint8)
        small = picture.resize(size, Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
        filled[: size[1], : size[0]] = np.asarray(small)
        return filled, scale

    def _found(self, prepared: Prepared, outputs: Sequence[Floats]) -> tuple[Floats, Floats]:
        """All boxes in pixels of the picture (N x 4) with their scores (N x things); a tile must be surer."""
        corners, scores = [], []
        for place, (crop, scale) in enumerate(zip(prepared.crops, prepared.scales, strict=True)):
            one = [output[place] for output in outputs]
            at, sure = self._layout.read(one, self.bundle.input_size, len(self._things))
            corners.append(at * scale + np.tile([crop.left, crop.top], 2))
            scores.append(calibration.eased(sure, self.bundle.temperature, self.bundle.penalty(crop.kind)))
        return np.concatenate(corners), np.concatenate(scores)

    def _detection(self, prepared: Prepared, corners: Floats, scores: Floats, seconds: float) -> Detection:
        bundle = self.bundle
        best = {label: float(scores[:, place].max(initial=0)) for place, label in enumerate(self._things)}
        p_bear = max(best[label] for label in bundle.bear_labels)
        told = shares(best, bundle.bear_labels)
        told = {label: told[label] for label in bundle.labels}
        is_bear = p_bear >= bundle.threshold
        label = max(bundle.bear_labels if is_bear else bundle.labels, key=lambda one: told[one])
        return Detection(
            label=label, index=bundle.labels.index(label), probabilities=told, p_bear=p_bear, bear=is_bear,
            threshold=bundle.threshold, out_of_domain_p=None, night=prepared.night,
            boxes=self._boxes(prepared, corners, scores), model=bundle.sha256, seconds=seconds,
        )  # fmt: skip

    def _boxes(self, prepared: Prepared, corners: Floats, scores: Floats) -> tuple[Box, ...]:
        """The boxes that are sure enough, the surest first."""
        size, found = np.tile([prepared.width, prepared.height], 2), list[Box]()
        for place, label in enumerate(self._things):
            least = min(LEAST_SHOWN, self.bundle.threshold) if label in self.bundle.bear_labels else LEAST_SHOWN
            sure = np.flatnonzero(scores[:, place] >= least)
            for one in kept(corners[sure], scores[sure, place], overlap=OVERLAP):
                x, y, right, bottom = (float(edge) for edge in np.clip(corners[sure[one]] / size, 0, 1))
                p = float(scores[sure[one], place])
                found.append(Box(x=x, y=y, w=right - x, h=bottom - y, label=label, p=p))
        return tuple(sorted(found, key=lambda box: -box.p)[:MOST_BOXES])


def shares(best: dict[str, float], bears: Sequence[str]) -> dict[str, float]:
    """The surest score of each label as shares that sum to 1: the surest bear's p for the bears together.

    The rest is split between the other labels by their scores, and `empty` by how likely none of them is there.

    >>> told = shares({"bear": 0.75, "dog": 0.5}, ["bear"])
    >>> told
    {'bear': 0.75, 'dog': 0.125, 'empty': 0.125}
    """
    p_bear, others = max(best[label] for label in bears), {one: p for one, p in best.items() if one not in bears}
    others[EMPTY] = float(np.prod([1 - p for p in others.values()]))
    of_bears, of_others = sum(best[label] for label in bears), sum(others.values())
    told = {label: p_bear * best[label] / of_bears if of_bears else 0.0 for label in bears}
    return told | {label: (1 - p_bear) * p / of_others for label, p in others.items()}
