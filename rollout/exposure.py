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
    """Minutes within a period in which no bear could pass this camera because of us: the one count of exposure.

    Left out is what lies before it was first waited for, after it was retired, and still to come; the episodes in
    which a bear could pass unseen; and the seconds that were shed outside of these. What masks hide is no matter of
    time: a mask begins another segment.
    """
    row, status = session.get_one(tables.Camera, camera), session.get(tables.CameraStatus, camera)
    if status is None or status.expected_since is None:
        return 0.0
    begin, end = max(since, status.expected_since), min(until, now, row.retired_at or now)
    if begin >= end:
        return 0.0
    blind = episodes.not_exposure(session, camera, since=begin, until=end)
    shed = recordings.shed_between(session, camera, begin - MINUTE, end)
    return watched(begin, end, blind, [(one.minute, one.seconds) for one in shed]) / MINUTE


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
