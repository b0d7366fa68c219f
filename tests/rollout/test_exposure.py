"""The one count of exposure: what was blind, shed, not yet there or still to come is no minute of watching."""

from datetime import datetime, timedelta

import pytest

from rollout.exposure import MINUTE, watched, watched_minutes
from store import cameras, episodes, recordings, tables
from store.episodes import Interval
from store.session import Engine, Session, reading, transaction
from store.vocabulary import CameraFault
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def at(minutes: float) -> datetime:
    return NOW + minutes * MINUTE


def blind(session: Session, since: float, until: float | None, **more: object) -> None:
    usual = {"camera": "creek", "kind": CameraFault.BLACK, "blind": True} | more
    row = episodes.begin(
        session, usual["camera"], usual["kind"], since=at(since), now=at(since), says="x", measured={},  # type: ignore[arg-type]
        blind=bool(usual["blind"]),
    )  # fmt: skip
    row.ended_at = None if until is None else at(until)
    session.flush()


@pytest.fixture
def hour(engine: Engine) -> Engine:
    """An hour that is to be counted, of a camera that was waited for since before it."""
    with transaction(engine) as session:
        cameras.status(session, "creek").expected_since = NOW - HOUR
    return engine


def minutes(engine: Engine, *, since: datetime = NOW, now: datetime = NOW + 10 * HOUR) -> float:
    with reading(engine) as session:
        return watched_minutes(session, "creek", since=since, until=NOW + HOUR, now=now)


def test_an_hour_with_nothing_wrong_counts_whole(hour: Engine) -> None:
    assert minutes(hour) == 60


def test_faults_that_overlap_count_once_and_those_that_blind_nobody_not_at_all(hour: Engine) -> None:
    with transaction(hour) as session:
        blind(session, -20, 10)
        blind(session, 5, 15, kind=CameraFault.MOVED)
        blind(session, 20, 30, blind=False, kind=CameraFault.KNOWN_CLIP_MISSED)
        blind(session, 50, None, camera=None, kind=CameraFault.DISK_NEARLY_FULL)
    assert minutes(hour) == 60 - 15 - 10


def test_what_was_shed_counts_beside_the_faults_and_not_within_them(hour: Engine) -> None:
    with transaction(hour) as session:
        blind(session, 10, 20.5)
        for minute, seconds in ((2, 12.0), (12, 60.0), (20, 50.0), (30, 90.0), (61, 60.0)):
            recordings.shed(session, "creek", at=at(minute), seconds=seconds, pictures=1)
    assert minutes(hour) == pytest.approx(60 - 10.5 - 0.2 - 0.5 - 1.0)


def test_before_it_was_waited_for_after_it_was_retired_and_in_the_future_nothing_was_watched(hour: Engine) -> None:
    assert minutes(hour, since=NOW - 3 * HOUR) == 120
    assert minutes(hour, now=at(45)) == 45
    with transaction(hour) as session:
        session.get_one(tables.Camera, "creek").retired_at = at(30)
    assert minutes(hour) == 30
    assert minutes(hour, since=at(40)) == 0


def test_a_camera_that_nobody_ever_waited_for_watched_nothing(engine: Engine) -> None:
    assert minutes(engine) == 0


def test_a_period_that_begins_within_a_shed_minute_loses_no_more_than_it_has() -> None:
    left = watched(at(0.5), at(2), [Interval(since=at(1.5), until=at(9))], [(at(0), 60.0)])
    assert left == 0.5 * MINUTE
