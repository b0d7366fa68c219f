"""The shipped bundle keeps what its card says. The clips with bears and the empty ones are in tests/flow."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest.decoding import Decoder
from ingest.frames import Region
from ingest.uploads import gated
from model import cutouts
from model.bundle import Bundle, load
from model.crop_classifier import CropClassifier
from model.detections import Detection, Failed
from store.errors import Undecodable
from tests.ingest.drawings import SHARED, shared

BUNDLE = Path(__file__).parents[2] / "model" / "bundles" / "default"
HELD_OUT = Path(__file__).parent / "held_out.txt"
BEARS_FOUND = 112


@cache
def bundle() -> Bundle:
    return load(BUNDLE)


@cache
def classifier() -> CropClassifier:
    return CropClassifier(bundle())


def clips(kind: str) -> list[Path]:
    return sorted((SHARED / "clips" / kind).glob("*.mp4"))


def seen(clip: Path) -> list[Detection]:
    """What it says of each shot of a clip that the gate lets through."""
    with Decoder() as decoder:
        found = [
            classifier().detect(classifier().prepare(decoder.picture(shot.picture), regions))
            for shot, regions in gated(decoder, clip)
        ]
    return [one for one in found if isinstance(one, Detection)]


def test_it_is_small_and_no_demo() -> None:
    assert sum(path.stat().st_size for path in BUNDLE.iterdir()) < 12_000_000
    assert not bundle().demo
    assert (tuple(sorted(bundle().bear_labels)), bundle().input_size) == (("black", "grizzly"), 160)


def test_its_card_names_what_stayed_out_of_training_and_what_it_misses() -> None:
    card = bundle().file("CARD.md").read_text()
    for word in (
        "Kept out of training",
        "every clip",
        "ktosiu",
        "Polar bears were left out",
        "What it misses",
        "shadow",
    ):
        assert word in card
    assert f"Threshold {bundle().threshold:g}" in card


def test_no_file_of_it_is_code_or_a_pickle() -> None:
    assert {path.suffix for path in BUNDLE.iterdir()} == {".json", ".md", ".xml", ".bin", ".npz"}


def test_held_out_photographs_are_told_as_the_card_says() -> None:
    """They taught neither network; held_out.txt names them."""
    shared("images")
    found: dict[bool, list[str]] = {True: [], False: []}
    for name in HELD_OUT.read_text().split():
        if still(SHARED / name).bear:
            found[Path(name).parent.name in bundle().bear_labels].append(name)
    assert len(found[True]) >= BEARS_FOUND
    assert len(found[False]) <= 2


@pytest.mark.parametrize("kind", ["person", "vehicle", "other_animal"])
def test_no_kept_out_clip_without_a_bear_shows_one(kind: str) -> None:
    shared(f"clips/{kind}")
    false = [clip.name for clip in clips(kind)[-3:] if any(found.bear for found in seen(clip))]
    assert false == []


def still(picture: Path) -> Detection:
    with Decoder() as decoder:
        found = classifier().detect(classifier().prepare(decoder.picture(picture)))
    assert isinstance(found, Detection)
    return found


def boxes_of_far_bears() -> dict[Path, Region]:
    """The railway camera's stills with the box of the bear in each, as fractions."""
    told = json.loads(shared("cameratrap/bear_boxes_ktosiu.json").read_text())
    return {
        SHARED / name: Region(x=x / 1280, y=y / 960, w=w / 1280, h=h / 960) for name, (x, y, w, h) in told.items()
    }


def test_most_small_bears_of_the_railway_camera_are_found_in_its_stills() -> None:
    """That camera's crops taught it: of other cameras this says little."""
    found = 0
    for picture, bear in list(boxes_of_far_bears().items())[::2]:
        boxes = [box for box in still(picture).boxes if box.p >= bundle().threshold]
        middle = (bear.x + bear.w / 2, bear.y + bear.h / 2)
        found += any(
            box.x <= middle[0] <= box.x + box.w and box.y <= middle[1] <= box.y + box.h and box.w < 0.1
            for box in boxes
        )
    assert found >= 11


def test_none_is_found_where_the_bear_was_painted_out(tmp_path: Path) -> None:
    for picture, bear in list(boxes_of_far_bears().items())[::3]:
        with Image.open(picture) as opened:
            pixels = np.asarray(opened.convert("RGB")).copy()
        left, top, side = round(bear.x * 1280), round(bear.y * 960), 150
        x, y = max(0, left - side // 2), max(0, top - side // 2)
        part = Region(
            x=(left - x) / side, y=(top - y) / side, w=bear.w * 1280 / side, h=bear.h * 960 / side
        )  # fmt: skip
        pixels[y : y + side, x : x + side] = cutouts.seen_near(pixels[y : y + side, x : x + side], part)[1]
        Image.fromarray(pixels).save(tmp_path / "painted.png")
        assert not still(tmp_path / "painted.png").bear, picture.name


def test_no_large_still_of_another_camera_without_bears_shows_one() -> None:
    stills = sorted(shared("cameratrap/other_animal").glob("*conservati*"))[::2]
    assert stills
    assert [picture.name for picture in stills if still(picture).bear] == []


def test_the_broken_files_beside_the_pictures_crash_nothing() -> None:
    folder = shared("edge_cases")
    with Decoder() as decoder:
        for path in sorted(folder.glob("*.[jJ][pP][gG]")):
            try:
                pixels = decoder.picture(path)
            except Undecodable as fault:
                assert fault.detail
            else:
                assert isinstance(classifier().detect(classifier().prepare(pixels)), Detection | Failed)
