"""Which days a job is due for: each once, missed ones too, by the site's own clock."""

import itertools
from datetime import UTC, datetime, time, timedelta
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


@pytest.mark.parametrize("name", ZONES)
def test_a_report_is_due_from_six_on_monday_by_the_clock_of_the_site(name: str) -> None:
    zone, six = ZoneInfo(name), time(6)
    begun = datetime(2026, 11, 18, 12, tzinfo=zone)
    monday = datetime(2026, 11, 23, 6, tzinfo=zone)

    def due(now: datetime, *done: str) -> list[str]:
        weeks = schedule.weeks_due(since=begun, done=done, now=now, zone=zone, at=six, most=26)
        return [week.name for week in weeks]

    assert due(monday - timedelta(microseconds=1)) == []
    assert due(monday) == ["2026-W47"]
    assert due(monday, "2026-W47") == []
    assert due(monday + timedelta(weeks=3), "2026-W48") == ["2026-W47", "2026-W49", "2026-W50"]


def test_of_years_without_a_clock_the_last_half_year_is_made_up() -> None:
    weeks = schedule.weeks_due(
        since=NOW - timedelta(days=900), done=(), now=NOW, zone=ZoneInfo("UTC"), at=time(6), most=26
    )
    assert (len(weeks), weeks[0].name, weeks[-1].name) == (26, "2026-W22", "2026-W47")


def test_the_week_in_which_the_clocks_change_ends_on_its_own_monday() -> None:
    zone = ZoneInfo("America/Denver")
    begun, monday = datetime(2026, 10, 26, tzinfo=zone), datetime(2026, 11, 2, 6, tzinfo=zone)
    (week,) = schedule.weeks_due(since=begun, done=(), now=monday, zone=zone, at=time(6), most=26)
    assert (week.name, (week.ends - week.begins).total_seconds() / 3600) == ("2026-W44", 169.0)
