"""Pictures: the DataBlock of a recipe, in fastai's words. Loads PyTorch."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model.augment import Augment, opened
from model.bundle import EMPTY
from model.dataset import Row
from model.training import vocabulary
from model.training.recipe import Recipe, Resize
from model.training.vocabulary import (
    CategoryBlock,
    DataBlock,
    ImageBlock,
    IndexSplitter,
    PILImage,
    RandomResizedCrop,
    ResizeMethod,
    Transform,
    aug_transforms,
)  # fmt: skip

METHODS = {Resize.CROP: ResizeMethod.Crop, Resize.SQUISH: ResizeMethod.Squish, Resize.PAD: ResizeMethod.Pad}


class Seen(Transform):  # type: ignore[misc]
    """Training pictures as a camera might have seen them."""

    order = 1
    split_idx = 0

    def __init__(self, augment: Augment) -> None:
        self.augment = augment

    def encodes(self, picture: PILImage) -> PILImage:
        """One picture of the training part."""
        thing, cutout = getattr(picture, "thing", True), getattr(picture, "cutout", None)
        return PILImage(self.augment(picture, thing=thing, cutout=cutout))

    def begin(self, seed: int) -> None:
        """Begin the sequence of chances anew."""
        self.augment.chance = random.Random(seed)  # noqa: S311


def picture_of(item: Row | Path | str) -> PILImage:
    """A row's picture, or a file's."""
    picture = PILImage(opened(item.path if isinstance(item, Row) else Path(item)))
    picture.thing = not isinstance(item, Row) or item.label != EMPTY
    picture.cutout = item.cutout if isinstance(item, Row) else None
    return picture


def label_of(row: Row) -> str:
    """What parent_label or labels.csv says: a row knows it either way."""
    return row.label


def transforms(recipe: Recipe, rows: Sequence[Row], seed: int) -> tuple[list[Any], list[Any]]:
    """Item and batch transforms. Pictures that judge are brought to the side by the recipe's resize alone."""
    resized = vocabulary.Resize(recipe.side, method=METHODS[recipe.resize])
    resized.order = 2
    if recipe.camera is not None:
        backgrounds = [row.path for row in rows if row.label == EMPTY and row.part == "train"]
        augment = Augment(side=recipe.side, backgrounds=backgrounds, seed=seed, shares=recipe.camera)
        return [Seen(augment), resized], []
    crop = RandomResizedCrop(recipe.side, min_scale=recipe.least_crop)
    crop.split_idx = 0
    return [crop, resized], aug_transforms()


def dataloaders(
    recipe: Recipe, rows: Sequence[Row], labels: Sequence[str], items: list[Any], batch: list[Any]
) -> Any:
    """DataLoaders over rows that teach and judge."""
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock(vocab=list(labels))), get_x=picture_of, get_y=label_of,
        splitter=IndexSplitter([number for number, row in enumerate(rows) if row.part == "valid"]),
        item_tfms=items, batch_tfms=batch,
    )  # fmt: skip
    size = min(recipe.batch, sum(row.part == "train" for row in rows))
    if recipe.balanced:
        return block.weighted_dataloaders(rows, _weights(rows), bs=size, num_workers=0)
    return block.dataloaders(rows, bs=size, num_workers=0)


def _weights(rows: Sequence[Row]) -> list[float]:
    """Rare labels are drawn more often, by the square root of their rarity."""
    counts = Counter(row.label for row in rows)
    return [float(np.sqrt(1 / counts[row.label])) for row in rows]
