"""Learning: vision_learner and fine_tune, by a recipe. Loads PyTorch."""

import copy
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from model.augment import squeezed
from model.dataset import Row
from model.export import Both
from model.training import drawings, linear, pictures
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
    if recipe.keeps:
        watch("fitting the last layer anew", 1.0)
        _keep(learner, rows, labels, base, recipe)
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
    learner.model.to(memory_format=torch.channels_last)  # a third less time for each step at 224 pixels
    return learner


def _keep(learner: Any, rows: Sequence[Row], labels: Sequence[str], base: Base, recipe: Recipe) -> None:
    """Let a share of the base's weights stand in the body; fit the last layer over the features that come then."""
    network, begun = learner.model.cpu().eval(), copy.deepcopy(learner.model)
    base.teach(begun, labels)
    before = begun[0].state_dict()
    network[0].load_state_dict({
        name: torch.lerp(value, before[name], recipe.keeps) if value.is_floating_point() else value
        for name, value in network[0].state_dict().items()
    })  # fmt: skip
    taught, both = [row for row in rows if row.part == "train"], Both(network)
    features = list[npt.NDArray[np.float32]]()
    for start in range(0, len(taught), recipe.batch):
        paths = [row.path for row in taught[start : start + recipe.batch]]
        pixels = torch.from_numpy(squeezed(paths, recipe.side)).permute(0, 3, 1, 2).float() / 255
        with torch.no_grad():
            features.append(both(pixels)[1].numpy())
    truth = np.array([labels.index(row.label) for row in taught])
    weights, bias = linear.fit(np.concatenate(features), truth, len(labels))
    both.last.weight.data, both.last.bias.data = torch.from_numpy(weights.T.copy()), torch.from_numpy(bias)


def _halves(network: Any) -> list[Any]:
    return [params(network[0]), params(network[1])]


def _accuracy(found: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    return (found.argmax(dim=-1) == truth).float().mean()


def _silent(_: object) -> None:
    """Where fastai prints a row an epoch, nothing is printed."""
