"""One 640x480 JPEG, warm, decode included: `classify` against the book's `learn.predict` of the same network."""

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

from api.classification import Classifier
from api.settings import SHIPPED
from bench.telling import tell
from ingest import footage
from ingest.decoding import Decoder
from model.bundle import load
from model.crop_classifier import CropClassifier
from model.recovered import Classifier as Network
from model.vision import declare, mobilenet_v2

TIMES = 40


def main() -> None:
    """Print how many times as many pictures a second `classify` does."""
    with TemporaryDirectory() as folder:
        picture = Path(folder) / "picture.jpg"
        Image.fromarray(footage.render("creek", 50, size=(640, 480))).save(picture, quality=90)
        learner = _learner(Path(folder))
        with Decoder() as decoder:
            ours = Classifier(CropClassifier(load(SHIPPED / "default")), decoder)
            rate = 1 / median_s(lambda: ours.path(picture, "picture"))
        book = 1 / median_s(lambda: learner.predict(picture))
    tell(
        name="classify", value=rate, unit="pictures/s", against="learn.predict of the same network",
        against_value=book, reach=10, more=True,
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
    """The book's way: a Learner over the same architecture, its labels from folders."""
    declare()
    import fastai.callback.progress  # noqa: F401  gives Learner its no_bar
    from fastai.data.block import CategoryBlock, DataBlock
    from fastai.data.transforms import RandomSplitter, parent_label
    from fastai.learner import Learner
    from fastai.vision.augment import Resize
    from fastai.vision.data import ImageBlock

    for label in load(SHIPPED / "default").labels:
        place = folder / "data" / label
        place.mkdir(parents=True)
        for number in range(4):
            Image.fromarray(footage.render("lot", number)).save(place / f"{number}.jpg")
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock), get_items=lambda place: sorted(Path(place).rglob("*.jpg")),
        get_y=parent_label, splitter=RandomSplitter(seed=0), item_tfms=Resize(224),
    )  # fmt: skip
    data = block.dataloaders(folder / "data", bs=4, num_workers=0)
    bare = mobilenet_v2(1001)
    learner = Learner(data, Network(bare.features, bare.last_channel, 7), loss_func=torch.nn.CrossEntropyLoss())
    return Quiet(learner)


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
