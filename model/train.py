"""Training in fastai's words: a DataBlock of pictures, a Learner, fine-tuning, export. Needs the training extra."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import fastai.callback.data
import fastai.callback.schedule  # noqa: F401  gives Learner its fit_one_cycle
import numpy as np
import torch
from fastai.data.block import CategoryBlock, DataBlock
from fastai.data.transforms import IndexSplitter
from fastai.learner import Learner as FastaiLearner
from fastai.optimizer import Adam
from fastai.torch_core import params
from fastai.vision.core import PILImage
from fastai.vision.data import ImageBlock
from fasttransform import Transform
from PIL import Image

from model import dataset, export
from model.augment import Augment, opened
from model.bundle import Bundle
from model.dataset import Row
from model.recovered import Classifier, classifier
from store.errors import TrainingDataUnusable

SIDE = 224
BATCH = 32
FROZEN = 4
"""The first blocks of the network keep what ImageNet taught them."""
BODY_RATE, HEAD_RATE = 1e-4, 1e-3


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a training left: the learner and the rows it judged itself by."""

    learner: Any
    labels: tuple[str, ...]
    rows: tuple[Row, ...]


class Fixed(Transform):  # type: ignore[misc]
    """Training pictures go through the augmentation, judging ones are squeezed to the side."""

    order = 1
    split_idx = 0

    def __init__(self, augment: Augment) -> None:
        self.augment = augment

    def encodes(self, picture: PILImage) -> PILImage:
        """One picture of the training part."""
        return PILImage(self.augment(picture, thing=getattr(picture, "thing", True)))


class Squeezed(Transform):  # type: ignore[misc]
    """A judging picture at the network's size."""

    order = 2

    def encodes(self, picture: PILImage) -> PILImage:
        """One picture."""
        return picture.resize((SIDE, SIDE))


def load(row: Row) -> PILImage:
    """One row's picture."""
    picture = PILImage(opened(row.path))
    picture.thing = row.label != "empty"
    return picture


def label_of(row: Row) -> str:
    """One row's label."""
    return row.label


def train(
    rows: Sequence[Row], weights: Path, *, epochs: int = 12, seed: int = 0, threads: int | None = None,
    state: Mapping[str, Any] | None = None,
) -> Run:  # fmt: skip
    """Fine-tune the recovered network on the rows whose part is train; those of part valid judge each epoch.

    state: of an earlier run of the same labels, to go on from.
    """
    torch.set_num_threads(threads or os.cpu_count() or 1)
    torch.manual_seed(seed)
    used = [row for row in rows if row.part in ("train", "valid")]
    labels = tuple(sorted({row.label for row in used}))
    backgrounds = [row.path for row in used if row.label == "empty" and row.part == "train"]
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock(vocab=list(labels))),
        get_x=load, get_y=label_of,
        splitter=IndexSplitter([number for number, row in enumerate(used) if row.part == "valid"]),
        item_tfms=[Fixed(Augment(side=SIDE, backgrounds=backgrounds, seed=seed)), Squeezed()],
    )  # fmt: skip
    data = block.weighted_dataloaders(used, _weights(used), bs=BATCH, num_workers=0)
    network = classifier(weights, len(labels))
    if state is not None:
        network.load_state_dict(state)
    for module in list(network.features.children())[:FROZEN]:
        module.requires_grad_(False)
    learner = FastaiLearner(
        data, network, loss_func=torch.nn.CrossEntropyLoss(label_smoothing=0.05),
        opt_func=partial(Adam, wd=0.01, decouple_wd=True), splitter=_halves, metrics=_accuracy,
    )  # fmt: skip
    learner.fit_one_cycle(epochs, lr_max=[BODY_RATE, HEAD_RATE], pct_start=0.1)
    return Run(learner=learner, labels=labels, rows=tuple(rows))


def _halves(network: Classifier) -> list[Any]:
    return [params(network.features), params(network.head)]


def _accuracy(found: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    return (found.argmax(dim=-1) == truth).float().mean()


def _weights(rows: Sequence[Row]) -> list[float]:
    """Rare labels are drawn more often, by the square root of their rarity; places without animals thrice that."""
    counts = {label: sum(row.label == label for row in rows) for label in {row.label for row in rows}}
    return [float(np.sqrt(1 / counts[row.label])) * (3.0 if row.label == "empty" else 1.0) for row in rows]


def make_bundle(
    data: Path, weights: Path, out: Path, *, name: str, bear: Sequence[str], epochs: int, seed: int,
    progress: Callable[[str], None] = lambda _: None,
) -> Bundle:  # fmt: skip
    """Train on a folder and write a bundle. Raises TrainingDataUnusable."""
    rows = dataset.rows(data, seed=seed)
    labels = {row.label for row in rows}
    if not set(bear) < labels:
        raise TrainingDataUnusable(f"the bear labels {', '.join(bear)} must be some of: {', '.join(sorted(labels))}")
    progress(f"{len(rows)} pictures of {len(labels)} labels")
    run = train(rows, weights, epochs=epochs, seed=seed)
    return write_bundle(run, out, name=name, bear=bear)


def write_bundle(run: Run, out: Path, *, name: str, bear: Sequence[str]) -> Bundle:
    """The learner as a bundle, with fastai's own export beside it for those who want to go on from there."""
    told = {
        "name": name, "version": datetime.now(UTC).strftime("%Y.%m.%d"), "data_sha256": dataset.digest(run.rows),
        "trained": "fastai, MobileNetV2 1.0 from ImageNet weights", "pictures": len(run.rows),
    }  # fmt: skip
    taught = [row for row in run.rows if row.part == "train"]
    judging = [row for row in run.rows if row.part == "valid"]
    return export.make(
        run.learner.model.cpu(), out, side=SIDE, labels=run.labels, bear=bear, train=_squeezed(taught),
        held_out=_squeezed(judging), truth=[row.label for row in judging], told=told,
    )  # fmt: skip


def _squeezed(rows: Sequence[Row]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    size = (SIDE, SIDE)
    return np.stack([np.asarray(opened(row.path).resize(size, Image.Resampling.BILINEAR)) for row in rows])
