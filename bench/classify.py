"""640x480 JPEGs, warm, decode included: `classify` against the book's `learn.predict` of the same network.

`one` is the time to the answer of a single picture, as the server answers an upload; `many` is what the command makes
of a folder, on every core; `least` is decoding, fitting and the first network alone, in this process and with
nothing around them: no single answer comes sooner. `clear` pictures the first network rules out; of `doubtful` ones
the second network is heard too; of a likely `bear` other framings as well. `mix` are frames of fixed cameras as they
come. All take turns with `learn.predict`, which looks at the very same pictures once and with one network.
"""

import contextlib
import io
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from PIL import Image

from api import lanes
from api.classification import Classifier
from api.lanes import Lane
from api.settings import SHIPPED
from bench.telling import SHARED, tell
from ingest import footage, opening
from ingest.decoding import Decoder
from model.bundle import NETWORK, Bundle, load
from model.crop_classifier import DOUBT, SURELY_NONE, CropClassifier
from model.crops import crops
from model.fitting import fitted
from model.network import Network

TIMES = 40
ROUNDS = 9
SOME, EACH, MIXED, TOGETHER = 4, 8, 24, 48
SIZE = (640, 480)
SETTLE_S = 0.3
KINDS = ("clear", "doubtful", "bear")


def main() -> None:
    """Print for each kind of picture how many times as many a second `classify` does, one at a time and many."""
    bundle = load(SHIPPED / "default")
    with TemporaryDirectory() as folder, Decoder() as decoder, lanes.over(bundle) as opened:
        learner, one = _learner(Path(folder)), Classifier(CropClassifier(bundle), decoder)
        first = Classifier(CropClassifier(replace(bundle, second=None)), decoder)
        least = Least(bundle)
        for kind, pictures in _pictures(Path(folder), first).items():
            *ours, book = _in_turn(one, opened, least, learner, pictures)
            for way, rate in zip(("one", "many", "least"), ours, strict=True):
                tell(
                    name=f"classify-{way}-{kind}", value=rate, unit="pictures/s",
                    against="learn.predict of the same network", against_value=book, reach=10, more=True,
                )  # fmt: skip


def _in_turn(
    one: Classifier, opened: Sequence[Lane], least: "Least", learner: "Quiet", pictures: Sequence[Path]
) -> list[float]:
    """Pictures a second: one at a time, many together, the least, and the book's; medians of rounds in turns."""
    many = [pictures[number % len(pictures)] for number in range(TOGETHER)]
    ways: tuple[tuple[int, Callable[[], object]], ...] = (
        (len(pictures), lambda: [one.path(picture, picture.name) for picture in pictures]),
        (len(many), lambda: list(lanes.of_paths(opened, many))),
        (len(pictures), lambda: [least.predict(picture) for picture in pictures]),
        (len(pictures), lambda: [learner.predict(picture) for picture in pictures]),
    )
    found = [[count / _seconds(do) for count, do in ways] for _ in range(ROUNDS + 1)][1:]
    return [statistics.median(rates) for rates in zip(*found, strict=True)]


def _seconds(do: Callable[[], object]) -> float:
    """Of one more time, warm, and once the threads of the way before it have stopped waiting for work."""
    time.sleep(SETTLE_S)
    do()
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def _pictures(folder: Path, first: Classifier) -> Mapping[str, Sequence[Path]]:
    """Pictures of each kind by what the first network alone says of them, and a mix. Real ones where they are."""
    frames = sorted((SHARED / "cameratrap").rglob("*.jpg"))[::SOME]
    bears = sorted((SHARED / "images").glob("grizzly/*.jpg"))[:EACH]
    made = [_made(folder / f"{number:04d}.jpg", path) for number, path in enumerate([*frames, *bears])]
    if not frames:
        scenes = [
            footage.render(scene, float(at_s), size=SIZE) for at_s in range(6, 66, 4) for scene in footage.SCENES
        ]
        made = [_saved(folder / f"{number:04d}.jpg", Image.fromarray(one)) for number, one in enumerate(scenes)]
    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    for picture in made:
        p = first.path(picture, picture.name).p_bear or 0.0
        found[KINDS[int(p >= SURELY_NONE) + int(p >= DOUBT)]].append(picture)
    some = {kind: pictures[:: -(-len(pictures) // EACH)] for kind, pictures in found.items() if pictures}
    frames_made = made[: len(frames)] or made
    return {**some, "mix": frames_made[:: -(-len(frames_made) // MIXED)]}


def _made(place: Path, path: Path) -> Path:
    with Image.open(path) as picture:
        return _saved(place, picture.convert("RGB").resize(SIZE))


def _saved(place: Path, picture: Image.Image) -> Path:
    picture.save(place, quality=90)
    return place


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


class Least:
    """Decoding, fitting and the first network, with nothing around them."""

    def __init__(self, bundle: Bundle) -> None:
        self.fit = bundle.fit
        self.network = Network(bundle.file(NETWORK), side=bundle.input_size)

    def predict(self, path: Path) -> object:
        """Logits and features of the whole picture."""
        pixels = opening.picture(path, max(SIZE) // 2)
        height, width = pixels.shape[:2]
        return self.network.run(fitted(Image.fromarray(pixels), crops(width, height)[0], self.fit)[None])


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
