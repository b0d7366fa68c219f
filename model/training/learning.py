"""Learning: vision_learner and fine_tune, by a recipe. Loads PyTorch."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch

from model.dataset import Row
from model.training import drawings, pictures
from model.training.architectures import ARCHITECTURES
from model.training.base import Base
from model.training.checkpoints import Checkpoints, Watch, seed_all
from model.training.folder import RunFolder
from model.training.pictures import Seen
from model.training.recipe import Recipe
from model.training.vocabulary import Adam, CrossEntropyLossFlat, ProgressCallback, params, vision_learner

BATCH = "batch.png"


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """fastai's learner after its last epoch, and a row of numbers for each epoch."""

    learner: Any
    curves: list[dict[str, Any]]


def learn(
    rows: Sequence[Row], labels: Sequence[str], base: Base, recipe: Recipe, run: RunFolder, *, seed: int,
    threads: int | None, watch: Watch,
) -> Learnt:  # fmt: skip
    """Train, from the run's checkpoint where it has one. rows: those of parts train and valid."""
    torch.set_num_threads(threads or os.cpu_count() or 1)
    seed_all(seed)
    items, batch = pictures.transforms(recipe, rows, seed)
    data = pictures.dataloaders(recipe, rows, labels, items, batch)
    learner = _learner(data, labels, base, recipe)
    if not run.file(BATCH).is_file():
        run.replace(BATCH, drawings.batch(data))
    checkpoints = Checkpoints(
        run, chances=seed, epochs=recipe.freeze_epochs + recipe.epochs, watch=watch,
        chanced=[one for one in items if isinstance(one, Seen)],
    )  # fmt: skip
    learner.add_cb(checkpoints)
    learner.fine_tune(
        recipe.epochs, base_lr=2 * recipe.head_rate, freeze_epochs=recipe.freeze_epochs,
        lr_mult=recipe.head_rate / recipe.body_rate, pct_start=recipe.rising, div=1 / recipe.start_share,
    )  # fmt: skip
    learner.remove_cb(checkpoints)
    return Learnt(learner=learner, curves=checkpoints.curves)


def _learner(data: Any, labels: Sequence[str], base: Base, recipe: Recipe) -> Any:
    """vision_learner over the base; its normalisation is a part of the network, so that it goes where that goes."""
    made = ARCHITECTURES[base.arch]
    learner = vision_learner(
        data, made.body, pretrained=False, normalize=False, n_out=len(labels),
        custom_head=made.head(len(labels)) if made.head else None,
        init=None if made.head else torch.nn.init.kaiming_normal_,
        loss_func=CrossEntropyLossFlat(label_smoothing=recipe.smoothing),
        opt_func=partial(Adam, wd=recipe.decay, decouple_wd=True), splitter=_halves, metrics=_accuracy,
    )  # fmt: skip
    learner.logger = _silent
    learner.remove_cbs([one for one in learner.cbs if isinstance(one, ProgressCallback)])
    base.teach(learner.model, labels)
    for block in made.blocks(learner.model[0])[: recipe.frozen]:
        block.requires_grad_(False)
    return learner


def _halves(network: Any) -> list[Any]:
    return [params(network[0]), params(network[1])]


def _accuracy(found: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    return (found.argmax(dim=-1) == truth).float().mean()


def _silent(_: object) -> None:
    """Where fastai prints a row an epoch, nothing is printed."""
