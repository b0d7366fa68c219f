"""Exposure: how long a camera was truly watching, which every rate is counted over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from store import episodes, recordings, tables
from store.episodes import Interval
from store.session import Session

MINUTE = timedelta(minutes=1)
Shed = tuple[datetime, float]
"""A minute in which something of a stream was left out, and how many seconds of it."""


def watched_minutes(session: Session, camera: str, *, since: datetime, until: datetime, now: datetime) -> float:
    """Minutes within a period in which no bear could pass this camera because of us: the one count of exposure."""
    return watched_in(session, camera, [Interval(since=since, until=until)], now=now)


def watched_in(session: Session, camera: str, periods: Sequence[Interval], *, now: datetime) -> float:
    """The same over several periods, in order and apart from each other; its reads are those of one.

    Left out is what lies before it was first waited for, after it was retired, and still to come; the episodes in
    which a bear could pass unseen; and the seconds that were shed outside of these. What masks hide is no matter of
    time: a mask begins another segment.
    """
    row, status = session.get_one(tables.Camera, camera), session.get(tables.CameraStatus, camera)
    if status is None or status.expected_since is None:
        return 0.0
    first, last = status.expected_since, min(now, row.retired_at or now)
    cut = [Interval(since=max(one.since, first), until=min(one.until, last)) for one in periods]
    cut = [one for one in cut if one.since < one.until]
    if not cut:
        return 0.0
    blind = episodes.not_exposure(session, camera, since=cut[0].since, until=cut[-1].until)
    rows = recordings.shed_between(session, camera, cut[0].since - MINUTE, cut[-1].until)
    shed = [(row.minute, row.seconds) for row in rows]
    return sum((watched(one.since, one.until, blind, _of(shed, one)) for one in cut), timedelta(0)) / MINUTE


def _of(shed: Sequence[Shed], period: Interval) -> Sequence[Shed]:
    return [one for one in shed if period.since < one[0] + MINUTE and one[0] < period.until]


def watched(since: datetime, until: datetime, blind: Sequence[Interval], shed: Sequence[Shed]) -> timedelta:
    """How much of a period was watched. blind: in order, each moment once; what is shed counts where it is not blind.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 24, tzinfo=UTC)
    >>> watched(at, at + 10 * MINUTE, [Interval(since=at, until=at + 4 * MINUTE)], [(at + MINUTE, 30.0)]) / MINUTE
    6.0
    """
    left = until - since - sum((_shared(one, since, until) for one in blind), timedelta(0))
    for minute, seconds in shed:
        begin, end = max(minute, since), min(minute + MINUTE, until)
        seen = max(end - begin, timedelta(0)) - sum((_shared(one, begin, end) for one in blind), timedelta(0))
        left -= min(timedelta(seconds=seconds), max(seen, timedelta(0)))
    return left


def _shared(one: Interval, since: datetime, until: datetime) -> timedelta:
    return max(min(one.until, until) - max(one.since, since), timedelta(0))
