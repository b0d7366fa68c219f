"""A second look: another network heard beside the first."""

import json
import shutil
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ingest import footage
from model import calibration
from model.bundle import Bundle, load
from model.crop_classifier import SURELY_NONE, CropClassifier
from model.dataset import Row
from model.detections import Detection
from model.network import Network
from model.training import linear, second
from model.training.second import General
from model.wrap import wrap
from store.errors import BaseUnusable, BundleMalformed
from tests.model.networks import ROWS, SEEN, network

BUNDLES = Path(__file__).parents[2] / "model" / "bundles"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLES / "default", tmp_path / "default"))


def changed(folder: Path, **keys: Any) -> Path:
    path = folder / "manifest.json"
    told = json.loads(path.read_text()) | keys
    path.write_text(json.dumps({name: value for name, value in told.items() if value is not None}))
    return folder


def p_bear(folder: Path, pixels: Any) -> float:
    classifier = CropClassifier(load(folder))
    found = classifier.detect(classifier.prepare(pixels))
    assert isinstance(found, Detection)
    assert sum(found.probabilities.values()) == pytest.approx(1)
    return found.p_bear


def test_two_opinions_meet_between_and_each_weight_at_its_end() -> None:
    first, other = np.array([0.8, 0.2]), np.array([0.1, 0.9])
    assert calibration.agreed(first, other, 0.0) == pytest.approx(first)
    assert calibration.agreed(first, other, 1.0) == pytest.approx(other)
    assert 0.1 < calibration.agreed(first, other, 0.5)[0] < 0.8


def test_the_second_word_counts_as_much_as_the_manifest_says(folder: Path) -> None:
    told = json.loads((folder / "manifest.json").read_text())["second"]
    scenes = [footage.render(scene, at_s, seed=201, size=(640, 480)) for scene in footage.SCENES for at_s in (12, 20)]
    changed(folder, second=None)
    alone, pixels = next((p, scene) for scene in scenes if (p := p_bear(folder, scene)) > SURELY_NONE)
    unheard = p_bear(changed(folder, second={**told, "whole": 0}), pixels)
    heard = p_bear(changed(folder, second={**told, "whole": 1}), pixels)
    assert unheard == pytest.approx(alone, abs=1e-6)
    assert abs(heard - alone) > 1e-4


def test_it_says_nothing_of_what_its_word_does_not_count_of(folder: Path) -> None:
    told = json.loads((folder / "manifest.json").read_text())["second"]
    assert told["parts"] == 0
    pixels = footage.render("creek", 12, seed=201, size=(1280, 720))
    motion = [region for _, region in footage.truth("creek", 12, seed=201)]
    deaf = CropClassifier(load(changed(folder, second={**told, "whole": 0})))
    unheard = deaf.detect(deaf.prepare(pixels, motion))
    alone = CropClassifier(load(changed(folder, second=None)))
    found = alone.detect(alone.prepare(pixels, motion))
    assert isinstance(found, Detection)
    assert isinstance(unheard, Detection)
    assert unheard.probabilities == found.probabilities


@pytest.mark.parametrize(
    "told", [{"size": 224}, {"size": 224, "whole": 2, "parts": 0}, [], {"size": 1, "whole": 0, "parts": 0}]
)
def test_a_manifest_that_says_nonsense_of_it_is_refused(folder: Path, told: Any) -> None:
    with pytest.raises(BundleMalformed, match="second"):
        load(changed(folder, second=told))


def test_a_bundle_that_lacks_its_file_is_refused(folder: Path) -> None:
    files = json.loads((folder / "manifest.json").read_text())["files"]
    with pytest.raises(BundleMalformed, match=r"second\.npz"):
        load(changed(folder, files={name: digest for name, digest in files.items() if name != "second.npz"}))


def test_the_linear_layer_learns_what_can_be_told_apart() -> None:
    chance = np.random.default_rng(0)
    truth = np.repeat([0, 1, 2], 40)
    features = chance.normal(size=(120, 8)).astype(np.float32) + 4 * np.eye(3, 8, dtype=np.float32)[truth]
    weights, bias = linear.fit(features, truth, 3)
    shares = calibration.softmax(features @ weights + bias)
    assert (shares.argmax(axis=1) == truth).mean() > 0.95


@pytest.fixture
def made(tmp_path: Path) -> tuple[Bundle, list[Row]]:
    """A bundle without a second look, and drawn pictures that teach and judge."""
    demo = load(Path(shutil.copytree(BUNDLES / "demo", tmp_path / "demo")))
    rows = list[Row]()
    for part, begin in (("train", 0), ("valid", 40)):
        for label, scene in zip(demo.labels, cycle(footage.SCENES), strict=False):
            for number in range(3):
                path = tmp_path / f"{part}-{label}-{number}.jpg"
                Image.fromarray(footage.render(scene, begin + 3 * number)).save(path)
                rows.append(Row(path=path, file=path.name, label=label, part=part))
    return demo, rows


def test_a_bundle_gets_the_look_of_its_base_with_its_own_labels(made: tuple[Bundle, list[Row]]) -> None:
    before = made[0].sha256
    with_both = second.add(made[0], General(path=BUNDLES / "default"), made[1])
    assert with_both.second is not None
    assert with_both.sha256 != before
    assert with_both.file("second.bin").read_bytes() == (BUNDLES / "default" / "second.bin").read_bytes()
    assert 0 <= p_bear(with_both.folder, footage.render("creek", 12, seed=201)) <= 1


def test_the_network_of_a_trained_bundle_can_be_the_second_look(made: tuple[Bundle, list[Row]]) -> None:
    """What is usual is then told by the pictures that judge: the others taught that network."""
    other = load(BUNDLES / "default")
    with_both = second.add(made[0], second.of_bundle(other.folder), made[1])
    assert with_both.second is not None and with_both.second.size == other.input_size
    shown = np.stack([np.asarray(Image.fromarray(footage.render("creek", 12)).resize((160, 160)))])
    features = Network(with_both.file("second.xml"), side=160).outputs(shown)[0]
    assert np.allclose(features, Network(other.file("network.xml"), side=160).run(shown)[1], atol=1e-3)
    kept = with_both.arrays("misfit.npz")
    assert kept is not None and len(kept["far"]) == sum(row.part == "valid" for row in made[1])


def test_a_detector_of_boxes_cannot_be_a_second_look(tmp_path: Path) -> None:
    boxes = wrap(network(tmp_path, SEEN), tmp_path / "boxes", ROWS)
    with pytest.raises(BaseUnusable, match="finds boxes"):
        second.of_bundle(boxes.folder)
