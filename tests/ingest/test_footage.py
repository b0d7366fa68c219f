"""Drawn scenes: the same moment is the same picture, and something happens in them soon."""

import numpy as np
import pytest

from ingest import footage


@pytest.mark.parametrize("scene", footage.SCENES)
def test_the_same_moment_is_the_same_picture(scene: str) -> None:
    first = footage.render(scene, 7.5, seed=2)
    assert first.shape == (360, 640, 3)
    assert np.array_equal(first, footage.render(scene, 7.5, seed=2))
    assert not np.array_equal(first, footage.render(scene, 7.5, seed=3))


@pytest.mark.parametrize("scene", ["creek", "meadow", "night-camp"])
def test_a_bear_is_there_after_ten_seconds_and_again_in_the_next_round(scene: str) -> None:
    for at_s in (10.0, 10.0 + footage.PERIOD_S):
        assert [kind for kind, _ in footage.truth(scene, at_s)] == ["bear"]


def test_truth_says_where_the_picture_differs_from_the_empty_place() -> None:
    (_, region), = footage.truth("creek", 14, seed=3)  # fmt: skip
    with_bear, without = (footage.render("creek", at_s, seed=3).astype(int) for at_s in (14, 14 + 45))
    changed = np.abs(with_bear - without).max(axis=2) > 40
    rows, columns = (
        slice(int(region.y * 360), int((region.y + region.h) * 360)),
        slice(int(region.x * 640), int((region.x + region.w) * 640)),
    )
    assert changed[rows, columns].mean() > 0.3
    assert changed.sum() < 2.2 * changed[rows, columns].sum()
