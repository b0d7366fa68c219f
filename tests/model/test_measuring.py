"""Measuring a fresh version: what it says of pictures, its threshold and its numbers are of one classifier."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest import footage
from ingest.frames import Pixels
from model import bundle, evaluation
from model.bundle import Bundle, load
from model.crop_classifier import CropClassifier
from model.detections import Detection
from model.training import measuring

BUNDLES = Path(__file__).parents[2] / "model" / "bundles"
MOMENTS = tuple((scene, at_s) for scene in footage.SCENES for at_s in (6.0, 12.0, 20.0, 60.0))
LABELS = ("black", "empty", "other_animal", "empty") * 3


def pictures() -> Iterator[Pixels]:
    """Large ones, so that tiles speak too."""
    for scene, at_s in MOMENTS[: len(LABELS)]:
        yield footage.render(scene, at_s, seed=201, size=(1280, 720))


@pytest.fixture
def made(tmp_path: Path) -> Bundle:
    """The shipped version without its numbers."""
    folder = Path(shutil.copytree(BUNDLES / "default", tmp_path / "default"))
    return bundle.changed(load(folder), threshold=0.5, metrics={})


def test_the_numbers_are_those_of_everything_that_judges_when_it_serves(made: Bundle) -> None:
    after, said = measuring.measured(made, pictures, LABELS)
    classifier = CropClassifier(after)
    for pixels, told in zip(pictures(), said, strict=True):
        found = classifier.detect(classifier.prepare(pixels))
        assert isinstance(found, Detection)
        assert [found.probabilities[label] for label in after.labels] == pytest.approx(told.tolist(), abs=1e-5)
    truth = np.array([after.labels.index(label) for label in LABELS])
    again = evaluation.measure(
        said, truth, labels=after.labels, bear=after.bear_labels, threshold=after.threshold
    )  # fmt: skip
    assert after.manifest["metrics"]["held_out"] == json.loads(json.dumps(again))
    assert load(made.folder).sha256 == after.sha256


def test_both_networks_take_part_in_it(made: Bundle) -> None:
    assert made.second is not None
    alone = bundle.changed(made, second={"size": made.second.size, "whole": 0, "parts": 0})
    unheard = measuring.shares(alone, pictures())
    heard = measuring.shares(bundle.changed(made, second={"size": 224, "whole": 1, "parts": 1}), pictures())
    assert np.abs(heard - unheard).max() > 1e-4


@pytest.mark.parametrize(
    ("without", "wanted"), [((0.1, 0.2), 0.5), ((0.1, 0.62), 0.63), ((0.1, 0.97), 0.9), ((), 0.5)]
)
def test_the_threshold_lies_above_what_has_no_bear_within_a_half_and_nine_tenths(
    without: tuple[float, ...], wanted: float
) -> None:
    p = np.array([0.99, *without])
    truth = ("bear", *("empty" for _ in without))
    found = measuring.threshold(np.stack([p, 1 - p], axis=1), ("bear", "empty"), ("bear",), truth)
    assert found == pytest.approx(wanted, abs=0.006)
