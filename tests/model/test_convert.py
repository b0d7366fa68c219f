"""A fastai learner and the bundle made of it answer alike; whatever cannot be converted says why, in one line."""

import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest import footage
from model import fitting, opening, pickles
from model.bundle import load
from model.convert import convert
from model.crops import crops
from model.detections import Detection
from model.fitting import Fit
from store.errors import ConversionFailed
from tests.ingest.drawings import landscape

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
LABELS = {"bear": ("creek", 12.0), "empty": ("creek", 60.0), "person": ("trail", 12.0)}
LEARNER = """
import sys, warnings
warnings.simplefilter("ignore")
from pathlib import Path
import torch
from model.vision import declare
declare()
from fastai.vision.all import *
from torchvision.models import resnet18
torch.manual_seed(0)
place = Path(sys.argv[1])
block = DataBlock(
    blocks=(ImageBlock, CategoryBlock), get_items=get_image_files, splitter=RandomSplitter(seed=42),
    get_y=parent_label,
    item_tfms=RandomResizedCrop(96, min_scale=0.5),
    batch_tfms=[*aug_transforms(), Normalize.from_stats(*imagenet_stats)],
)
learner = vision_learner(block.dataloaders(place / "pictures", bs=8, num_workers=0), resnet18, pretrained=False)
with learner.no_bar(), learner.no_logging():
    learner.fit_one_cycle(1, 1e-3)
learner.path = place
learner.export("export.pkl")
with learner.no_bar(), learner.no_logging():
    learner = load_learner(place / "export.pkl")
    files = sorted((place / "pictures").rglob("*.jpg"))
    shares = {file.name: [float(p) for p in learner.predict(file)[2]] for file in files}
import json
(place / "shares.json").write_text(json.dumps(shares))
torch.save({"weights": 1}, place / "no-learner.pkl")
from fastai.tabular.all import *
frame = pd.DataFrame({"a": range(40), "y": ["bear", "dog"] * 20})
loaders = TabularDataLoaders.from_df(frame, cont_names=["a"], y_names="y", y_block=CategoryBlock(), bs=8)
learner = tabular_learner(loaders, layers=[4])
learner.path = place
learner.export("table.pkl")
"""


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book's way, on drawn pictures: pictures, an export.pkl, and what load_learner says of each picture."""
    folder = tmp_path_factory.mktemp("learned")
    for label, (scene, at_s) in LABELS.items():
        (folder / "pictures" / label).mkdir(parents=True)
        for number in range(6):
            size = (320, 180) if number % 2 else (180, 240)
            drawn = footage.render(scene, at_s + number / 10, seed=number, size=size)
            Image.fromarray(drawn).save(folder / "pictures" / label / f"{label}-{number}.jpg")
    made = subprocess.run(
        [sys.executable, "-c", LEARNER, folder], capture_output=True, text=True, check=False, cwd=ROOT,
        env=ENVIRONMENT, timeout=280,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder


def command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.cli.main", "model", "convert-fastai", *map(str, words)], capture_output=True,
        text=True, check=False, cwd=ROOT, env=ENVIRONMENT, timeout=280,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_the_bundle_gives_what_load_learner_gives_on_every_picture(learned: Path) -> None:
    out = learned / "own"
    words = (learned / "export.pkl", "--out", out, "--validate", learned / "pictures", "--yes", "--json")
    told = command(*words)
    assert told.returncode == 0, told.stderr
    assert "runs whatever code is in it" in told.stderr
    report = json.loads(told.stdout)
    assert (report["n"], report["labels"], report["bear"]) == (18, sorted(LABELS), ["bear"])
    assert report["max_difference"] <= 1e-3
    assert report["label_agreement"] == 1.0
    bundle = load(out)
    assert report["sha256"] == bundle.sha256
    assert bundle.manifest["conversion"]["n"] == 18
    detector, shares = opening.detector(bundle), json.loads((learned / "shares.json").read_text())
    for file in sorted((learned / "pictures").rglob("*.jpg")):
        found = detector.detect(detector.prepare(np.asarray(Image.open(file).convert("RGB"))))
        assert isinstance(found, Detection)
        assert [found.probabilities[label] for label in bundle.labels] == pytest.approx(shares[file.name], abs=1e-3)
        assert found.out_of_domain_p is None
    again = command(*words)
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_nobody_opens_a_pickle_without_being_told_what_that_means(learned: Path) -> None:
    told = command(learned / "export.pkl", "--out", learned / "unasked")
    assert told.returncode == 2
    assert "--yes" in told.stderr
    assert not (learned / "unasked").exists()


@pytest.mark.parametrize(
    ("name", "says"), [("no-learner.pkl", "no fastai learner"), ("table.pkl", "TabularLearner and not one")]
)  # fmt: skip
def test_what_is_no_classifier_of_pictures_is_refused_and_leaves_nothing(learned: Path, name: str, says: str) -> None:
    with pytest.raises(ConversionFailed, match=says):
        convert(learned / name, learned / "none")
    assert [path.name for path in learned.iterdir() if "none" in path.name or path.name.startswith(".")] == []


def test_a_file_that_was_cut_short_is_refused(learned: Path) -> None:
    whole = (learned / "export.pkl").read_bytes()
    (learned / "cut.pkl").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ConversionFailed, match="cut short"):
        pickles.check(learned / "cut.pkl", "2.8.12")


def zipped(path: Path, data: bytes) -> Path:
    """A pickle as torch packs it."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("export/data.pkl", data)
    return path


def asks_for(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n.".encode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (asks_for("fastai.basic_train", "Learner"), "another version of fastai"),
        (asks_for("rangers_own_labels", "label_of"), "set PYTHONPATH"),
        (asks_for("__main__", "is_grizzly"), "your own is_grizzly"),
        (b"\x80\x04\x8c\x12rangers_own_labels\x94\x8c\x08label_of\x94\x93.", "rangers_own_labels"),
        (b"\x80\x02c__builtin__\ngetattr", "cut short"),
    ],
)  # fmt: skip
def test_what_an_export_lacks_is_named_before_any_of_it_runs(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(ConversionFailed, match=says):
        pickles.check(zipped(tmp_path / "export.pkl", data), "2.8.12")


@pytest.mark.parametrize(
    ("data", "says"),
    [(pickle.dumps({"fastai": 1}), "before 1.6"), (b"no pickle", "not what"), (b"PK\3\4 cut", "cut short")],
)  # fmt: skip
def test_what_is_no_export_at_all_is_said(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "export.pkl").write_bytes(data)
    with pytest.raises(ConversionFailed, match=says):
        pickles.check(tmp_path / "export.pkl", "2.8.12")


def test_what_python_2_named_otherwise_is_found(tmp_path: Path) -> None:
    path = zipped(tmp_path / "export.pkl", pickle.dumps([print, set], protocol=2))
    assert ("builtins", "print") in pickles.wanted(path)
    pickles.check(path, "2.8.12")


@pytest.mark.parametrize("size", [(320, 180), (180, 320), (64, 64), (500, 40)])
@pytest.mark.parametrize("method", fitting.METHODS)
@pytest.mark.parametrize("pad", fitting.PADS)
def test_every_way_of_fitting_gives_the_square(size: tuple[int, int], method: str, pad: str) -> None:
    picture = Image.fromarray(landscape(*size))
    made = fitting.fitted(picture, crops(*size)[0], Fit(side=96, method=method, to=128, pad=pad))
    assert made.shape == (96, 96, 3)


def test_a_crop_keeps_the_middle_and_a_pad_keeps_all(tmp_path: Path) -> None:
    pixels = np.zeros((100, 200, 3), dtype=np.uint8)
    pixels[:, 50:150] = 255
    whole, picture = crops(200, 100)[0], Image.fromarray(pixels)
    of: Callable[[str], Fit] = lambda method: Fit(side=100, method=method, to=100, pad="zeros")  # noqa: E731
    assert fitting.fitted(picture, whole, of("crop")).min() == 255
    padded = fitting.fitted(picture, whole, of("pad"))
    assert (padded[:20].max(), padded[-20:].max()) == (0, 0)
    assert padded[50, 50].min() == 255
    assert fitting.fitted(picture, whole, of("squish"))[50, :20].max() == 0
