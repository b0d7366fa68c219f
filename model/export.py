"""Export: a trained network becomes a bundle, calibrated on pictures that did not teach it. Training only.

How good it is, and from where on it says bear, is measured when the bundle is whole: `model.training.measuring`.
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nncf
import numpy as np
import openvino as ov
import torch
from PIL import Image
from torch import Tensor, nn

from ingest.frames import Pixels
from model import bundle, calibration, surface, unknown
from model.augment import Augment
from model.baked import baked
from model.bundle import BANK, BASE, NETWORK, SURFACE, WEIGHTS, Bundle
from model.network import Floats, Network
from model.training import halves
from model.unknown import Bank

CALIBRATES = 300
"""So many training pictures tell the ranges of a network in eight bits."""

MOTION_PENALTY, TILE_PENALTY = 1.2, 2.9
"""So much surer than a whole picture must a square around motion be, or a tile, in log odds. The threshold is found
on whole pictures; these were measured on clips without bears (docs/decisions/0022)."""

SURFACE_DIRECTIONS = 24
"""With fewer a covered lens is told less surely from a dark night; with more a new camera is marked more often."""

NOT_MEASURED = 0.5
"""The threshold until `model.training.measuring` has found one."""


class Both(nn.Module):
    """Logits and features of a classifier at once: a Sequential of body and head, as fastai makes it.

    Features are what the head's last layer judges by.
    """

    def __init__(self, classifier: Any) -> None:
        super().__init__()
        self.body, layers = classifier[0], list(classifier[1])
        self.before, self.last = nn.Sequential(*layers[:-1]), layers[-1]

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """N x 3 x H x W of 0..1 to N x labels and N x width."""
        features = self.before(self.body(pixels))
        return self.last(features), features


def network(classifier: nn.Module, folder: Path, side: int, labels: Sequence[str]) -> Path:
    """Write OpenVINO's files for N x side x side x 3 pictures of bytes, RGB; weights as half floats."""
    folder.mkdir(parents=True, exist_ok=True)
    both = Both(classifier.eval())
    converted = ov.convert_model(both, example_input=torch.zeros(1, 3, side, side), input=[-1, 3, side, side])
    built = baked(converted, side=side, labels=labels)
    ov.save_model(built, folder / NETWORK, compress_to_fp16=True)
    return folder / NETWORK


def quantised(floats: Path, out: Path, pictures: Pixels) -> None:
    """The same network in eight bits, its ranges measured on pictures (N x side x side x 3) that taught it."""
    some = pictures[np.random.default_rng(0).permutation(len(pictures))[:CALIBRATES]]
    dataset = nncf.Dataset(list(some), lambda picture: picture[None])
    engine = ov.Core()
    small = nncf.quantize(
        engine.read_model(floats), dataset, preset=nncf.QuantizationPreset.MIXED, subset_size=len(some)
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    ov.save_model(small, out, compress_to_fp16=True)


def loses(before: Floats, after: Floats, truth: Sequence[str], labels: Sequence[str]) -> Mapping[str, int]:
    """How many pictures of each label eight bits no longer call what they are (N x labels each)."""
    found = {}
    for place, label in enumerate(labels):
        of = np.array([said == label for said in truth])
        right = [int((shares[of].argmax(axis=1) == place).sum()) for shares in (before, after)]
        found[label] = right[0] - right[1]
    return found


def make(
    classifier: nn.Module, folder: Path, *, side: int, labels: Sequence[str], bear: Sequence[str],
    train: Pixels, held_out: Pixels, truth: Sequence[str], told: Mapping[str, Any], arch: str | None = None,
) -> Bundle:  # fmt: skip
    """Write a bundle without its numbers.

    train, held_out: N x side x side x 3; truth: held_out's labels; told: name and so on.
    In eight bits where no label loses more than one held-out picture by it, else in half floats. With the name of its
    architecture the bundle keeps its weights too, and can be the base of another training.
    """
    if folder.exists():
        shutil.rmtree(folder)
    precision = _written(classifier, folder, side=side, labels=labels, train=train, held_out=held_out, truth=truth)
    engine = Network(folder / NETWORK, side=side)
    logits, features = engine.run(held_out)
    temperature = calibration.temperature(logits, np.array([list(labels).index(label) for label in truth]))
    bank = unknown.make(engine.run(train)[1], features)
    halves.save(folder / BANK, vars(bank))
    halves.save(folder / SURFACE, vars(surfaces(train, held_out)))
    if arch is not None:
        halves.write(folder / BASE, classifier)
        told = {**told, "arch": arch}
    manifest = {
        "labels": list(labels), "bear": list(bear), "input": {"size": side, "colour": "RGB", "layout": "NHWC, bytes"},
        "temperature": round(temperature, 4), "threshold": NOT_MEASURED, "motion_penalty": MOTION_PENALTY,
        "tile_penalty": TILE_PENALTY, "precision": precision, **told,
    }  # fmt: skip
    return bundle.write(folder, manifest)


def surfaces(train: Pixels, held_out: Pixels) -> Bank:
    """Of plain measures of light; a picture (N x side x side x 3) counts as it is and as another camera sees it."""
    measures = [surface.measured(np.concatenate([pictures, _seen(pictures)])) for pictures in (train, held_out)]
    return unknown.make(*measures, directions=SURFACE_DIRECTIONS)


def _seen(pictures: Pixels) -> Pixels:
    camera = Augment(side=pictures.shape[1], backgrounds=())
    return np.stack([np.asarray(camera.seen(Image.fromarray(picture))) for picture in pictures])


def _written(
    classifier: nn.Module, folder: Path, *, side: int, labels: Sequence[str], train: Pixels, held_out: Pixels,
    truth: Sequence[str],
) -> str:  # fmt: skip
    """Write the network's files; gives their precision."""
    floats = network(classifier, folder, side, labels)
    with TemporaryDirectory() as place:
        small = Path(place) / NETWORK
        quantised(floats, small, train)
        before, after = (Network(file, side=side).run(held_out)[0] for file in (floats, small))
        if max(loses(before, after, truth, labels).values()) > 1:
            return "f16"
        for name in (NETWORK, WEIGHTS):
            shutil.copy2(small.with_name(name), folder / name)
    return "int8"
