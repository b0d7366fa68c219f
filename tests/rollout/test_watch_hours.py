"""Hours of the watch, apart by field and desk and by day and night, each moment once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rollout import spans, watch_hours
from rollout.scope_hours import Place
from rollout.spans import Span
from rollout.watch_hours import Stratum, Watched
from store.vocabulary import WatchPlace

DENVER = Place(zone=ZoneInfo("America/Denver"), latitude=44.6, longitude=-110.5)
MIDNIGHT = datetime(2026, 11, 23, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = Span(since=MIDNIGHT, until=MIDNIGHT + 24 * HOUR)
FIELD, DESK = WatchPlace.FIELD, WatchPlace.DESK


def hours(*told: tuple[WatchPlace, float, float]) -> dict[Stratum, float]:
    sessions = [Watched(place=where, since=MIDNIGHT + a * HOUR, until=MIDNIGHT + b * HOUR) for where, a, b in told]
    found = watch_hours.apart(sessions, DENVER, within=DAY)
    return {stratum: spans.hours(some) for stratum, some in found.items()}


def test_field_and_desk_day_and_night_are_never_added_up() -> None:
    found = hours((FIELD, 0, 3), (FIELD, 11, 12), (DESK, 1, 2))
    assert found == {
        Stratum(place=FIELD, light="night"): 3, Stratum(place=FIELD, light="day"): 1,
        Stratum(place=DESK, light="night"): 1,
    }  # fmt: skip


def test_two_people_at_one_time_watch_once_and_what_lies_outside_does_not_count() -> None:
    assert hours((FIELD, -2, 2), (FIELD, 1, 3)) == {Stratum(place=FIELD, light="night"): 3}


def test_a_session_over_sunrise_is_parted_there() -> None:
    found = hours((FIELD, 5, 10))
    assert sum(found.values()) == pytest.approx(5)
    assert found[Stratum(place=FIELD, light="day")] == pytest.approx(2.6, abs=0.2)
