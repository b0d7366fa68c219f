"""Twins: a fastai learner and the bundle made of it, looking at the same pictures. Converting child only."""

import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastai
import numpy as np
import numpy.typing as npt
from fastai.learner import Learner
from fastai.vision.core import PILImage
from PIL import Image, ImageOps

from ingest import footage
from ingest.decoding import Decoder
from model import judging, opening
from model.bundle import Bundle
from model.detections import Detection
from model.opening import Opened
from store.errors import ConversionFailed, IngestError

TOLERANCE = 1e-3
"""The two may differ by this much in any probability."""

MOMENTS = (4.0, 12.0, 20.0, 60.0)
DRAWN_SIZES = ((640, 360), (320, 240), (200, 300), (640, 360))
MOST_TOLD = 5
BATCH = 16
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One picture: the learner's probabilities and the bundle's. turned: it lay on its side and was set upright."""

    file: str
    learner: Shares
    ours: Shares
    turned: bool

    @property
    def difference(self) -> float:
        """The largest over the labels."""
        return float(np.abs(self.learner - self.ours).max())


def pictures(validate: str | None, place: Path) -> list[Path]:
    """Those of the validation set, else drawn ones."""
    if validate is not None:
        folder = Path(validate)
        return [folder / row.file for row in judging.listed(folder)]
    found = []
    for scene in footage.SCENES:
        for at_s, size in zip(MOMENTS, DRAWN_SIZES, strict=True):
            path = place / f"{scene}-{at_s:g}.png"
            Image.fromarray(footage.render(scene, at_s, seed=7, size=size)).save(path)
            found.append(path)
    return found


def compared(
    learner: Learner, made: Bundle, pictures: Sequence[Path], decoder: Decoder
) -> tuple[list[Compared], list[str]]:
    """Each picture by load_learner's way and by ours; and those that either cannot open."""
    detector = opening.detector(made)
    found, left_out = list[Compared](), list[str]()
    for start in range(0, len(pictures), BATCH):
        looked = list[_Looked]()
        for path in pictures[start : start + BATCH]:
            one = _looked(path, detector, decoder)
            if one is None:
                left_out.append(path.name)
            else:
                looked.append(one)
        for one, theirs in zip(looked, _predicted(learner, [one.picture for one in looked]), strict=True):
            found.append(Compared(file=one.file, learner=theirs, ours=one.ours, turned=one.turned))
    if not found:
        raise ConversionFailed("none of the pictures to compare by can be opened: name others with --validate")
    return found, left_out


@dataclass(frozen=True, kw_only=True)
class _Looked:
    """One picture upright, with the bundle's probabilities."""

    file: str
    picture: Image.Image
    ours: Shares
    turned: bool


def _looked(path: Path, detector: Opened, decoder: Decoder) -> _Looked | None:
    """None where it cannot be opened."""
    try:
        with Image.open(path) as opened:
            turned = ImageOps.exif_transpose(opened)
            found = detector.detect(detector.prepare(decoder.picture(path)))
            if not isinstance(found, Detection):
                return None
            ours = np.array([found.probabilities[label] for label in detector.bundle.labels])
            size, upright = opened.size, turned.convert("RGB")
    except (OSError, IngestError):
        return None
    return _Looked(file=path.name, picture=upright, ours=ours, turned=upright.size != size)


def _predicted(learner: Learner, pictures: Sequence[Image.Image]) -> Shares:
    """N x labels, as learn.predict gives them."""
    if not pictures:
        return np.zeros((0, 0))
    with learner.no_bar(), learner.no_logging(), redirect_stdout(io.StringIO()):
        loader = learner.dls.test_dl([PILImage(picture) for picture in pictures], num_workers=0, bs=len(pictures))
        shares = learner.get_preds(dl=loader)[0]
    found: Shares = np.asarray(shares, dtype=np.float64)
    return found


def differs(of: Sequence[Compared]) -> str:
    worst = max(of, key=lambda one: one.difference)
    return (
        f"the bundle would not answer as the learner does: {worst.difference:.4f} apart on {worst.file}, more than "
        f"{TOLERANCE:g}; is there code of your own between the picture and the network? Train with Resize or "
        "RandomResizedCrop, aug_transforms and Normalize, and export again"
    )


def report(of: Sequence[Compared], left_out: list[str]) -> dict[str, Any]:
    agree = sum(int(one.learner.argmax()) == int(one.ours.argmax()) for one in of)
    worst = sorted(of, key=lambda one: -one.difference)[:MOST_TOLD]
    return {
        "n": len(of),
        "max_difference": max(one.difference for one in of),
        "mean_difference": float(np.mean([one.difference for one in of])),
        "label_agreement": agree / len(of), "tolerance": TOLERANCE,
        "turned": sum(one.turned for one in of), "left_out": left_out, "fastai": fastai.__version__,
        "worst": [{"file": one.file, "difference": one.difference} for one in worst],
    }  # fmt: skip
