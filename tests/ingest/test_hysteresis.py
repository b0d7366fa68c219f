"""A fault begins after it lasted, and ends after it was away; what cannot be told changes nothing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from ingest.hysteresis import STREAM, TRAIL, Streak, grown, turned
from store.vocabulary import CameraFault

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EVERY = timedelta(seconds=20)


def after(answers: list[bool | None], fault: CameraFault) -> list[bool]:
    """Whether it is open after each look."""
    streak: Streak | None = None
    found, opened = [], False
    for number, answer in enumerate(answers):
        now = NOW + number * EVERY
        streak = grown(streak, answer, now)
        opened ^= turned(streak, STREAM[fault], open_now=opened, now=now)
        found.append(opened)
    return found


@pytest.mark.parametrize("fault", list(STREAM))
def test_each_fault_begins_and_ends_once(fault: CameraFault) -> None:
    states = after([True] * 100 + [False] * 40, fault)
    assert (states[0], states[99], states[-1]) == (False, True, False)
    assert sum(one != two for one, two in pairwise(states)) == 2


def test_an_answer_that_flaps_begins_nothing_and_ends_nothing() -> None:
    assert not any(after([True, False] * 100, CameraFault.MOVED))
    assert all(after([True] * 60 + [False, True] * 50, CameraFault.MOVED)[60:])


def test_a_bear_at_the_lens_for_five_minutes_does_not_cover_it() -> None:
    assert not any(after([True] * 15 + [False] * 30, CameraFault.COVERED))


def test_what_cannot_be_told_changes_nothing() -> None:
    states = after([True] * 60 + [None] * 200, CameraFault.BLURRED)
    assert all(states[60:])


def test_a_burst_of_a_trail_camera_begins_nothing() -> None:
    streak = Streak(yes=True, looks=30, since=NOW - timedelta(minutes=2))
    assert not any(turned(streak, patience, open_now=False, now=NOW) for patience in TRAIL.values())
