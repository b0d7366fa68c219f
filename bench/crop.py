"""One crop on one core: the shipped architecture in OpenVINO, in floats and in eight bits, against `learn.predict` of
the book's resnet18; and how often both say what the same network says in torch, on pictures that taught nothing."""

import contextlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from PIL import Image

from api.settings import SHIPPED
from bench.classify import median_s
from bench.telling import SHARED, tell
from ingest import footage
from ingest.frames import Pixels
from model import export, recovered
from model.augment import opened
from model.bundle import load
from model.network import Network
from model.training.architectures import ARCHITECTURES
from model.training.recipe import Arch
from model.vision import declare

LABELS = ("black", "grizzly", "other_animal", "teddy")
EACH = 120
STEPS = 200


def main() -> None:
    """Print both speeds and both agreements."""
    torch.set_num_threads(1)
    side = load(SHIPPED / "default").input_size
    pictures, truth = _pictures(side)
    taught = np.arange(len(pictures)) % 2 == 0
    network = _network(pictures[taught], truth[taught])
    with TemporaryDirectory() as folder:
        floats, bits = Path(folder) / "floats", Path(folder) / "bits"
        export.network(network, floats, side, LABELS)
        export.quantised(floats / "network.xml", bits / "network.xml", pictures[taught])
        book = median_s(_predict(Path(folder), pictures[0]))
        asked = pictures[~taught]
        said = _said(network, asked)
        for name, place, reach in (("crop-fp32", floats, 20), ("crop-int8", bits, 35)):
            engine = Network(place / "network.xml", side=side, threads=1)
            rate = 1 / median_s(lambda engine=engine: engine.run(asked[:1]))  # type: ignore[misc]
            tell(
                name=name, value=rate, unit="crops/s on one core", against="learn.predict of resnet18",
                against_value=1 / book, reach=reach, more=True,
            )  # fmt: skip
            agree = float((engine.run(asked)[0].argmax(axis=1) == said).mean())
            tell(
                name=f"{name}-agrees", value=agree, unit=f"share of {len(asked)} labels", against="the same in torch",
                against_value=1.0, reach=0.99, more=True,
            )  # fmt: skip


def _pictures(side: int) -> tuple[Pixels, np.ndarray[Any, np.dtype[np.int64]]]:
    """Real pictures where they are, else drawn ones; with their labels' places."""
    found, truth = [], []
    for place, label in enumerate(LABELS):
        for picture in _of(label):
            found.append(np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR)))
            truth.append(place)
    return np.stack(found), np.array(truth)


def _of(label: str) -> Sequence[Image.Image]:
    folder = SHARED / "images" / label
    if folder.is_dir():
        return [opened(path) for path in sorted(folder.iterdir())[:EACH]]
    scene = footage.SCENES[LABELS.index(label) % len(footage.SCENES)]
    return [Image.fromarray(footage.render(scene, number / 2, seed=number)) for number in range(EACH)]


def _network(pictures: Pixels, truth: np.ndarray[Any, np.dtype[np.int64]]) -> torch.nn.Sequential:
    """The shipped architecture with a head that was fitted for a moment, so that its answers are sure ones."""
    weights, made = SHARED / "weights" / "mobilenet_v2_recovered.npz", ARCHITECTURES[Arch.MOBILENET_V2]
    torch.manual_seed(0)
    assert made.head is not None
    body, head = torch.nn.Sequential(*made.parts()), made.head(len(LABELS))
    if weights.is_file():
        with np.load(weights, allow_pickle=False) as kept:
            recovered.fill(body[1], {name: kept[name] for name in kept.files})
    network = torch.nn.Sequential(body, head).eval()
    with torch.no_grad():
        features = torch.cat([body(_batch(pictures[at : at + 16])) for at in range(0, len(pictures), 16)])
    wanted, steps = torch.from_numpy(truth), torch.optim.Adam(head.parameters(), lr=3e-3, weight_decay=1e-3)
    for _ in range(STEPS):
        steps.zero_grad()
        torch.nn.functional.cross_entropy(head(features), wanted).backward()
        steps.step()
    return network


def _batch(pictures: Pixels) -> torch.Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255


def _said(network: torch.nn.Module, pictures: Pixels) -> np.ndarray[Any, np.dtype[np.int64]]:
    with torch.no_grad():
        return np.concatenate(
            [network(_batch(pictures[at : at + 16])).argmax(dim=1).numpy() for at in range(0, len(pictures), 16)]
        )


def _predict(folder: Path, picture: Pixels) -> Callable[[], object]:
    """`learn.predict` of a resnet18 as the book's chapter 2 makes it, on a crop that is in memory."""
    declare()
    import fastai.callback.progress  # noqa: F401  gives Learner its no_bar
    from fastai.data.block import CategoryBlock, DataBlock
    from fastai.data.transforms import RandomSplitter, parent_label
    from fastai.vision.augment import RandomResizedCrop, aug_transforms
    from fastai.vision.core import PILImage
    from fastai.vision.data import ImageBlock
    from fastai.vision.learner import vision_learner
    from torchvision.models import resnet18

    for label in LABELS:
        (folder / "data" / label).mkdir(parents=True)
        for number in range(4):
            Image.fromarray(picture).save(folder / "data" / label / f"{number}.jpg")
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock), get_items=lambda place: sorted(Path(place).rglob("*.jpg")),
        get_y=parent_label, splitter=RandomSplitter(seed=0), item_tfms=RandomResizedCrop(224, min_scale=0.5),
        batch_tfms=aug_transforms(),
    )  # fmt: skip
    learner = vision_learner(block.dataloaders(folder / "data", bs=4, num_workers=0), resnet18, pretrained=False)
    crop = PILImage(Image.fromarray(picture))

    def predict() -> object:
        with learner.no_bar(), learner.no_logging(), contextlib.redirect_stdout(io.StringIO()):
            return learner.predict(crop)

    return predict


if __name__ == "__main__":
    main()
