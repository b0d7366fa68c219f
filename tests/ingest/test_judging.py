"""What is wrong with a camera: each fault begins and ends; light, rain and an animal at the lens are none."""

import io
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from ingest import footage, signs
from ingest.decoding import Decoder
from ingest.frames import Pixels
from ingest.judging import Answer, Known, judge
from store.vocabulary import CameraFault

STILLS = Path(__file__).parents[3] / "shared" / "data" / "clips_assembled"
NOBODY_S = 45.0


def drawn(scene: str = "creek", at_s: float = NOBODY_S) -> Pixels:
    return footage.render(scene, at_s, seed=3)


def asked(picture: Pixels, reference: Pixels | None = None, **known: bool) -> dict[CameraFault, Answer]:
    usual = signs.of_pixels(drawn() if reference is None else reference)
    told = Known(reference=usual.grey, sharpness=[usual.sharpness] * 5, **known)
    return judge(signs.of_pixels(picture), told, still=False)


def yes(answers: dict[CameraFault, Answer]) -> set[CameraFault]:
    return {fault for fault, answer in answers.items() if answer.yes}


def scaled(picture: Pixels, share: float, offset: float = 0.0) -> Pixels:
    return np.clip(picture.astype(np.float32) * share + offset, 0, 255).astype(np.uint8)


def test_a_view_in_order_has_nothing_wrong_and_says_so() -> None:
    answers = asked(drawn(at_s=50.0))
    assert yes(answers) == set()
    assert answers[CameraFault.MOVED].yes is False
    assert answers[CameraFault.COVERED].yes is False
    assert answers[CameraFault.BLURRED].yes is False


def test_a_shift_is_measured_in_percent_and_pixels() -> None:
    wide = footage.render("creek", NOBODY_S, seed=3, size=(800, 450))
    answer = asked(wide[:410, :736], wide[40:, 64:])[CameraFault.MOVED]
    assert answer.yes
    assert answer.measured["right_percent"] == pytest.approx(8.7, abs=0.6)
    assert answer.measured["down_percent"] == pytest.approx(9.8, abs=0.8)
    assert answer.measured["right_pixels"] == pytest.approx(27.8, abs=2)
    assert "to the right" in answer.says and "down" in answer.says


def test_another_view_is_moved_although_no_shift_explains_it() -> None:
    chance = np.random.default_rng(4)
    other = ndimage.gaussian_filter(chance.normal(0, 60, (360, 640)), 2) * 8 + 110
    picture = np.repeat(np.clip(other, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    assert CameraFault.MOVED in yes(asked(picture))


def test_a_dewed_lens_is_blurred_and_neither_moved_nor_covered() -> None:
    assert yes(asked(ndimage.gaussian_filter(drawn(), (5, 5, 0)))) == {CameraFault.BLURRED}


def test_a_leaf_over_the_lens_is_covered() -> None:
    rise, run = np.mgrid[0:360, 0:640]
    leaf = np.stack([90 + run / 12, 120 - rise / 9, 60 + rise / 30], axis=2).astype(np.uint8)
    assert yes(asked(leaf)) == {CameraFault.COVERED}


def test_black_by_day_is_black_and_by_night_the_lamp_failed_where_there_was_one() -> None:
    dark = scaled(drawn(), 0.02)
    assert yes(asked(dark)) == {CameraFault.BLACK}
    assert yes(asked(dark, sun_down=True, night_lit=True)) == {CameraFault.INFRARED_FAILED}
    assert yes(asked(dark, sun_down=True)) == {CameraFault.BLACK}


def test_the_same_picture_again_is_frozen_unless_it_is_footage() -> None:
    seen = signs.of_pixels(drawn())
    live, file = (Known(reference=None, may_freeze=may) for may in (True, False))
    assert judge(seen, live, still=signs.still(seen.grey, seen.grey))[CameraFault.FROZEN].yes
    assert (
        judge(seen, live, still=signs.still(seen.grey, signs.of_pixels(drawn(at_s=45.5)).grey))[
            CameraFault.FROZEN
        ].yes
        is False
    )
    assert judge(seen, file, still=True)[CameraFault.FROZEN].yes is None


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8, 1.3])
def test_dawn_is_neither_moved_nor_covered_nor_blurred(share: float) -> None:
    rise = np.linspace(1.4, 0.5, 360, dtype=np.float32)[:, None, None]
    lit = np.clip(drawn().astype(np.float32) * rise * share, 0, 255).astype(np.uint8)
    assert yes(asked(lit)) == set()


def test_rain_is_neither_moved_nor_covered() -> None:
    chance, wet = np.random.default_rng(2), drawn().astype(np.float32)
    for x, y in chance.integers(0, (620, 330), (600, 2)):
        wet[y : y + 28, x : x + 2] += 70
    assert yes(asked(scaled(wet.clip(0, 255).astype(np.uint8), 0.7, 45))) == set()


def test_an_animal_close_to_the_lens_is_neither_moved_nor_covered() -> None:
    near = drawn()
    rise, run = np.mgrid[0:360, 0:640]
    near[((run - 250) / 260) ** 2 + ((rise - 250) / 210) ** 2 < 1] = (46, 34, 26)
    assert yes(asked(near)) == set()


def test_without_a_reference_nobody_can_tell() -> None:
    answers = judge(signs.of_pixels(drawn()), Known(reference=None), still=None)
    assert {answers[fault].yes for fault in (CameraFault.MOVED, CameraFault.COVERED, CameraFault.BLURRED)} == {None}


@pytest.mark.skipif(not STILLS.exists(), reason="needs the real stills of ../shared/data")
def test_real_consecutive_stills_of_fixed_cameras_raise_nothing() -> None:
    found, looks = Counter[CameraFault](), 0
    with Decoder() as decoder:
        for clip in sorted(STILLS.rglob("*.mp4"))[::2]:
            pictures = [np.asarray(Image.open(io.BytesIO(shot.picture))) for shot in decoder.clip(clip)]
            for picture in pictures[1:]:
                found.update(yes(asked(picture, pictures[0])))
                looks += 1
    assert looks > 30
    assert found == Counter()
