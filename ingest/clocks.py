"""Clocks: which of the camera's clock and ours counts for a frame. PURE."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from store.errors import HeaderBroken

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=10)
YEARS = range(1900, 3000)


@dataclass(frozen=True, kw_only=True)
class Times:
    """stated_at: what camera or sender said, part of a frame's identity. taken_at: what counts as its time.

    clock_fault: in words, why what was said does not count; offset_s: how far that clock is ahead of ours.
    """

    stated_at: datetime | None
    taken_at: datetime
    clock_fault: str | None = None
    offset_s: float | None = None


def times(stated_at: datetime | None, received_at: datetime) -> Times:
    """The stated time counts unless it cannot be true.

    >>> now = datetime(2026, 11, 24, tzinfo=UTC)
    >>> times(datetime(1970, 1, 1, tzinfo=UTC), now).taken_at == now
    True
    """
    if stated_at is None:
        return Times(stated_at=None, taken_at=received_at)
    if EARLIEST <= stated_at <= received_at + AHEAD:
        return Times(stated_at=stated_at, taken_at=stated_at)
    return Times(
        stated_at=stated_at,
        taken_at=received_at,
        clock_fault=f"the camera's clock said {stated_at:%Y-%m-%d %H:%M:%S} UTC, which cannot be: "
        "the time of receipt counts; set the camera's clock",
        offset_s=(stated_at - received_at).total_seconds(),
    )


def in_utc(stated_at: datetime) -> datetime:
    """A stated time in UTC. Raises HeaderBroken for one that no calendar in use has."""
    try:
        told = stated_at.astimezone(UTC)
    except OverflowError:
        told = None
    if stated_at.tzinfo is None or told is None or told.year not in YEARS:
        raise HeaderBroken(f"the stated time {stated_at.isoformat()} is none: give one like 2026-11-24T03:12:09Z")
    return told
