"""Scanning large stills for what is far off: geometry and drawn scenes; real far bears are in test_default_bundle."""

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest import footage
from ingest.frames import Pixels, Region
from model.bundle import NETWORK, changed, load
from model.crop_classifier import CropClassifier
from model.crops import Kind
from model.detections import Detection
from model.network import Network, compiled
from model.scan import MOST_PLACES, Scan
from model.windowed import STRIDE, windowed
from store.errors import BundleMalformed

BUNDLES = Path(__file__).parents[2] / "model" / "bundles"
ANY = -50.0
"""So few log odds that every square is a place."""


@cache
def classifier() -> CropClassifier:
    return CropClassifier(load(BUNDLES / "default"))


@cache
def scan() -> Scan:
    return Scan(load(BUNDLES / "default"))


def meadow(*, bear: bool) -> Pixels:
    """A large drawn still, in the midst of it a small meadow with a bear or without."""
    still = footage.render("meadow", 40, seed=201, size=(1280, 960)).copy()
    small = Image.fromarray(footage.render("meadow", 12 if bear else 40, seed=201, size=(1280, 960)))
    still[500:740, 400:720] = np.asarray(small.resize((320, 240)))
    return still


def test_a_square_alone_is_judged_as_the_network_judges_a_crop() -> None:
    bundle = load(BUNDLES / "default")
    side, crop = bundle.input_size, footage.render("creek", 12, seed=201, size=(160, 160))
    request = compiled(windowed(bundle.file(NETWORK), side=side), threads=1, many_shapes=True)
    found = request.infer([crop[None]])[0]
    expected = Network(bundle.file(NETWORK), side=side, threads=1).run(crop[None])[0]
    assert found == pytest.approx(expected, abs=0.05)


def test_there_is_a_square_every_32_pixels_of_stills_of_every_shape() -> None:
    request = compiled(windowed(BUNDLES / "default" / NETWORK, side=160), threads=1, many_shapes=True)
    for columns, rows in ((8, 5), (2, 9)):
        still = np.zeros((1, 160 + (rows - 1) * STRIDE, 160 + (columns - 1) * STRIDE, 3), dtype=np.uint8)
        assert request.infer([still])[0].shape == (rows * columns, 7)


@pytest.mark.parametrize("size", [(1280, 960), (1280, 720), (2048, 1536), (1024, 1365), (2048, 300), (1100, 120)])
def test_places_lie_inside_the_still_the_likeliest_first(size: tuple[int, int]) -> None:
    places = scan().places(Image.fromarray(footage.render("trail", 12, seed=201, size=size)), least=ANY)
    assert 0 < len(places) <= MOST_PLACES
    for crop in (place.crop for place in places):
        assert crop.kind is Kind.FAR
        assert 0 <= crop.left < crop.right <= size[0]
        assert 0 <= crop.top < crop.bottom <= size[1]
        assert crop.right - crop.left == crop.bottom - crop.top <= max(size) / 10
    assert len({place.crop for place in places}) == len(places)


def test_a_small_drawn_bear_in_a_large_still_is_a_place_and_its_box_is_told() -> None:
    assert scan().places(Image.fromarray(meadow(bear=False))) == []
    places = scan().places(Image.fromarray(meadow(bear=True)))
    assert places
    crop = places[0].crop
    assert 400 <= (crop.left + crop.right) / 2 <= 720
    assert 500 <= (crop.top + crop.bottom) / 2 <= 740
    found = classifier().detect(classifier().prepare(meadow(bear=True)))
    assert isinstance(found, Detection)
    assert all(box.label in ("black", "grizzly") for box in found.boxes if box.w < 0.2)


def test_only_large_stills_of_which_nobody_says_what_moved_are_scanned() -> None:
    still, blind = meadow(bear=True), CropClassifier(replace(classifier().bundle, far_penalty=None))
    small = np.asarray(Image.fromarray(still).resize((640, 480)))
    for pixels, motion in ((still, []), (still, [Region(x=0.3, y=0.5, w=0.2, h=0.2)]), (small, None)):
        found, unscanned = (one.detect(one.prepare(pixels, motion)) for one in (classifier(), blind))
        assert isinstance(found, Detection)
        assert isinstance(unscanned, Detection)
        assert found.boxes == unscanned.boxes
        assert found.probabilities == unscanned.probabilities


def test_a_bundle_whose_network_cannot_scan_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(BUNDLES / "demo", tmp_path / "demo"))
    with pytest.raises(BundleMalformed, match="far_penalty"):
        CropClassifier(changed(load(folder), far_penalty=2.0))
