"""Export: a trained network becomes a bundle, calibrated on pictures that did not teach it. Training only."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import torch
from openvino.preprocess import PrePostProcessor
from torch import Tensor, nn

from model import bundle, calibration, evaluation, unknown
from model.bundle import BANK, NETWORK, Bundle
from model.network import Floats, Network

NO_FALSE_SHARE = 0.01
"""The threshold is the lowest at which at most this share of held-out pictures without bears pass for one."""

LEAST_THRESHOLD, MOST_THRESHOLD = 0.5, 0.8


class Both(nn.Module):
    """Logits and features of a classifier at once."""

    def __init__(self, classifier: Any) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """N x 3 x H x W of 0..1 to N x labels and N x width."""
        features = self.classifier.embed(pixels)
        return self.classifier.head(features), features


def network(classifier: nn.Module, folder: Path, side: int) -> Path:
    """Write OpenVINO's files for N x side x side x 3 pictures of bytes, RGB; weights as half floats."""
    folder.mkdir(parents=True, exist_ok=True)
    both = Both(classifier.eval())
    converted = ov.convert_model(both, example_input=torch.zeros(1, 3, side, side), input=[-1, 3, side, side])
    prepared = PrePostProcessor(converted)
    prepared.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC")).set_shape(
        [-1, side, side, 3]
    )
    prepared.input().preprocess().convert_element_type(ov.Type.f32).scale(255.0)
    prepared.input().model().set_layout(ov.Layout("NCHW"))
    ov.save_model(prepared.build(), folder / NETWORK, compress_to_fp16=True)
    return folder / NETWORK


def make(
    classifier: nn.Module, folder: Path, *, side: int, labels: Sequence[str], bear: Sequence[str],
    train: np.ndarray[Any, np.dtype[np.uint8]], held_out: np.ndarray[Any, np.dtype[np.uint8]], truth: Sequence[str],
    told: Mapping[str, Any],
) -> Bundle:  # fmt: skip
    """Write a whole bundle. train, held_out: N x side x side x 3; truth: held_out's labels; told: name and so on."""
    if folder.exists():
        shutil.rmtree(folder)
    network(classifier, folder, side)
    engine = Network(folder / NETWORK, side=side)
    logits, features = engine.run(held_out)
    indices = np.array([list(labels).index(label) for label in truth])
    temperature = calibration.temperature(logits, indices)
    shares = calibration.softmax(logits, temperature)
    bank = unknown.make(engine.run(train)[1], features)
    np.savez_compressed(folder / BANK, **{name: part.astype(np.float16) for name, part in vars(bank).items()})
    threshold = _threshold(shares, labels, bear, truth)
    measured = evaluation.measure(shares, indices, labels=labels, bear=bear, threshold=threshold)
    manifest = {
        "labels": list(labels), "bear": list(bear), "input": {"size": side, "colour": "RGB", "layout": "NHWC, bytes"},
        "temperature": round(temperature, 4), "threshold": threshold, "tile_penalty": 2.0,
        "metrics": {"held_out": measured}, **told,
    }  # fmt: skip
    return bundle.write(folder, manifest)


def _threshold(shares: Floats, labels: Sequence[str], bear: Sequence[str], truth: Sequence[str]) -> float:
    """See NO_FALSE_SHARE; between a half and nine tenths."""
    p_bear = shares[:, [list(labels).index(label) for label in bear]].sum(axis=1)
    without = np.sort(p_bear[[label not in bear for label in truth]])
    if not len(without):
        return LEAST_THRESHOLD
    wanted = float(without[min(len(without) - 1, int(np.ceil((1 - NO_FALSE_SHARE) * len(without))))])
    return round(min(MOST_THRESHOLD, max(LEAST_THRESHOLD, wanted + 0.005)), 2)
