"""Two versions in words on a page."""

from datetime import UTC, datetime
from typing import Any

from api.schemas.versions import ChallengeOut, ComparisonOut, VersionsOut
from dashboard import comparing

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def measured(both: int, old: int, new: int, **more: Any) -> dict[str, Any]:
    return {
        "both": both, "only_old": old, "only_new": new, "difference": 0.1, "difference_interval": [-0.1, 0.3],
        "p": 0.5, "p_mid": 0.4, **more,
    }  # fmt: skip


def comparison(**more: Any) -> ComparisonOut:
    nothing = measured(0, 0, 0, difference=None, difference_interval=None, p=None, p_mid=None)
    usual = {
        **measured(5, 1, 2), "old": "default", "new": "<better>", "frames": 40, "visits": 8,
        "by_frame": {"only_old": 3, "only_new": 9, "p_sign_flip": 0.25}, "log_e": {},
        "reviewed": {"bear": measured(4, 0, 1), "not_bear": nothing, "not_reviewed": 3},
        "slices": {"night": measured(5, 1, 2), "day": nothing}, "cost": {"old_ms": 30.0, "new_ms": 60.0},
        "methods": {}, "shown": [],
    }  # fmt: skip
    return ComparisonOut.model_validate(usual | more)


def test_the_counts_are_said_and_a_name_is_no_html() -> None:
    says = comparing.sentence(comparison())
    assert "both found 5, only default 1, only &lt;better&gt; 2" in says
    assert "no proof of a difference" in says


def test_a_difference_names_who_finds_more_and_leaves_the_judgement_to_the_pictures() -> None:
    says = comparing.sentence(comparison(only_new=12, p=0.003))
    assert "&lt;better&gt; finds more than default (p 0.003); whether these are bears, the pictures tell." in says


def test_frames_without_a_bear_and_no_frames_are_told_apart() -> None:
    assert "neither called one a bear" in comparing.sentence(comparison(visits=0))
    assert "No frame yet" in comparing.sentence(comparison(visits=0, frames=0))


def test_rows_of_nothing_are_left_out() -> None:
    assert [row[0] for row in comparing.rows(comparison())] == ["all visits", "people said bear", "night"]
    assert comparing.rows(comparison())[0] == ["all visits", "5", "1", "2", "+0.10", "-0.10 to +0.30", "0.500"]


def test_the_cost_is_told_as_times_and_as_a_ratio() -> None:
    assert "60 ms, 2.0 times as much" in comparing.costs(comparison())
    assert comparing.costs(comparison(cost={"old_ms": None, "new_ms": None})) == ""


def test_a_challenger_that_cannot_be_opened_says_that_it_looks_at_nothing() -> None:
    told = ChallengeOut(
        site="camp", model="b", model_name="better", reason="try", begun_by="ada", begun_at=NOW, ended_at=None,
        scored=3, waiting=1, skipped=2, fault="its folder is gone",
    )  # fmt: skip
    says = comparing.challenge(told, "America/Denver", NOW)
    assert "3 frames looked at, 1 waiting, 2 skipped" in says
    assert "It looks at NOTHING: its folder is gone" in says


def test_a_canary_is_named_with_its_cameras_and_its_end() -> None:
    told = VersionsOut.model_validate({
        "site": "camp", "model": "a", "model_name": "default", "back_to": "default", "challenge": None,
        "comparison": None, "known": [],
        "canary": {"model_name": "better", "cameras": ["gate"], "last_day": "2026-12-04", "runs": True},
    })  # fmt: skip
    assert "Canary: better</b> decides on gate until 2026-12-04" in comparing.head(told, "Camp")
