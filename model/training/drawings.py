"""Drawings: a run's pictures for people, as PNG. Matplotlib without a screen."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from model.augment import opened

mpl.use("Agg")
from matplotlib import pyplot as plt

DOTS = 110
COLUMNS = 5


def batch(data: Any) -> bytes:
    """fastai's show_batch: nine pictures as the network will see them."""
    data.train.show_batch(max_n=9)
    return _png()


def curves(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Losses and accuracy of each epoch."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    epochs = [row["epoch"] for row in rows]
    for name, label in (("training_loss", "pictures that teach"), ("judging_loss", "pictures that judge")):
        left.plot(epochs, [row[name] for row in rows], marker=".", label=label)
    left.set(xlabel="epoch", title="loss")
    left.legend()
    right.plot(epochs, [row["accuracy"] for row in rows], marker=".")
    right.set(xlabel="epoch", title="accuracy on pictures that judge", ylim=(0, 1.02))
    figure.tight_layout()
    return _png()


def confusion(table: Sequence[Sequence[int]], labels: Sequence[str]) -> bytes:
    """Rows are what is true, columns what was said."""
    side = 2 + 0.7 * len(labels)
    figure, axes = plt.subplots(figsize=(side, side))
    axes.imshow(np.asarray(table), cmap="Blues")
    most = max(max(row) for row in table)
    for down, row in enumerate(table):
        for across, count in enumerate(row):
            axes.text(
                across, down, str(count), ha="center", va="center", color="white" if count > most / 2 else "black"
            )
    axes.set_xticks(range(len(labels)), labels, rotation=60, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="said", ylabel="true")
    figure.tight_layout()
    return _png()


def top_losses(folder: Path, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The worst pictures: predicted, actual, loss and probability of the actual one, as fastai's plot_top_losses."""
    down = -(-len(rows) // COLUMNS)
    figure, axes = plt.subplots(down, COLUMNS, figsize=(2.4 * COLUMNS, 2.6 * down), squeeze=False)
    for place in axes.flat:
        place.axis("off")
    for place, row in zip(axes.flat, rows, strict=False):
        place.imshow(np.asarray(opened(folder / row["file"])))
        place.set_title(f"{row['predicted']} / {row['actual']}\n{row['loss']:.2f} / {row['p']:.4f}", fontsize=8)
    figure.suptitle("predicted / actual, loss / probability", fontsize=9)
    figure.tight_layout()
    return _png()


def _png() -> bytes:
    file = io.BytesIO()
    plt.savefig(file, format="png", dpi=DOTS)
    plt.close("all")
    return file.getvalue()
