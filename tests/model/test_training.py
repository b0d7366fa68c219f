"""`model train` and `model evaluate` in processes of their own, from pictures that the project draws."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ingest import footage
from model.bundle import BASE, changed, load
from model.export import loses
from model.labels import Labelled, write

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
LABELS = {"bear": ("creek", 12.0), "empty": ("creek", 60.0), "other_animal": ("trail", 12.0)}
SMALL = ("--bear", "bear", "--side", "64", "--batch", "8", "--threads", "1")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
WEIGHTS = """
import sys
import numpy as np
import torch
from model.vision import mobilenet_v2
torch.manual_seed(0)
network, kept = mobilenet_v2(1001), {}
layers = [one for one in network.modules() if isinstance(one, (torch.nn.Conv2d, torch.nn.Linear))]
for number, layer in enumerate(layers):
    kept[f"{number:02d}.weight"] = layer.weight.detach().numpy()
    kept[f"{number:02d}.bias"] = np.zeros(len(layer.weight), dtype=np.float32)
np.savez(sys.argv[1], **kept)
"""
LEFT = {
    "batch.png", "bundle", "confusion.json", "confusion.png", "curves.json", "curves.png", "learner.pkl",
    "losses.json", "run.json", "slices.json", "top_losses.json", "top_losses.png", "used.json",
}  # fmt: skip


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)], capture_output=True, text=True, check=False, cwd=ROOT, env=ENVIRONMENT,
        timeout=390,
    )  # fmt: skip


def train(*words: object) -> subprocess.CompletedProcess[str]:
    return run("-m", "api.cli.main", "model", "train", *words)


def read(path: Path) -> Any:
    return json.loads(path.read_text())


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight drawn pictures of each label; of the bears two cameras and a licence are known."""
    folder, told = tmp_path_factory.mktemp("pictures"), []
    for label, (scene, at_s) in LABELS.items():
        (folder / label).mkdir()
        for number in range(8):
            drawn = footage.render(scene, at_s + number / 10, seed=number, size=(320, 180))
            Image.fromarray(drawn).save(folder / label / f"{number}.jpg")
            camera = f"c{number % 4}" if label == "bear" else ""
            told.append(Labelled(file=f"{label}/{number}.jpg", label=label, camera=camera, licence=camera and "CC0"))
    write(folder, told)
    return folder


@pytest.fixture(scope="module")
def trained(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A run's folder and what the command printed."""
    folder = tmp_path_factory.mktemp("trained")
    made = run("-c", WEIGHTS, folder / "weights.npz")
    assert made.returncode == 0, made.stderr
    told = train(
        pictures, "--weights", folder / "weights.npz", "--out", folder / "run", *SMALL, "--epochs", 1, "--json"
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return folder / "run", json.loads(told.stdout)


@pytest.mark.timeout(400)
def test_a_training_leaves_a_bundle_that_is_whole_and_names_its_data(trained: tuple[Path, dict[str, Any]]) -> None:
    out, told = trained
    bundle = load(out / "bundle")
    assert (told["sha256"], bundle.labels, bundle.bear_labels) == (bundle.sha256, tuple(sorted(LABELS)), ("bear",))
    assert (told["folder"], told["name"]) == (str(out / "bundle"), "own")
    assert bundle.manifest["data_sha256"] == read(out / "used.json")["data_sha256"]
    assert bundle.manifest["precision"] in ("int8", "f16")
    assert bundle.manifest["metrics"]["held_out"]["n"] >= 3
    assert BASE in bundle.manifest["files"]


@pytest.mark.timeout(400)
def test_a_training_leaves_what_it_saw_and_how_it_judged(
    trained: tuple[Path, dict[str, Any]], pictures: Path
) -> None:
    out, told = trained
    assert {path.name for path in out.iterdir() if not path.name.startswith(".")} == LEFT
    for name in LEFT:
        if name.endswith(".png"):
            with Image.open(out / name) as drawn:
                assert drawn.width > 100
    losses = read(out / "losses.json")
    assert {row["file"] for row in losses} == {f"{label}/{n}.jpg" for label in LABELS for n in range(8)}
    assert [row["loss"] for row in losses] == sorted((row["loss"] for row in losses), reverse=True)
    assert all(row["p"] == row["probabilities"][row["label"]] for row in losses)
    assert all(row["probabilities"][row["predicted"]] == max(row["probabilities"].values()) for row in losses)
    judged = [row for row in losses if row["part"] == "valid"]
    top = read(out / "top_losses.json")
    assert [(row["file"], row["actual"]) for row in top] == [(row["file"], row["label"]) for row in judged]
    held = told["metrics"]["held_out"]
    assert read(out / "confusion.json") == {"labels": sorted(LABELS), "confusion": held["confusion"]}
    counted = [
        [sum((row["label"], row["predicted"]) == (a, b) for row in judged) for b in sorted(LABELS)]
        for a in sorted(LABELS)
    ]
    assert counted == held["confusion"]
    slices = read(out / "slices.json")
    assert slices["label:bear"]["n"] == sum(row["label"] == "bear" for row in judged)
    assert {"size:under-1024", "label:empty"} <= slices.keys()
    assert len(read(out / "curves.json")) == 1
    used = read(out / "used.json")
    assert used["by_licence"]["CC0"]["train"] + used["by_licence"]["CC0"]["valid"] == 8
    assert set(used["by_camera"]) == {"", "c0", "c1", "c2", "c3"}
    card = (out / "bundle" / "CARD.md").read_text()
    for said in (used["data_sha256"], "in shadow", "| CC0 |", "| c1 |", "few pictures of", "temperature"):
        assert said in card


@pytest.mark.timeout(400)
def test_the_same_command_again_gives_the_same_answer_at_once(
    trained: tuple[Path, dict[str, Any]], pictures: Path
) -> None:
    out, before = trained
    told = train(pictures, "--out", out, "--resume", "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == before
    assert "epoch" not in told.stderr


@pytest.mark.timeout(400)
def test_the_bundle_of_a_training_can_be_measured_on_pictures_with_labels(
    trained: tuple[Path, dict[str, Any]], pictures: Path
) -> None:
    out, _ = trained
    told = run("-m", "api.cli.main", "model", "evaluate", out / "bundle", pictures, "--json")
    assert told.returncode == 0, told.stderr
    document = json.loads(told.stdout)
    assert document["n"] == 8 * len(LABELS)
    assert sum(map(sum, document["confusion"])) == document["n"]
    assert document.keys() >= {
        "model", "labels", "accuracy", "recall_bear", "recall_bear_interval", "false_bear", "false_bear_interval",
        "brier", "log_loss", "ece", "temperature", "slices", "top_losses",
    }  # fmt: skip


@pytest.mark.timeout(400)
def test_a_bundle_is_the_base_of_the_next_and_a_killed_training_goes_on(
    trained: tuple[Path, dict[str, Any]], pictures: Path, tmp_path: Path
) -> None:
    base = changed(load(Path(shutil.copytree(trained[0] / "bundle", tmp_path / "base"))), far_penalty=2.5)
    words = (
        pictures, "--base", base.folder, "--out", tmp_path / "run", "--bear", "bear", "--epochs", 2,
        "--threads", 1, "--json",
    )  # fmt: skip
    killed = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", "model", "train", *map(str, words)], cwd=ROOT, env=ENVIRONMENT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not (tmp_path / "run" / "checkpoint.pth").is_file():
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    told = train(*words)
    assert told.returncode == 0, told.stderr
    assert "epoch 1 of 2" not in told.stderr
    assert "epoch 2 of 2: " in told.stderr
    bundle = load(tmp_path / "run" / "bundle")
    assert bundle.input_size == 64
    assert bundle.manifest["base"]["sha256"] == base.sha256
    assert (load(trained[0] / "bundle").far_penalty, bundle.far_penalty) == (None, 2.5)
    assert [row["epoch"] for row in read(tmp_path / "run" / "curves.json")] == [1, 2]
    assert not (tmp_path / "run" / "checkpoint.pth").exists()


@pytest.mark.timeout(400)
def test_what_it_began_with_can_stay_and_another_network_be_heard_beside_it(
    trained: tuple[Path, dict[str, Any]], pictures: Path, tmp_path: Path
) -> None:
    """The weights that were made for the test have no bias but zero."""
    other = load(trained[0] / "bundle")
    words = (
        pictures, "--weights", trained[0].parent / "weights.npz", "--keeps", 1, "--second", other.folder,
        "--out", tmp_path / "run", *SMALL, "--epochs", 1,
    )  # fmt: skip
    told = train(*words)
    assert told.returncode == 0, told.stderr
    bundle = load(tmp_path / "run" / "bundle")
    with np.load(other.file(BASE)) as taught, np.load(bundle.file(BASE)) as kept:
        biases = [name for name in kept.files if name.startswith("0.") and name.endswith("bias")]
        assert len(biases) > 50
        assert any(taught[name].any() for name in biases) and not any(kept[name].any() for name in biases)
    assert bundle.second is not None and bundle.second.size == 64
    assert f"sha256 `{other.sha256}`" in bundle.file("CARD.md").read_text()
    refused = train(*words, "--keeps", 0.5)
    assert refused.returncode != 0 and "keeps was 1" in refused.stderr
    refused = train(*words[:-1], 1, "--seed", 3, "--out", tmp_path / "otherwise")
    assert refused.returncode != 0 and "the same --seed" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from-scratch", "--keeps", 0.5), "not of random ones"),
        (("--from-scratch", "--second", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_stay_or_be_heard_is_said_at_once(
    words: tuple[object, ...], said: str, pictures: Path, tmp_path: Path
) -> None:
    told = train(pictures, "--out", tmp_path / "run", *SMALL, *words)
    assert told.returncode != 0
    assert said in told.stderr


def test_a_head_of_several_layers_cannot_be_fitted_anew(pictures: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights.pth"
    code = "import sys, torch; from model.vision import resnet18; torch.save(resnet18().state_dict(), sys.argv[1])"
    made = run("-c", code, weights)
    assert made.returncode == 0, made.stderr
    told = train(
        pictures, "--weights", weights, "--arch", "resnet18", "--keeps", 0.5, "--out", tmp_path / "run", *SMALL
    )  # fmt: skip
    assert told.returncode != 0
    assert "--keeps is for mobilenet_v2" in told.stderr


CUT_OFF = """
import sys
from pathlib import Path
from model.train import make
from model.training.order import Asked
from model.training.recipe import Arch, RecipeName

data, out = map(Path, sys.argv[1:])
asked = Asked(from_scratch=True, arch=Arch.RESNET18, recipe=RecipeName.BOOK, side=64, batch=8, epochs=1, bear="bear")

def cut(says, share):
    if says.startswith("epoch 1 of 2: "):
        raise KeyboardInterrupt

make(data, out / "whole", asked, threads=1)
try:
    make(data, out / "cut", asked, threads=1, watch=cut)
except KeyboardInterrupt:
    make(data, out / "cut", Asked(), resume=True, threads=1)
"""


@pytest.mark.timeout(400)
def test_a_training_that_was_cut_off_gives_the_same_numbers_as_one_that_was_not(
    pictures: Path, tmp_path: Path
) -> None:
    """With resnet18 and the book's recipe, which trains the head alone first."""
    told = run("-c", CUT_OFF, pictures, tmp_path)
    assert told.returncode == 0, told.stderr
    whole, cut = (
        [row | {"seconds": 0} for row in read(tmp_path / name / "curves.json")] for name in ("whole", "cut")
    )
    assert whole == cut
    assert [row["frozen"] for row in whole] == [True, False]
    assert read(tmp_path / "whole" / "losses.json") == read(tmp_path / "cut" / "losses.json")
    assert load(tmp_path / "cut" / "bundle").manifest["arch"] == "resnet18"
    told = run("-m", "api.cli.main", "model", "evaluate", tmp_path / "cut" / "bundle", pictures, "--json")
    assert json.loads(told.stdout)["n"] == 8 * len(LABELS)


def test_eight_bits_are_judged_by_the_pictures_that_they_lose_of_each_label() -> None:
    before = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8]])
    after = np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7]])
    assert loses(before, after, ["bear", "bear", "empty"], ["bear", "empty"]) == {"bear": 1, "empty": 0}


def test_what_cannot_be_trained_on_is_said_before_an_hour_is_spent(tmp_path: Path) -> None:
    (tmp_path / "data" / "bear").mkdir(parents=True)
    for number in range(4):
        Image.new("RGB", (32, 32), (number, 0, 0)).save(tmp_path / "data" / "bear" / f"{number}.png")
    told = train(tmp_path / "data", "--weights", tmp_path / "none.npz", "--out", tmp_path / "own")
    assert told.returncode == 1
    assert "at least two labels" in told.stderr


def test_a_training_that_is_told_no_base_names_the_choices(pictures: Path, tmp_path: Path) -> None:
    told = train(pictures, "--out", tmp_path / "own", "--bear", "bear")
    assert told.returncode == 1
    for choice in ("--base default", "--weights", "--download-weights", "--from-scratch"):
        assert choice in told.stderr
