"""Which days a job is due for: each once, missed ones too, by the site's own clock."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rollout import schedule

ZONES = ("America/Denver", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu")
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", ZONES)
def test_after_days_of_downtime_each_missed_day_is_due_once_and_in_order(name: str) -> None:
    zone, done = ZoneInfo(name), set[str]()
    first = schedule.due(since=NOW, done=done, now=NOW + timedelta(days=5), zone=zone)
    assert [day.day for day in first] == sorted({day.day for day in first})
    assert len(first) == 5
    done |= {day.period for day in first}
    assert schedule.due(since=NOW, done=done, now=NOW + timedelta(days=5), zone=zone) == ()


@pytest.mark.parametrize("name", ZONES)
def test_a_day_is_due_from_its_last_moment_on(name: str) -> None:
    zone = ZoneInfo(name)
    ends = schedule.day_of(NOW, zone).ends
    assert schedule.due(since=NOW, done=(), now=ends - timedelta(microseconds=1), zone=zone) == ()
    assert len(schedule.due(since=NOW, done=(), now=ends, zone=zone)) == 1


def test_a_clock_that_steps_back_makes_nothing_due_twice() -> None:
    zone = ZoneInfo("America/Denver")
    done = {day.period for day in schedule.due(since=NOW, done=(), now=NOW + timedelta(days=3), zone=zone)}
    for hours in range(72):
        assert schedule.due(since=NOW, done=done, now=NOW + timedelta(hours=hours), zone=zone) == ()


def test_days_meet_without_a_gap_when_the_clocks_change() -> None:
    zone = ZoneInfo("America/Denver")
    for begin in (datetime(2026, 3, 6, 12, tzinfo=UTC), datetime(2026, 10, 30, 12, tzinfo=UTC)):
        days = schedule.due(since=begin, done=(), now=begin + timedelta(days=5), zone=zone)
        hours = [(day.ends.astimezone(UTC) - day.begins.astimezone(UTC)).total_seconds() / 3600 for day in days]
        assert sum(hours) in (119, 121)
        assert all(one.ends == other.begins for one, other in itertools.pairwise(days))
