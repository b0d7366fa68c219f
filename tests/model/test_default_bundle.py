"""The shipped bundle keeps what its card says. The clips with bears and the empty ones are in tests/flow."""

from functools import cache
from pathlib import Path

import pytest

from ingest.decoding import Decoder
from ingest.uploads import gated
from model.bundle import Bundle, load
from model.crop_classifier import CropClassifier
from model.detections import Detection, Failed
from store.errors import Undecodable
from tests.ingest.drawings import SHARED, shared

BUNDLE = Path(__file__).parents[2] / "model" / "bundles" / "default"


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


@pytest.mark.parametrize("kind", ["person", "vehicle", "other_animal"])
def test_no_kept_out_clip_without_a_bear_shows_one(kind: str) -> None:
    shared(f"clips/{kind}")
    false = [clip.name for clip in clips(kind)[-3:] if any(found.bear for found in seen(clip))]
    assert false == []


def test_the_small_bears_of_the_railway_camera_are_missed_as_the_card_says() -> None:
    far = sorted(shared("cameratrap/bear").glob("*ktosiu*"))[::4]
    assert far
    with Decoder() as decoder:
        found = [classifier().detect(classifier().prepare(decoder.picture(path))) for path in far]
    assert not any(isinstance(one, Detection) and one.bear for one in found)


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
