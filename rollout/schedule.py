"""Schedule: which periods of a job are due at a site. Each is done once, and one that was missed is made up. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rollout import iso_weeks
from rollout.iso_weeks import IsoWeek


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of a site, from its midnight to its midnight; 23 or 25 hours where the clocks change."""

    day: date
    begins: datetime
    ends: datetime

    @property
    def period(self) -> str:
        """Its name among the periods that are done."""
        return self.day.isoformat()


def day_of(at: datetime, zone: ZoneInfo) -> Day:
    """The site's day that holds a moment.

    >>> from datetime import UTC
    >>> day = day_of(datetime(2026, 11, 1, 12, tzinfo=UTC), ZoneInfo("America/Denver"))
    >>> day.period, (day.ends.astimezone(UTC) - day.begins.astimezone(UTC)).total_seconds() / 3600
    ('2026-11-01', 25.0)
    """
    return _day(at.astimezone(zone).date(), zone)


def due(*, since: datetime, done: Collection[str], now: datetime, zone: ZoneInfo) -> tuple[Day, ...]:
    """The days that ended and were not done yet, the oldest first. since: the job has been wanted since then.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 23, 20, tzinfo=UTC)
    >>> days = due(since=at, done={"2026-11-24"}, now=at + timedelta(days=3), zone=ZoneInfo("America/Denver"))
    >>> [day.period for day in days]
    ['2026-11-23', '2026-11-25']
    """
    first, today = since.astimezone(zone).date(), now.astimezone(zone).date()
    days = (first + timedelta(days=number) for number in range((today - first).days))
    return tuple(_day(day, zone) for day in days if day.isoformat() not in done)


def weeks_due(
    *, since: datetime, done: Collection[str], now: datetime, zone: ZoneInfo, at: time, most: int
) -> tuple[IsoWeek, ...]:  # fmt: skip
    """The weeks whose report is due and not made, the oldest first. since: there is something to tell since then.

    at: the hour of the Monday after a week, by the site's clock. most: so many weeks back, however long nobody was
    there.

    >>> from datetime import UTC
    >>> begun, zone = datetime(2026, 11, 10, tzinfo=UTC), ZoneInfo("America/Denver")
    >>> monday = datetime(2026, 11, 23, 13, tzinfo=UTC)
    >>> [week.name for week in weeks_due(since=begun, done={"2026-W46"}, now=monday, zone=zone, at=time(6), most=26)]
    ['2026-W47']
    >>> weeks_due(since=monday, done=(), now=monday, zone=zone, at=time(6), most=26)
    ()
    """
    this, first = iso_weeks.holding(now, zone), iso_weeks.holding(since, zone)
    weeks = [iso_weeks.back(this, back, zone) for back in range(most, 0, -1)]
    return tuple(
        week for week in weeks
        if first.monday <= week.monday and week.name not in done and _after(week, at, zone) <= now
    )  # fmt: skip


def _after(week: IsoWeek, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(week.monday + timedelta(days=7), at, zone)


def _day(day: date, zone: ZoneInfo) -> Day:
    return Day(
        day=day,
        begins=datetime.combine(day, time(), zone),
        ends=datetime.combine(day + timedelta(days=1), time(), zone),
    )
