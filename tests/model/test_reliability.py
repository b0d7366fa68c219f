"""Promise and share, and one number only where it means something."""

import numpy as np
import pytest

from model import reliability
from model.slices import Circumstances, slices


def test_a_version_that_means_what_it_says_has_the_diagonal_in_nearly_every_bar() -> None:
    chance = np.random.default_rng(0)
    p = chance.uniform(0, 1, 4000)
    found = reliability.points(p, chance.uniform(0, 1, 4000) < p)
    assert len(found) == 10
    assert sum(point.covers for point in found) >= 9
    assert sum(point.n for point in found) == 4000
    assert reliability.ece(found) == pytest.approx(0, abs=0.03)


def test_a_version_that_is_too_sure_of_itself_leaves_the_diagonal() -> None:
    chance = np.random.default_rng(0)
    p = chance.uniform(0, 1, 4000)
    found = reliability.points(np.where(p > 0.5, 0.99, 0.01), chance.uniform(0, 1, 4000) < p)
    assert [point.covers for point in found] == [False, False]
    assert (reliability.ece(found) or 0) > 0.2


@pytest.mark.parametrize(("bears", "told"), [(49, False), (50, True)])
def test_one_calibration_number_needs_fifty_bears(bears: int, told: bool) -> None:
    is_bear = np.arange(200) < bears
    assert (reliability.ece(reliability.points(np.linspace(0, 1, 200), is_bear)) is not None) is told


def test_equal_promises_share_a_point() -> None:
    found = reliability.points(np.full(30, 0.2), np.zeros(30, dtype=bool))
    assert [(point.n, point.bears) for point in found] == [(30, 0)]


def test_a_picture_is_told_apart_by_light_distance_size_camera_and_label() -> None:
    far, odd = {"box_w": "50", "box_h": "40"}, {"box_w": "?", "box_h": "3"}
    of = [
        Circumstances(label="bear", camera="creek", night=True, width=1280, height=960, more=far),
        Circumstances(label="bear", camera="", night=False, width=64, height=64, more={"distance": "near"}),
        Circumstances(label="empty", camera="lot", night=False, width=640, height=480, more=odd),
    ]
    told = {name: chosen.tolist() for name, chosen in slices(of).items()}
    assert told == {
        "night": [True, False, False], "day": [False, True, True], "near": [False, True, False],
        "far": [True, False, False], "low_resolution": [False, True, False], "camera:creek": [True, False, False],
        "camera:lot": [False, False, True], "label:bear": [True, True, False], "label:empty": [False, False, True],
    }  # fmt: skip
