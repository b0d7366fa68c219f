"""The park's data policy on values: what is used, what is left and why."""

from datetime import UTC, datetime, timedelta

import pytest

from model import data_policy
from model.data_policy import Picture, Policy
from model.labels import Labelled

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def picture(name: str, days: int | None, label: str = "empty", camera: str = "creek") -> Picture:
    at = None if days is None else NOW - timedelta(days=days)
    return Picture(name=name, label=label, camera=camera, taken_at=at)


PICTURES = [
    picture("a", 1), picture("b", 2), picture("c", 300, "bear"), picture("d", 400, "bear"),
    picture("e", 500, camera=""), picture("f", None), picture("g", 3, camera="ridge"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "used", "says"),
    [
        (Policy(), "abcdefg", "used: 7; left: none"),
        (Policy(window_days=365), "abcfg", "used: 5; left: 2 older than 365 days"),
        (Policy(most_per_camera=2), "cefg", "used: 4; left: 3 over the cap of camera creek"),
        (
            Policy(window_days=365, most_per_camera=3), "acfg",
            "used: 4; left: 2 older than 365 days, 1 over the cap of camera creek",
        ),
    ],
)  # fmt: skip
def test_old_pictures_and_those_over_a_cap_are_left_with_the_reason(policy: Policy, used: str, says: str) -> None:
    choice = data_policy.choose(PICTURES, policy, now=NOW)
    assert ("".join(choice.used), choice.says) == (used, says)


def test_a_thousand_empty_pictures_push_no_bear_over_the_cap() -> None:
    many = [picture(f"{number:04d}", 1) for number in range(1000)] + [picture("bear", 900, "bear")]
    assert "bear" in data_policy.choose(many, Policy(most_per_camera=10), now=NOW).used


def test_what_a_policy_left_comes_back_to_its_part_when_the_policy_is_wider() -> None:
    rows = [
        Labelled(file="old.jpg", label="bear", part="valid", taken_at="2020-01-01T00:00:00+00:00"),
        Labelled(file="new.jpg", label="bear", taken_at="2026-11-01T00:00:00+00:00"),
        Labelled(file="kept.jpg", label="bear", part="out"),
        Labelled(file="odd.jpg", label="bear", taken_at="last spring"),
    ]
    narrow, choice = data_policy.sort_out(rows, Policy(window_days=365), now=NOW)
    assert [row.part for row in narrow] == ["out", "", "out", ""]
    assert (choice.used, narrow[0].more["left"]) == (("new.jpg", "odd.jpg"), "older than 365 days")
    again, _ = data_policy.sort_out(narrow, Policy(window_days=365), now=NOW)
    assert again == narrow
    wide, _ = data_policy.sort_out(narrow, Policy(), now=NOW)
    assert [row.part for row in wide] == ["valid", "", "out", ""]
