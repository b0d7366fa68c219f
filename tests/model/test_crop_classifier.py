"""The classifier over the shipped bundles: drawn scenes, and real pictures where they are."""

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest import footage
from ingest.decoding import Decoder
from ingest.frames import Region
from model import calibration
from model.bundle import changed, load
from model.crop_classifier import CropClassifier
from model.crops import Kind, crops
from model.detections import Detection, Failed
from model.fitting import Fit, fitted, tiled
from tests.ingest.drawings import shared

BUNDLES = Path(__file__).parents[2] / "model" / "bundles"


@cache
def classifier(name: str) -> CropClassifier:
    return CropClassifier(load(BUNDLES / name))


def seen(scene: str, at_s: float, seed: int) -> Detection:
    motion = [region for _, region in footage.truth(scene, at_s, seed=seed)]
    found = classifier("demo").detect(classifier("demo").prepare(footage.render(scene, at_s, seed=seed), motion))
    assert isinstance(found, Detection)
    return found


@pytest.mark.parametrize("scene", ["creek", "night-camp", "meadow"])
def test_each_drawn_bear_is_found_on_its_way(scene: str) -> None:
    for seed in range(200, 206):
        assert any(seen(scene, at_s, seed).bear for at_s in range(8, 22, 2)), seed


@pytest.mark.parametrize("scene", ["trail", "lot"])
def test_drawn_people_deer_and_cars_are_no_bears(scene: str) -> None:
    false = [(seed, at_s) for seed in (200, 201, 202) for at_s in range(0, 75, 3) if seen(scene, at_s, seed).bear]
    assert len(false) <= 1, false


def test_a_detection_holds_together() -> None:
    found = seen("creek", 12, 201)
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.p_bear == pytest.approx(found.probabilities["bear"], abs=1e-6)
    assert found.label == "bear"
    assert classifier("demo").bundle.labels[found.index] == "bear"
    assert all(0 <= box.x <= 1 and box.x + box.w <= 1.001 for box in found.boxes)


def test_a_square_around_motion_must_be_surer_than_a_whole_picture(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(BUNDLES / "demo", tmp_path / "demo"))
    stern = CropClassifier(changed(load(folder), motion_penalty=2.0))
    motion = [region for _, region in footage.truth("creek", 12, seed=201)]
    pixels = footage.render("creek", 12, seed=201)

    def p_bear(one: CropClassifier, regions: list[Region]) -> float:
        found = one.detect(one.prepare(pixels, regions))
        assert isinstance(found, Detection)
        return found.p_bear

    before, after = p_bear(classifier("demo"), motion), p_bear(stern, motion)
    whole = p_bear(stern, [])
    assert after < before
    assert after == pytest.approx(max(whole, calibration.shifted(before, 2.0)), abs=1e-5)
    assert whole == pytest.approx(p_bear(classifier("demo"), []), abs=1e-9)


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (2048, 1536), (1601, 903)])
def test_tiles_cut_out_of_one_small_picture_are_those_cut_out_of_the_large_one(size: tuple[int, int]) -> None:
    picture = Image.fromarray(footage.render("lot", 12, seed=201, size=size))
    tiles = [crop for crop in crops(*size) if crop.kind is Kind.TILE]
    assert len(tiles) == 6
    for tile, found in zip(tiles, tiled(picture, tiles, 160), strict=True):
        alone = fitted(picture, tile, Fit(side=160, to=160))
        assert found.shape == (160, 160, 3)
        assert np.abs(found.astype(int) - alone.astype(int)).mean() < 3


def test_the_same_picture_gives_the_same_answer() -> None:
    first, second = seen("creek", 12, 201), seen("creek", 12, 201)
    assert first.probabilities == second.probabilities


def test_infrared_pictures_are_night() -> None:
    assert seen("night-camp", 12, 201).night
    assert not seen("creek", 12, 201).night


def test_a_picture_of_a_few_pixels_is_a_failure_and_no_guess() -> None:
    tiny = np.zeros((5, 5, 3), dtype=np.uint8)
    assert isinstance(classifier("demo").detect(classifier("demo").prepare(tiny)), Failed)


def test_real_bears_and_other_things() -> None:
    shares = {}
    with Decoder() as decoder:
        for label in ("grizzly", "black", "teddy", "other_animal"):
            paths = sorted(shared(f"images/{label}").iterdir())[::20][:12]
            found = [
                classifier("default").detect(classifier("default").prepare(decoder.picture(path))) for path in paths
            ]
            shares[label] = float(np.mean([isinstance(one, Detection) and one.bear for one in found]))
    assert min(shares["grizzly"], shares["black"]) >= 0.75, shares
    assert max(shares["teddy"], shares["other_animal"]) <= 0.1, shares


def test_small_grey_polar_bears_are_stranger_than_the_bears_it_knows() -> None:
    with Decoder() as decoder:
        medians = {
            label: float(
                np.median(
                    [
                        _real(decoder, path).out_of_domain_p or 0.0
                        for path in sorted(shared(f"images/{label}").iterdir())[:30]
                    ]
                )
            )
            for label in ("polar", "grizzly")
        }
    assert medians["polar"] < medians["grizzly"]


def _real(decoder: Decoder, path: Path) -> Detection:
    found = classifier("default").detect(classifier("default").prepare(decoder.picture(path)))
    assert isinstance(found, Detection)
    return found
