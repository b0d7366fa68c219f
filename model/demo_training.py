"""The demo's own model: a small network taught on the scenes that the project draws. Needs the training extra.

`python -m model.demo_training OUT` makes the bundle anew. It knows drawn scenery only.
"""

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from ingest import footage
from ingest.frames import Pixels, Region
from model import export
from model.bundle import Bundle
from model.crops import crops
from model.training import measuring

SIDE = 96
LABELS = ("bear", "empty", "other_animal", "person", "vehicle")
EPOCHS, BATCH = 10, 64
MOMENTS = 420
CAR = Region(x=0.06, y=0.48, w=0.28, h=0.27)
LEAST_VISIBLE = 0.35
"""A thing of which less than this share is in the crop does not name it."""


def small(labels: int) -> nn.Sequential:
    """Five convolutions and a linear head: N x 3 x 96 x 96, RGB of 0..1, to N x labels."""
    widths = (3, 16, 32, 48, 64, 96)
    blocks = [
        nn.Sequential(nn.Conv2d(a, b, 3, stride=2, padding=1), nn.BatchNorm2d(b), nn.ReLU())
        for a, b in itertools.pairwise(widths)
    ]
    return nn.Sequential(nn.Sequential(*blocks), nn.Sequential(nn.Flatten(), nn.Linear(widths[-1] * 9, labels)))


def examples(seeds: range, moments: int, seed: int = 0) -> Iterator[tuple[Pixels, str]]:
    """Crops as the classifier would cut them, from drawn moments, with what is in each."""
    chance = np.random.default_rng(seed)
    for _ in range(moments):
        for scene in footage.SCENES:
            which, at_s = int(chance.choice(seeds)), float(chance.uniform(0, footage.PERIOD_S))
            pixels = footage.render(scene, at_s, seed=which)
            things = list(footage.truth(scene, at_s, seed=which))
            if scene == "lot":
                things.append(("vehicle", CAR))
            for part in _parts(chance, [region for _, region in things]):
                yield _cut(pixels, part), _label(part, things)


def train(seed: int = 0) -> nn.Sequential:
    """A few minutes on one core."""
    torch.manual_seed(seed)
    pictures, truth = _stacked(range(40), MOMENTS, seed)
    network = small(len(LABELS))
    steps = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        steps, 4e-3, total_steps=EPOCHS * (len(pictures) // BATCH)
    )  # fmt: skip
    loss = nn.CrossEntropyLoss(label_smoothing=0.02)
    for _ in range(EPOCHS):
        order = torch.randperm(len(pictures))
        for start in range(0, len(pictures) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            seen = torch.from_numpy(pictures[chosen.numpy()]).permute(0, 3, 1, 2).float() / 255
            light = torch.empty(len(seen), 1, 1, 1).uniform_(0.7, 1.25)
            steps.zero_grad()
            loss(network((seen * light).clamp(0, 1)), truth[chosen]).backward()
            steps.step()
            schedule.step()
    return network.eval()


def make(out: Path) -> Bundle:
    """Train, and write the bundle."""
    network = train()
    taught, _ = _stacked(range(40), 40, 1)
    held_out, truth = _stacked(range(100, 120), 40, 2)
    told = {
        "name": "demo-scenery", "version": "1", "demo": True,
        "trained": "drawn scenes only", "licence": "as the project", "pictures": 0,
        "motion_penalty": 0.0, "tile_penalty": 2.0,
    }  # fmt: skip
    labels = [LABELS[int(index)] for index in truth]
    made = export.make(
        network, out, side=SIDE, labels=LABELS, bear=("bear",), train=taught, held_out=held_out, truth=labels,
        told=told,
    )  # fmt: skip
    return measuring.measured(made, lambda: held_out, labels)[0]


def _stacked(seeds: range, moments: int, seed: int) -> tuple[Pixels, Tensor]:
    found = list(examples(seeds, moments, seed))
    return np.stack([picture for picture, _ in found]), torch.tensor([LABELS.index(label) for _, label in found])


def _parts(chance: np.random.Generator, things: list[Region]) -> Iterator[Region]:
    """The whole, a crop around each thing (a little beside it), and one anywhere."""
    width, height = footage.SIZE
    yield Region(x=0, y=0, w=1, h=1)
    x, y = chance.uniform(0, 0.8, 2)
    anywhere = Region(x=float(x), y=float(y), w=float(chance.uniform(0.05, 0.3)), h=float(chance.uniform(0.05, 0.3)))
    for thing in (*things, anywhere):
        shift = chance.uniform(-0.25, 0.25, 2)
        moved = Region(
            x=thing.x + shift[0] * thing.w, y=thing.y + shift[1] * thing.h,
            w=thing.w * chance.uniform(0.6, 1.4), h=thing.h * chance.uniform(0.6, 1.4),
        )  # fmt: skip
        yield crops(width, height, [moved])[1].region(width, height)


def _label(part: Region, things: list[tuple[str, Region]]) -> str:
    """The first kind, bears before others, of which enough is in the part."""
    seen = [kind for kind, region in things if _share_inside(region, part) >= LEAST_VISIBLE]
    return min(seen, key=("bear", "person", "other_animal", "vehicle").index) if seen else "empty"


def _share_inside(thing: Region, part: Region) -> float:
    left, right = max(thing.x, part.x, 0.0), min(thing.x + thing.w, part.x + part.w, 1.0)
    top, bottom = max(thing.y, part.y, 0.0), min(thing.y + thing.h, part.y + part.h, 1.0)
    return max(0.0, right - left) * max(0.0, bottom - top) / (thing.w * thing.h)


def _cut(pixels: Pixels, part: Region) -> Pixels:
    height, width = pixels.shape[:2]
    box = (part.x * width, part.y * height, (part.x + part.w) * width, (part.y + part.h) * height)
    cut = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
    return np.asarray(cut, dtype=np.uint8)


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(make(Path(sys.argv[1])).manifest["metrics"])  # noqa: T201
