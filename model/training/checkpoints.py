"""Checkpoints: after each epoch everything that the next one needs is on disk, written whole. Loads PyTorch.

Every epoch draws its chances from a seed of its own, made of the run's seed and its place: an epoch is the same
whether or not the training was cut off before it.
"""

import io
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from model.training.folder import CHECKPOINT, RunFolder
from model.training.pictures import Seen
from model.training.vocabulary import Callback, CancelEpochException, L
from store.errors import RunFolderUnusable

Watch = Callable[[str, float], None]
"""Told what is being done, in words, and which share of all of it is done."""

MOST_SEED = 2**31


class Checkpoints(Callback):  # type: ignore[misc]
    """Writes a checkpoint after each epoch, and takes a learner up where one stands.

    chanced: transforms with chances of their own. epochs: of all fits together. reached: the next fit and epoch.
    """

    order = 75

    def __init__(self, run: RunFolder, *, chances: int, epochs: int, chanced: Sequence[Seen], watch: Watch) -> None:
        self.run_folder, self.chances, self.all_epochs, self.chanced, self.watch = (
            run,
            chances,
            epochs,
            chanced,
            watch,
        )
        self.fits, self.reached, self.skipping = -1, (0, 0), False
        self.curves: list[dict[str, Any]] = []
        self.kept = _read(run)

    def before_fit(self) -> None:
        """Take up what was kept, once."""
        self.fits += 1
        if self.kept is not None:
            self.learn.model.load_state_dict(self.kept["model"])
            self.learn.opt.load_state_dict({"hypers": L(self.kept["hypers"]), "state": L(self.kept["state"])})
            self.reached, self.curves, self.kept = tuple(self.kept["reached"]), self.kept["curves"], None

    def before_epoch(self) -> None:
        """Pass over what is done; begin the epoch's own chances."""
        self.skipping = (self.fits, self.epoch) < self.reached
        if self.skipping:
            raise CancelEpochException
        seed = (self.chances * 1_000_003 + self.fits * 10_007 + self.epoch) % MOST_SEED
        seed_all(seed)
        for loader in self.learn.dls.loaders:
            loader.rng = random.Random(seed)  # noqa: S311
        for transform in self.chanced:
            transform.begin(seed)
        self.began = time.monotonic()

    def after_batch(self) -> None:
        """Tell how far it is."""
        if self.training:
            done = len(self.curves) + (self.iter + 1) / self.n_iter
            self.watch(f"epoch {len(self.curves) + 1} of {self.all_epochs}", done / self.all_epochs)

    def after_epoch(self) -> None:
        """Keep it all."""
        if self.skipping:
            return
        taught, judged, right = (float(value) for value in self.learn.final_record)
        row = {
            "epoch": len(self.curves) + 1, "frozen": self.fits == 0, "training_loss": taught, "judging_loss": judged,
            "accuracy": right, "rate": float(self.opt.hypers[-1]["lr"]), "seconds": time.monotonic() - self.began,
        }  # fmt: skip
        self.curves.append(row)
        self.reached = (self.fits, self.epoch + 1)
        _write(self.run_folder, self.learn, self.reached, self.curves)
        self.watch(
            f"epoch {row['epoch']} of {self.all_epochs}: training loss {taught:.4f}, judging loss {judged:.4f}, "
            f"accuracy {right:.4f}, {row['seconds']:.0f} s",
            len(self.curves) / self.all_epochs,
        )


def seed_all(seed: int) -> None:
    """Every chance that fastai's transforms, PyTorch and NumPy draw on."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def _write(run: RunFolder, learner: Any, reached: tuple[int, int], curves: list[dict[str, Any]]) -> None:
    kept = learner.opt.state_dict()
    told = {
        "model": learner.model.state_dict(), "state": _plain(kept["state"]),
        "hypers": _plain(kept["hypers"]), "reached": list(reached), "curves": curves,
    }  # fmt: skip
    file = io.BytesIO()
    torch.save(told, file)
    run.replace(CHECKPOINT, file.getvalue())


def _plain(told: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What can be loaded without running code: NumPy's numbers as Python's."""
    return [{name: v.item() if isinstance(v, np.generic) else v for name, v in one.items()} for one in told]


def _read(run: RunFolder) -> Mapping[str, Any] | None:
    path = run.file(CHECKPOINT)
    if not path.is_file():
        return None
    try:
        told: Mapping[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as fault:  # torch raises many kinds for a damaged file
        raise RunFolderUnusable(f"{path} cannot be read: delete it to begin the training again") from fault
    return told
