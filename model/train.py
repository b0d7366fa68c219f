"""Training, from a folder of pictures to a bundle with its card, in a run folder that can go on. Needs the extra."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ingest.frames import Pixels
from model import bundle, dataset, export
from model.augment import opened, squeezed
from model.bundle import Bundle
from model.crops import LARGEST_SIDE
from model.dataset import Row
from model.training import base as bases
from model.training import card, drawings, inspection, judging, learning, measuring, second
from model.training.base import Base
from model.training.checkpoints import Watch
from model.training.folder import BUNDLE, CARD, CHECKPOINT, RUN, USED, RunFolder
from model.training.inspection import Looked
from model.training.learning import Learnt
from model.training.order import Asked, Order, recipe_of
from model.training.recipe import Arch
from store.errors import BaseUnusable

LEARNER, CURVES, CONFUSION, TOP_LOSSES = "learner.pkl", "curves", "confusion", "top_losses"
LOSSES, SLICES = "losses.json", "slices.json"
UNFINISHED = ".bundle.new"
NAME, BEAR = "own", "grizzly,black"


@dataclass(frozen=True, kw_only=True)
class Data:
    """A training folder, looked at whole. looked: pictures that are used; left: the others, with the reason."""

    folder: Path
    looked: tuple[Looked, ...]
    left: tuple[tuple[Row, str], ...]
    by_sequence: tuple[str, ...]
    sha256: str

    @property
    def rows(self) -> tuple[Row, ...]:
        """Of the pictures that are used."""
        return tuple(one.row for one in self.looked)

    @property
    def labels(self) -> tuple[str, ...]:
        """In the order of the network's answers."""
        return tuple(sorted({row.label for row in self.rows}))

    def of(self, part: str) -> list[Row]:
        """Rows of a part: train or valid."""
        return [row for row in self.rows if row.part == part]

    def files(self) -> dict[str, str]:
        """Label, part and sha256 of each file: what a run is bound to."""
        return {one.row.file: f"{one.row.label} {one.row.part} {one.sha256}" for one in self.looked}


def make(
    data: Path, out: Path, asked: Asked, *, resume: bool = False, threads: int | None = None,
    watch: Watch = lambda *_: None,
) -> Bundle:  # fmt: skip
    """Train on a folder, or go on where a run of the same training stopped; gives the bundle in the run folder.

    Raises RunFolderUnusable, TrainingDataUnusable and BaseUnusable before any of the work is done.
    """
    run = RunFolder(out)
    with run.held():
        before = run.before(resume=resume)
        asked = asked.filled(before["asked"]) if before and resume else asked
        bear = tuple(label.strip() for label in (asked.bear or BEAR).split(","))
        listed = dataset.listed(data)
        dataset.require_labels([row for row in listed if row.part != "out"], bear)
        start, path = asked.start()
        base = bases.read(start, path, asked.arch)
        if asked.second is not None:
            base = replace(base, general=second.of_bundle(asked.second))
        general = base.general
        recipe = recipe_of(asked, side=base.side, start=start)
        if recipe.keeps and base.arch is not Arch.MOBILENET_V2:
            raise BaseUnusable(f"--keeps is for {Arch.MOBILENET_V2}, whose head is one layer: leave it out")
        order = Order(
            name=asked.name or NAME, bear=bear, arch=base.arch, seed=asked.seed or 0, start=start, base=base.says,
            base_sha256=base.sha256, second=general.says if general else "",
            second_sha256=general.sha256 if general else "", recipe=recipe,
        )  # fmt: skip
        found = looked_at(data, listed, seed=order.seed, watch=watch)
        if general is not None:
            general.require_same_data(found.rows, found.sha256)
        if before is None:
            told = {"asked": asked.plain(), "order": order.told(), "files": found.files(), "finished": False}
            run.write(RUN, told)
        else:
            run.require_same(order.told(), found.files(), before)
            told = dict(before)
        if not told["finished"]:
            work(run, order, base, found, threads=threads, watch=watch)
            run.write(RUN, {**told, "finished": True})
            run.file(CHECKPOINT).unlink(missing_ok=True)
        return bundle.load(run.file(BUNDLE))


def looked_at(folder: Path, listed: Sequence[Row], *, seed: int, watch: Watch) -> Data:
    """Open every picture once and split them. Raises TrainingDataUnusable naming what cannot be used."""
    said = [(row, "labels.csv says out") for row in listed if row.part == "out"]
    wanted, found = [row for row in listed if row.part != "out"], list[Looked]()
    for number, one in enumerate(inspection.look_at(wanted), 1):
        found.append(one)
        watch(f"looking at {len(wanted)} pictures", number / len(wanted))
    inspection.require_usable(found)
    kept, twins = inspection.once(found)
    split = dataset.split([one.row for one in kept], {one.row.file: one.likeness for one in kept}, seed=seed)
    return Data(
        folder=folder, by_sequence=split.by_sequence,
        looked=tuple(one.of(row) for one, row in zip(kept, split.rows, strict=True)),
        left=(*said, *((row, f"the same bytes as another: {other}") for row, other in twins)),
        sha256=dataset.digest(split.rows, {one.row.file: one.sha256 for one in kept}),
    )  # fmt: skip


def work(run: RunFolder, order: Order, base: Base, data: Data, *, threads: int | None, watch: Watch) -> None:
    """Train and write everything that the run leaves."""
    used = {
        "data": str(data.folder.resolve()),
        **judging.used(data.rows, data.left, data.by_sequence, data.sha256),
        "base": order.base,
    }
    run.write(USED, used)
    learnt = learning.learn(
        data.rows, data.labels, base, order.recipe, run, seed=order.seed, threads=threads, watch=watch
    )  # fmt: skip
    run.write(f"{CURVES}.json", learnt.curves)
    run.replace(f"{CURVES}.png", drawings.curves(learnt.curves))
    _keep(run, learnt)
    watch("making the bundle", 1.0)
    made = _bundle(run, order, data, learnt)
    if base.far_penalty is not None:
        made = bundle.changed(made, far_penalty=base.far_penalty)
    if base.general is not None:
        watch("teaching the second look", 1.0)
        made = second.add(made, base.general, data.rows)
    watch("judging every picture", 1.0)
    made = _judge(run, order, data, made, used)
    shutil.rmtree(run.file(BUNDLE), ignore_errors=True)
    made.folder.rename(run.file(BUNDLE))


def _keep(run: RunFolder, learnt: Learnt) -> None:
    """fastai's own export, for the operator who made it: it is a pickle and runs code when it is loaded."""
    learner = learnt.learner
    learner.path = run.folder
    learner.export(f".{LEARNER}.new")
    run.file(f".{LEARNER}.new").replace(run.file(LEARNER))


def _bundle(run: RunFolder, order: Order, data: Data, learnt: Learnt) -> Bundle:
    told = {
        "name": order.name, "version": datetime.now(UTC).strftime("%Y.%m.%d"), "data_sha256": data.sha256,
        "trained": f"fastai, {order.arch}, recipe {order.recipe.name}, {order.recipe.epochs} epochs"
        + (f", keeps {order.recipe.keeps:g}" if order.recipe.keeps else ""),
        "base": {"says": order.base, "sha256": order.base_sha256}, "pictures": len(data.rows),
    }  # fmt: skip
    train, held_out = (
        squeezed([row.path for row in data.of(part)], order.recipe.side) for part in ("train", "valid")
    )  # fmt: skip
    return export.make(
        learnt.learner.model.cpu(), run.file(UNFINISHED), side=order.recipe.side, labels=data.labels, bear=order.bear,
        train=train, held_out=held_out, truth=[row.label for row in data.of("valid")], told=told, arch=order.arch,
    )  # fmt: skip


def _judge(run: RunFolder, order: Order, data: Data, made: Bundle, used: dict[str, Any]) -> Bundle:
    """Judge all pictures by the whole classifier as it serves, and write what it says of them."""
    truth = [row.label for row in data.of("valid")]
    made, judged = measuring.measured(made, lambda: _pictures(data.of("valid")), truth)
    shares = {"train": measuring.shares(made, _pictures(data.of("train"))), "valid": judged}
    found = [one for part in shares for one in judging.losses(data.of(part), shares[part], data.labels)]
    found.sort(key=lambda one: -one["loss"])
    top = judging.top_losses(found)
    run.write(LOSSES, found)
    run.write(f"{TOP_LOSSES}.json", top)
    run.replace(f"{TOP_LOSSES}.png", drawings.top_losses(data.folder, top))
    table = made.manifest["metrics"]["held_out"]["confusion"]
    run.write(f"{CONFUSION}.json", {"labels": list(data.labels), "confusion": table})
    run.replace(f"{CONFUSION}.png", drawings.confusion(table, data.labels))
    slices = judging.slices(
        [one for one in data.looked if one.row.part == "valid"], judged,
        partial(judging.measured, manifest=made.manifest), data.labels,
    )  # fmt: skip
    run.write(SLICES, slices)
    made.file(CARD).write_text(card.written(order, made.manifest, used, slices), encoding="utf-8")
    return made


def _pictures(rows: Sequence[Row]) -> Iterator[Pixels]:
    """One at a time, as large as the classifier may ask for."""
    for row in rows:
        yield np.asarray(opened(row.path, largest=LARGEST_SIDE))
