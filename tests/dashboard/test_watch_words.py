"""The manual watch in words: whether a watch counts, and why it does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.schemas.watching import DoubtOut, WatchSessionOut
from api.schemas.words import Stage, WatchMode, WatchPlace
from dashboard import watch_words
from tests.dashboard.shapes import rule, site

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATE = DoubtOut(doubt="told_late", says="told only afterwards")
NOT_DRAWN = DoubtOut(doubt="not_drawn", says="not over hours that the system drew")


def watch(**more: Any) -> WatchSessionOut:
    told: dict[str, Any] = {
        "id": 1, "site": "camp", "observer": "riley", "mode": WatchMode.BLIND, "place": WatchPlace.FIELD,
        "started_at": NOW - 3 * HOUR, "ended_at": NOW - HOUR, "told_otherwise": False, "alert": None,
        "imported": False, "signed": False, "counts": True, "doubts": [], "sightings": 2, "recorded_hours": 0,
    }  # fmt: skip
    return WatchSessionOut(**(told | more))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (watch(), "counts as evidence"),
        (watch(ended_at=None, counts=False), "counts once it is ended"),
        (watch(counts=False, doubts=[LATE]), "does not count: told only afterwards"),
        (watch(counts=False, told_hours=2), "no evidence: in all its hours a trial or live rule told people"),
        (watch(told_hours=0.5), "counts as evidence, besides 0.5 h in which a trial or live rule told people"),
        (watch(mode=WatchMode.ROUTINE, alert=7, counts=False), "no evidence: a patrol because of an alert"),
        (watch(mode=WatchMode.ASSISTED, counts=False), "no evidence: assisted, not blind"),
        (watch(place=WatchPlace.DESK, counts=False, doubts=[NOT_DRAWN]), "no recorded hour was seen to its end"),
        (watch(place=WatchPlace.DESK, counts=False, doubts=[NOT_DRAWN], ended_at=None), "counts with its first hour"),
    ],
)
def test_each_watch_says_whether_it_counts_and_why_not(row: WatchSessionOut, says: str) -> None:
    assert says in watch_words.counted(row)


def test_a_blind_watch_where_alerts_are_told_is_no_surprise_afterwards() -> None:
    trial = site(rule=rule(stage=Stage.TRIAL))
    assert "hours in the field are no evidence" in watch_words.hint(WatchMode.BLIND, trial)
    for mode, quiet in ((WatchMode.BLIND, site(rule=rule(stage=Stage.SHADOW))), (WatchMode.ROUTINE, trial)):
        assert watch_words.hint(mode, quiet) == watch_words.MODES[mode]
    assert (
        watch_words.hint(WatchMode.BLIND, site(rule=rule(stage=Stage.LIVE), stopped=True))
        == watch_words.MODES[WatchMode.BLIND]
    )


def test_a_watch_says_who_when_and_where() -> None:
    told = watch_words.session(watch(), "America/Denver", NOW)
    assert told == "18:00 to 20:00: riley, blind, field, 2 seen"
    desk = watch_words.session(watch(place=WatchPlace.DESK, recorded_hours=1, sightings=0), "America/Denver", NOW)
    assert desk.endswith("riley, blind, desk, 1 recorded hour")
