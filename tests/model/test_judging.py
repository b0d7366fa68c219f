"""Crops, calibration, the unknown, evaluation: values in, values out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.frames import Region
from model import calibration, evaluation, unknown
from model.crops import Kind, crops, scaled

SIDES = st.integers(16, 4000)
FRACTIONS = st.floats(0, 1)


@given(SIDES, SIDES, st.lists(st.tuples(FRACTIONS, FRACTIONS, st.floats(0.001, 1), st.floats(0.001, 1)), max_size=8))
def test_every_crop_lies_in_the_picture_and_the_whole_is_first(
    width: int, height: int, motion: list[tuple[float, float, float, float]]
) -> None:
    regions = [Region(x=min(x, 1 - w), y=min(y, 1 - h), w=w, h=h) for x, y, w, h in motion]
    found = crops(width, height, regions)
    assert found[0].kind is Kind.WHOLE
    for crop in [*found, *(scaled(crop, by, (width, height)) for crop in found for by in (0.8, 1.3))]:
        assert 0 <= crop.left < crop.right <= width
        assert 0 <= crop.top < crop.bottom <= height


def test_what_moved_is_inside_its_crop_with_room_around() -> None:
    crop = crops(1920, 1080, [Region(x=0.5, y=0.5, w=0.1, h=0.1)])[1]
    assert crop.left < 0.5 * 1920 < 0.6 * 1920 < crop.right
    assert crop.right - crop.left == crop.bottom - crop.top


def test_tiles_only_where_nobody_says_what_moved_and_the_picture_is_large() -> None:
    kinds = [crop.kind for crop in crops(2048, 1536)]
    assert kinds.count(Kind.TILE) == 6
    assert Kind.TILE not in [crop.kind for crop in crops(640, 480)]
    assert Kind.TILE not in [crop.kind for crop in crops(2048, 1536, [Region(x=0, y=0, w=0.1, h=0.1)])]


def test_temperature_makes_the_sure_less_sure_when_they_are_often_wrong() -> None:
    chance = np.random.default_rng(0)
    truth = chance.integers(0, 3, 400)
    logits = chance.normal(0, 1, (400, 3)) + 3.0 * np.eye(3)[truth]
    assert calibration.temperature(logits * 5, truth) > 2 * calibration.temperature(logits, truth)
    shares = calibration.softmax(logits, calibration.temperature(logits, truth))
    assert shares.sum(axis=1) == pytest.approx(1)


@given(st.floats(0.001, 0.999), st.floats(0, 10))
def test_a_penalty_never_makes_surer(p: float, penalty: float) -> None:
    assert calibration.shifted(p, penalty) <= p + 1e-9


def test_what_is_like_the_training_has_a_large_p_and_what_is_not_a_small_one() -> None:
    chance = np.random.default_rng(0)
    bank = unknown.make(chance.normal(size=(600, 40)), chance.normal(size=(200, 40)))
    same = unknown.p_of(bank, chance.normal(size=(200, 40)))
    other = unknown.p_of(bank, chance.normal(size=(200, 40)) * 3 + 4)
    assert 0.4 < float(same.mean()) < 0.6
    assert float((same < 0.05).mean()) < 0.12
    assert float(other.max()) < 0.05


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.3085),
        (10, 10, 0.6915, 1.0),
        (5, 10, 0.1871, 0.8129),
        (0, 0, 0.0, 1.0),
        (81, 263, 0.2527, 0.3676),
    ],
)
def test_exact_intervals_are_the_published_ones(found: int, of: int, low: float, high: float) -> None:
    assert evaluation.interval(found, of) == pytest.approx((low, high), abs=2e-4)


def test_measures_of_a_small_table() -> None:
    shares = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8]])
    told = evaluation.measure(shares, np.array([0, 1, 2, 2]), labels=("black", "grizzly", "empty"),
                              bear=("black", "grizzly"), threshold=0.8)  # fmt: skip
    assert told["confusion"] == [[1, 0, 0], [0, 1, 0], [1, 0, 1]]
    assert (told["accuracy"], told["recall_bear"], told["false_bear"]) == (0.75, 1.0, 0.5)
    assert told["brier"] == pytest.approx((0.02 + 0.14 + 1.26 + 0.06) / 4)


def test_where_there_is_nothing_to_judge_no_share_is_made_up() -> None:
    told = evaluation.measure(np.array([[1.0, 0.0]]), np.array([1]), labels=("bear", "empty"), bear=("bear",),
                              threshold=0.5)  # fmt: skip
    assert told["recall_bear"] is None
