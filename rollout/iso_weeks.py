"""ISO weeks in the time of a site: from Monday's midnight to the next. Pure.

Where the clocks change they have 167 or 169 hours.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from store.errors import WeekMalformed

SHAPE = re.compile(r"(\d{4})-W(\d{2})")
FIRST, LAST = 1990, 2200
"""Years of which there may be a week; far from where dates end, so that weeks before and after can be counted."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class IsoWeek:
    """One week of a site: its name, and its beginning and end in UTC."""

    name: str
    monday: date
    begins: datetime
    ends: datetime


def read(name: str, zone: tzinfo) -> IsoWeek:
    """The week of this name. Raises WeekMalformed.

    >>> from zoneinfo import ZoneInfo
    >>> week = read("2026-W44", ZoneInfo("America/Denver"))
    >>> week.begins.isoformat(), (week.ends - week.begins).total_seconds() / 3600
    ('2026-10-26T06:00:00+00:00', 169.0)
    """
    told = SHAPE.fullmatch(name)
    try:
        if told is None or not FIRST <= int(told[1]) <= LAST:
            raise ValueError
        return _of(date.fromisocalendar(int(told[1]), int(told[2]), 1), zone)
    except (ValueError, OverflowError):
        raise WeekMalformed(
            f'"{name}" is no ISO week: write it like 2026-W47, the week of 16 to 22 November'
        ) from None


def holding(at: datetime, zone: tzinfo) -> IsoWeek:
    """The week of the site that holds a moment.

    >>> holding(datetime(2027, 1, 1, 12, tzinfo=UTC), UTC).name
    '2026-W53'
    """
    day = at.astimezone(zone).date()
    return _of(day - DAY * day.weekday(), zone)


def back(week: IsoWeek, many: int, zone: tzinfo) -> IsoWeek:
    """The week so many weeks before.

    >>> back(read("2027-W01", UTC), 1, UTC).name
    '2026-W53'
    """
    return _of(week.monday - WEEK * many, zone)


def _of(monday: date, zone: tzinfo) -> IsoWeek:
    year, number, _ = monday.isocalendar()
    return IsoWeek(
        name=f"{year}-W{number:02d}", monday=monday, begins=_midnight(monday, zone),
        ends=_midnight(monday + WEEK, zone),
    )  # fmt: skip


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
