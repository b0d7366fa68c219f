"""What is unlike the training: by light, by what fits no label, and by the shipped classifier as it serves."""

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from ingest import footage
from ingest.decoding import Decoder
from ingest.frames import Pixels, Region
from ingest.masks import blanked
from model import misfit, surface, unknown
from model.bundle import MISFIT, SURFACE, load
from model.crop_classifier import CropClassifier
from model.detections import Detection
from model.export import surfaces
from model.network import Floats
from tests.ingest.drawings import shared

DEFAULT = Path(__file__).parents[2] / "model" / "bundles" / "default"
SIZE = (480, 640)


@cache
def shipped() -> CropClassifier:
    return CropClassifier(load(DEFAULT))


def p_of(pixels: Pixels, classifier: CropClassifier | None = None) -> float | None:
    asked = classifier or shipped()
    found = asked.detect(asked.prepare(pixels))
    assert isinstance(found, Detection)
    return found.out_of_domain_p


def noise(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (*SIZE, 3), dtype=np.uint8)


def grey_noise(seed: int) -> Pixels:
    grey = np.random.default_rng(seed).normal(120, 60, (*SIZE, 1)).clip(0, 255).astype(np.uint8)
    return np.repeat(grey, 3, axis=2)


def covered_lens(seed: int) -> Pixels:
    """Almost black, darker to the edges, with the noise of a sensor."""
    chance = np.random.default_rng(seed)
    rise, run = np.mgrid[-1 : 1 : SIZE[0] * 1j, -1 : 1 : SIZE[1] * 1j]
    light = 25 * chance.uniform(0.3, 1) * (1 - 0.3 * (rise**2 + run**2))
    tinted = light[..., None] * np.array([1.0, 0.9, 0.8]) + chance.normal(0, 2, (*SIZE, 3))
    return tinted.clip(0, 255).astype(np.uint8)


def line_drawing(seed: int) -> Pixels:
    chance = np.random.default_rng(seed)
    sheet = Image.new("RGB", (SIZE[1], SIZE[0]), "white")
    pen, width = ImageDraw.Draw(sheet), int(chance.integers(2, 6))
    pen.ellipse((180, 180, 420, 330), outline="black", width=width)
    pen.ellipse((390, 130, 480, 220), outline="black", width=width)
    for left in (200, 260, 330, 380):
        pen.line((left, 310, left + int(chance.integers(-15, 15)), 420), fill="black", width=width)
    return np.asarray(sheet)


def edges_of_a_scene(seed: int) -> Pixels:
    grey = cv2.cvtColor(footage.render("creek", 12, seed=seed, size=(SIZE[1], SIZE[0])), cv2.COLOR_RGB2GRAY)
    return np.repeat(255 - cv2.Canny(cv2.GaussianBlur(grey, (0, 0), 1.5), 20, 60)[..., None], 3, axis=2)


@pytest.mark.parametrize("made", [noise, grey_noise, covered_lens, line_drawing, edges_of_a_scene])
def test_noise_a_covered_lens_and_a_line_drawing_are_marked(made: object) -> None:
    assert callable(made)
    marked = [(p_of(made(seed)) or 0.0) <= 0.01 for seed in range(10)]
    assert sum(marked) >= 9, marked


@pytest.mark.parametrize("change", ["as it is", "infrared", "small"])
def test_ordinary_photographs_are_seldom_marked_by_grey_night_or_few_pixels(change: str) -> None:
    with Decoder() as decoder:
        pictures = [
            decoder.picture(path)
            for label in ("grizzly", "black", "other_animal", "teddy")
            for path in sorted(shared(f"images/{label}").iterdir())[3::20][:10]
        ]
    marked = [(p_of(_changed(pixels, change)) or 0.0) <= 0.01 for pixels in pictures]
    assert np.mean(marked) <= 0.1, marked


def test_polar_bears_are_marked_far_more_often_than_bears_it_knows() -> None:
    shares = {}
    with Decoder() as decoder:
        for label in ("polar", "grizzly", "black"):
            paths = sorted(shared(f"images/{label}").iterdir())[:60]
            shares[label] = np.mean([(p_of(decoder.picture(path)) or 0.0) <= 0.01 for path in paths])
    assert shares["polar"] >= 0.25, shares
    assert max(shares["grizzly"], shares["black"]) <= 0.05, shares


def test_a_bundle_without_the_new_files_tells_by_its_bank_as_before(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(DEFAULT, tmp_path / "old"))
    told = json.loads((folder / "manifest.json").read_text())
    for name in (SURFACE, MISFIT):
        told["files"].pop(name)
        (folder / name).unlink()
    (folder / "manifest.json").write_text(json.dumps(told))
    before = p_of(noise(0), CropClassifier(load(folder)))
    assert before is not None
    assert before > 0.01 >= (p_of(noise(0)) or 0.0)


def test_what_a_mask_hides_makes_no_picture_strange_by_its_light() -> None:
    bundle = shipped().bundle
    kept = {name: sha256 for name, sha256 in bundle.manifest["files"].items() if name != SURFACE}
    by_network = CropClassifier(replace(bundle, manifest={**bundle.manifest, "files": kept}))
    seen = noise(0)
    assert (p_of(seen) or 0.0) < (p_of(seen, by_network) or 0.0)
    for share in (0.1, 0.4):
        hidden = blanked(seen, [Region(x=0, y=0, w=1, h=share)])
        assert p_of(hidden) == p_of(hidden, by_network)


def test_what_lies_between_labels_fits_none() -> None:
    chance = np.random.default_rng(0)
    truth = np.arange(900) % 3
    features, shares = _seen(chance, np.eye(3)[truth])
    fit = misfit.make(features, shares, truth, np.arange(900) // 180)
    same = misfit.p_of(fit, *_seen(chance, np.eye(3)[truth]))
    between = misfit.p_of(fit, *_seen(chance, np.full((100, 3), 1 / 3)))
    assert float((same <= 0.05).mean()) <= 0.08
    assert float((between <= 0.05).mean()) >= 0.9


def test_a_label_that_one_part_alone_shows_is_no_fault() -> None:
    chance, truth = np.random.default_rng(0), np.array([0, 1] * 20 + [2] * 4)
    features, shares = _seen(chance, np.eye(3)[truth])
    fit = misfit.make(features, shares, truth, np.array([number % 4 for number in range(40)] + [4] * 4))
    p = misfit.p_of(fit, features, shares)
    assert p.min() > 0
    assert p.max() <= 1


def test_measures_of_light_do_not_ask_for_colour_or_size() -> None:
    for side in (64, 160, 161, 224):
        grey = np.repeat(np.random.default_rng(0).integers(0, 256, (1, side, side, 1), dtype=np.uint8), 3, axis=3)
        pale = grey.copy()
        pale[..., 0] = np.minimum(pale[..., 0].astype(int) + 3, 255).astype(np.uint8)
        found = surface.measured(np.concatenate([grey, pale]))
        assert np.isfinite(found).all()
        assert found[0] == pytest.approx(found[1], abs=0.15)


def test_a_bank_of_light_knows_scenes_in_other_light_and_not_noise() -> None:
    scenes = [
        footage.render(scene, at_s, seed=seed, size=(160, 160))
        for seed in range(20) for scene in footage.SCENES for at_s in (3, 12)
    ]  # fmt: skip
    bank = surfaces(np.stack(scenes[::2]), np.stack(scenes[1::2]))
    strange = surface.measured(np.stack([noise(seed)[:160, :160] for seed in range(5)]))
    assert unknown.p_of(bank, strange).max() < 0.02
    assert np.median(unknown.p_of(bank, surface.measured(np.stack(scenes[1::2])))) > 0.2


def _changed(pixels: Pixels, change: str) -> Pixels:
    picture = Image.fromarray(pixels)
    if change == "small":
        return np.asarray(picture.resize((64, 64)))
    if change == "as it is":
        return pixels
    height, width = pixels.shape[:2]
    rise, run = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    grey = np.asarray(picture.convert("L")) * 0.8 * np.exp(-0.6 * (rise**2 + run**2))
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)


def _seen(chance: np.random.Generator, near: Floats) -> tuple[Floats, Floats]:
    """Features and probabilities of pictures so near to each of three labels."""
    features = 6 * near @ np.eye(3, 20) + chance.normal(size=(len(near), 20))
    logits = features[:, :3]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return features, shares
