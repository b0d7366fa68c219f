"""640x480 JPEGs, warm, decode included: `classify` against the book's `learn.predict` of the same network.

`classify` is what the command does with the files it is given: each is opened and scored anew, the next is opened
meanwhile. `classify-alone` is the time to the answer of a single one.
"""

import contextlib
import io
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from PIL import Image

from api.classification import Classifier, of_paths
from api.settings import SHIPPED
from bench.telling import tell
from ingest import footage
from ingest.decoding import Decoder
from model.bundle import load
from model.crop_classifier import CropClassifier

TIMES = 40
TOGETHER = 25


def main() -> None:
    """Print how many times as many pictures a second `classify` does."""
    with TemporaryDirectory() as folder:
        picture = Path(folder) / "picture.jpg"
        Image.fromarray(footage.render("creek", 50, size=(640, 480))).save(picture, quality=90)
        learner = _learner(Path(folder))
        with Decoder() as decoder:
            ours = Classifier(CropClassifier(load(SHIPPED / "default")), decoder)
            alone = 1 / median_s(lambda: ours.path(picture, "picture"))
            rate = TOGETHER / median_s(lambda: list(of_paths(ours, [picture] * TOGETHER)))
        book = 1 / median_s(lambda: learner.predict(picture))
    for name, found, reach in (("classify", rate, 10), ("classify-alone", alone, 10)):
        tell(
            name=name, value=found, unit="pictures/s", against="learn.predict of the same network",
            against_value=book, reach=reach, more=True,
        )  # fmt: skip


def median_s(do: Callable[[], object]) -> float:
    """The median time of many calls, after some that do not count."""
    found = []
    for number in range(TIMES + 5):
        start = time.perf_counter()
        do()
        if number >= 5:
            found.append(time.perf_counter() - start)
    return float(np.median(found))


def _learner(folder: Path) -> "Quiet":
    """The book's way (chapter 2): a Learner over the same architecture, with that chapter's transforms."""
    from model.training.architectures import ARCHITECTURES
    from model.training.recipe import Arch
    from model.training.vocabulary import (
        CategoryBlock,
        DataBlock,
        ImageBlock,
        RandomResizedCrop,
        aug_transforms,
        vision_learner,
    )

    from fastai.data.transforms import RandomSplitter, parent_label  # isort: skip

    bundle = load(SHIPPED / "default")
    for label in bundle.labels:
        place = folder / "data" / label
        place.mkdir(parents=True)
        for number in range(4):
            Image.fromarray(footage.render("lot", number)).save(place / f"{number}.jpg")
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock), get_items=lambda place: sorted(Path(place).rglob("*.jpg")),
        get_y=parent_label, splitter=RandomSplitter(seed=0),
        item_tfms=RandomResizedCrop(bundle.input_size, min_scale=0.5), batch_tfms=aug_transforms(),
    )  # fmt: skip
    data = block.dataloaders(folder / "data", bs=4, num_workers=0)
    made = ARCHITECTURES[Arch.MOBILENET_V2]
    assert made.head is not None
    return Quiet(
        vision_learner(
            data, made.body, pretrained=False, normalize=False, custom_head=made.head(len(bundle.labels)),
            loss_func=torch.nn.CrossEntropyLoss(),
        )
    )  # fmt: skip


class Quiet:
    """The learner without its progress bars."""

    def __init__(self, learner: Any) -> None:
        self.learner = learner

    def predict(self, path: Path) -> object:
        """As the book calls it."""
        with self.learner.no_bar(), contextlib.redirect_stdout(io.StringIO()):
            return self.learner.predict(path)


if __name__ == "__main__":
    main()
