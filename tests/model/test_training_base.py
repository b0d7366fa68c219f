"""The weights that a training begins with: which fit, which do not, and what is said of those."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from model.bundle import MANIFEST

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "model" / "bundles"
NO_INTERNET = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "no_proxy": ""}
TRIED = """
import json, sys
from pathlib import Path
import numpy as np
import torch
from model import recovered, vision
from model.training import base, halves
from model.training.architectures import ARCHITECTURES
from model.training.order import Start
from model.training.recipe import Arch
from store.errors import BaseUnusable

place, demo = map(Path, sys.argv[1:])
torch.manual_seed(0)
nets = {Arch.MOBILENET_V2: vision.mobilenet_v2(10).eval(), Arch.RESNET18: vision.resnet18().eval()}
for arch, net in nets.items():
    torch.save(net.state_dict(), place / f"{arch}.pth")
torch.save({"model": torch.nn.Linear(2, 2).state_dict()}, place / "other.pth")
(place / "broken.pth").write_bytes(b"no weights")
(place / "broken.npz").write_bytes(b"no weights")
np.savez(place / "other.npz", **{"00.weight": np.zeros(3), "00.bias": np.zeros(3)})

def says(*asked):
    try:
        return base.read(*asked).says
    except BaseUnusable as fault:
        return fault.detail

told = {
    "unlike": {
        name: says(Start.WEIGHTS, place / name, None)
        for name in ("none.npz", "broken.pth", "broken.npz", "other.pth", "other.npz", "resnet18.pth")
    },
    "recovered for resnet18": says(Start.WEIGHTS, place / "other.npz", Arch.RESNET18),
    "demo": says(Start.BASE, demo, None),
    "download": says(Start.DOWNLOAD, None, Arch.RESNET18),
}
pixels, same = torch.rand(2, 3, 96, 96), {}
for arch, net in nets.items():
    found = base.read(Start.WEIGHTS, place / f"{arch}.pth", arch)
    made = ARCHITECTURES[arch]
    body = torch.nn.Sequential(*made.parts()).eval()
    network = torch.nn.Sequential(body, torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 2)))
    found.teach(network, ())
    mean, spread = (torch.tensor(of)[:, None, None] for of in (vision.IMAGENET_MEAN, vision.IMAGENET_SPREAD))
    front = torch.nn.Sequential(*list(net.children())[:-2]) if arch is Arch.RESNET18 else net.features
    with torch.no_grad():
        before, after = front((pixels - mean) / spread).flatten(), body(pixels).flatten()
    same[arch] = float(torch.corrcoef(torch.stack([before, after]))[0, 1])
told["same"] = same

head = lambda labels: torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(1280, len(labels)))
old = torch.nn.Sequential(torch.nn.Sequential(*ARCHITECTURES[Arch.MOBILENET_V2].parts()), head("ab"))
new = torch.nn.Sequential(torch.nn.Sequential(*ARCHITECTURES[Arch.MOBILENET_V2].parts()), head("bcd"))
kept = new[1][1].weight.clone()
halves.write(place / "weights.npz", old)
base._fill(new, halves.read(place / "weights.npz"), "ab", "bcd")
near = lambda one, other: bool(torch.allclose(one, other, atol=1e-3))
told["head"] = {
    "b": near(new[1][1].weight[0], old[1][1].weight[1]), "c": near(new[1][1].weight[1:], kept[1:]),
    "body": near(new[0][1][3].conv[0][0].weight, old[0][1][3].conv[0][0].weight),
}
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one process that loads PyTorch found."""
    done = subprocess.run(
        [sys.executable, "-c", TRIED, tmp_path_factory.mktemp("weights"), SHIPPED / "demo"], capture_output=True,
        text=True, check=False, cwd=ROOT, timeout=390,
        env={**os.environ, **NO_INTERNET, "PYTHONPATH": str(ROOT), "TORCH_HOME": str(tmp_path_factory.getbasetemp())},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])  # PyTorch says first what it fetches
    return found


def test_weights_of_another_network_are_named_before_any_picture_is_opened(told: dict[str, Any]) -> None:
    assert "is not there" in told["unlike"].pop("none.npz")
    for name, said in told["unlike"].items():
        assert f"{name} does not hold the weights of mobilenet_v2" in said
        assert "--arch" in said
    assert "does not hold the weights of resnet18" in told["recovered for resnet18"]


def test_torchvisions_weights_give_the_same_features_with_their_normalisation_inside(told: dict[str, Any]) -> None:
    assert told["same"]["resnet18"] > 0.9999
    assert told["same"]["mobilenet_v2"] > 0.5  # its stride-2 convolutions pad another way


def test_labels_that_base_and_training_share_keep_what_is_known_of_them(told: dict[str, Any]) -> None:
    assert told["head"] == {"b": True, "c": True, "body": True}


def test_weights_that_cannot_be_fetched_are_said_with_another_way(told: dict[str, Any]) -> None:
    assert "torchvision's weights for resnet18 could not be fetched" in told["download"]
    assert "--weights" in told["download"]


def test_a_bundle_without_weights_stays_valid_and_is_refused_as_a_base(told: dict[str, Any]) -> None:
    assert "weights.npz" not in json.loads((SHIPPED / "demo" / MANIFEST).read_text())["files"]
    assert "keeps no weights.npz and cannot be a base" in told["demo"]
