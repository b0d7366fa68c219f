"""Camera hours in scope, and those really watched."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rollout import scope_hours
from rollout.scope_hours import Place, Watch
from rollout.spans import Span
from rollout.terms import Terms, read

DENVER = Place(zone=ZoneInfo("America/Denver"), latitude=44.6, longitude=-110.5)
MIDNIGHT = datetime(2026, 11, 23, 7, tzinfo=UTC)
DAY = Span(since=MIDNIGHT, until=MIDNIGHT + timedelta(days=1))
ALWAYS = [Span(since=MIDNIGHT - timedelta(days=30), until=MIDNIGHT + timedelta(days=30))]
CREEK = Watch(camera="creek", begins=MIDNIGHT - timedelta(days=20))


def rule(**more: object) -> Terms:
    return read({"site": "camp", "stage": "live", **more})


def sums(found: dict[str, dict[date, scope_hours.Hours]]) -> tuple[float, float]:
    every = [hours for days in found.values() for hours in days.values()]
    return sum(one.scoped for one in every), sum(one.watched for one in every)


@pytest.mark.parametrize(
    ("terms", "watches", "works", "hours"),
    [
        (rule(), [CREEK], ALWAYS, (24, 24)),
        (rule(), [CREEK, CREEK], ALWAYS, (48, 48)),
        (rule(hours=["20:00-06:00"]), [CREEK], ALWAYS, (10, 10)),
        (rule(weekdays=["tue"], hours=["20:00-06:00"]), [CREEK], ALWAYS, (0, 0)),
        (rule(), [Watch(camera="creek", begins=None)], ALWAYS, (24, 0)),
        (rule(), [Watch(camera="creek", begins=MIDNIGHT + timedelta(hours=6))], ALWAYS, (24, 18)),
        (rule(), [CREEK], [Span(since=MIDNIGHT, until=MIDNIGHT + timedelta(hours=12))], (24, 12)),
        (rule(), [CREEK], [], (24, 0)),
        (rule(first_day="2027-01-01"), [CREEK], ALWAYS, (24, 24)),
    ],
)
def test_hours_in_scope_count_whatever_the_dates_and_only_watched_ones_are_covered(
    terms: Terms, watches: list[Watch], works: list[Span], hours: tuple[float, float]
) -> None:
    assert sums(scope_hours.by_day(terms, watches, DENVER, window=DAY, works=works)) == pytest.approx(hours)


def test_a_blind_camera_and_shed_seconds_are_no_coverage() -> None:
    blind = Span(since=MIDNIGHT + timedelta(hours=2), until=MIDNIGHT + timedelta(hours=5))
    watch = Watch(camera="creek", begins=MIDNIGHT, blind=[blind], shed={date(2026, 11, 23): 1800.0})
    assert sums(scope_hours.by_day(rule(), [watch], DENVER, window=DAY, works=ALWAYS))[1] <= 20.5


def test_day_and_night_are_told_apart_by_the_sun() -> None:
    found = scope_hours.by_day(rule(), [CREEK], DENVER, window=DAY, works=ALWAYS)
    light = found["day"][date(2026, 11, 23)].scoped
    assert 9 <= light <= 10
    assert found["night"][date(2026, 11, 23)].scoped == 24 - light


def test_in_the_polar_night_there_is_no_day() -> None:
    north = Place(zone=ZoneInfo("Arctic/Longyearbyen"), latitude=78.2, longitude=15.6)
    found = scope_hours.by_day(rule(), [CREEK], north, window=DAY, works=ALWAYS)
    assert not found["day"]
    assert sums(found)[0] == 24
