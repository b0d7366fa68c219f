"""Clocks: which of the camera's clock and ours counts for a frame. PURE."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.health import in_words
from store.errors import HeaderBroken

HOUR = timedelta(hours=1)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=10)
BEHIND = timedelta(minutes=10)
"""A stated time further back than this came late, or from a wrong clock; nobody can tell which."""

YEARS = range(1900, 3000)


@dataclass(frozen=True, kw_only=True)
class Times:
    """stated_at: what camera or sender said, part of a frame's identity. taken_at: what counts as its time.

    clock_fault: in words, why what was said does not count, is corrected, or is doubtful.
    """

    stated_at: datetime | None
    taken_at: datetime
    clock_fault: str | None = None


def times(stated_at: datetime | None, received_at: datetime, offset: timedelta | None = None) -> Times:
    """A stated time that fits receipt counts; another is corrected by the camera's offset, where one was measured.

    Else it counts unless it cannot be true, and is doubtful. `ingest.offsets` measures.

    >>> now = datetime(2026, 11, 24, tzinfo=UTC)
    >>> times(datetime(1970, 1, 1, tzinfo=UTC), now).taken_at == now
    True
    >>> times(now - timedelta(hours=3), now).taken_at.hour, times(now - timedelta(hours=3), now, -HOUR).taken_at.hour
    (21, 22)
    """
    if stated_at is None or not doubtful(stated_at, received_at):
        return Times(stated_at=stated_at, taken_at=stated_at or received_at)
    said = f"the camera's clock said {stated_at:%Y-%m-%d %H:%M:%S} UTC"
    if offset is not None and abs(offset) > BEHIND and EARLIEST <= stated_at - offset <= received_at + AHEAD:
        taken, why = min(stated_at - offset, received_at), f" and is {off_by(offset)}: corrected by that;"
    elif EARLIEST <= stated_at <= received_at:
        taken, why = stated_at, ", long before this came in: it is late, or the clock is wrong; then"
    else:
        taken, why = received_at, ", which cannot be: the time of receipt counts;"
    return Times(stated_at=stated_at, taken_at=taken, clock_fault=f"{said}{why} set the camera's clock")


def off_by(offset: timedelta) -> str:
    """A measured offset for people.

    >>> off_by(timedelta(seconds=-3598)), off_by(timedelta(days=2))
    ('1 hour behind', '2 days ahead')
    """
    minutes = timedelta(minutes=round(abs(offset) / timedelta(minutes=1)))
    return f"{in_words(minutes)} {'ahead' if offset > timedelta(0) else 'behind'}"


def also_possible(stated_at: datetime | None, taken_at: datetime, received_at: datetime) -> list[datetime]:
    """When a frame may have been taken besides taken_at: when it came in, and as the camera said, though corrected.

    >>> now = datetime(2026, 11, 24, tzinfo=UTC)
    >>> also_possible(now - HOUR, now, now) == [now - HOUR], also_possible(now, now, now)
    (True, [])
    """
    found = [received_at] if doubtful(taken_at, received_at) else []
    if stated_at is not None and EARLIEST <= stated_at <= received_at + AHEAD and abs(stated_at - taken_at) > BEHIND:
        found.append(stated_at)
    return found


def as_stated(stated_at: datetime, now: datetime) -> Times:
    """The times of footage that is played as if it were live when it was taken: as stated, unless that cannot be.

    >>> now = datetime(2026, 11, 24, tzinfo=UTC)
    >>> as_stated(datetime(2020, 1, 1, tzinfo=UTC), now).clock_fault is None
    True
    """
    return times(stated_at, stated_at if stated_at >= EARLIEST else now)


def doubtful(taken_at: datetime, received_at: datetime) -> bool:
    """Whether the two lie so far apart that the camera's clock may be wrong."""
    return received_at - taken_at > BEHIND or taken_at - received_at > AHEAD


def in_utc(stated_at: datetime) -> datetime:
    """A stated time in UTC. Raises HeaderBroken for one that no calendar in use has."""
    try:
        told = stated_at.astimezone(UTC)
    except OverflowError:
        told = None
    if stated_at.tzinfo is None or told is None or told.year not in YEARS:
        raise HeaderBroken(f"the stated time {stated_at.isoformat()} is none: give one like 2026-11-24T03:12:09Z")
    return told
