"""Hysteresis: when a fault that is seen now and then begins, and when it is over. PURE."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.vocabulary import CameraFault, CameraKind

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """It begins after so many looks in a row that say yes over so long; it ends likewise."""

    begin_looks: int
    begin_after: timedelta
    end_looks: int
    end_after: timedelta


STREAM = {
    CameraFault.BLACK: Patience(begin_looks=4, begin_after=MINUTE, end_looks=2, end_after=MINUTE / 4),
    CameraFault.INFRARED_FAILED: Patience(begin_looks=12, begin_after=4 * MINUTE, end_looks=3, end_after=MINUTE / 2),
    CameraFault.COVERED: Patience(begin_looks=24, begin_after=10 * MINUTE, end_looks=4, end_after=MINUTE),
    CameraFault.FROZEN: Patience(begin_looks=9, begin_after=3 * MINUTE, end_looks=2, end_after=MINUTE / 4),
    CameraFault.BLURRED: Patience(begin_looks=45, begin_after=20 * MINUTE, end_looks=12, end_after=4 * MINUTE),
    CameraFault.MOVED: Patience(begin_looks=24, begin_after=10 * MINUTE, end_looks=8, end_after=2 * MINUTE),
    CameraFault.SHEDDING: Patience(begin_looks=6, begin_after=2 * MINUTE, end_looks=12, end_after=5 * MINUTE),
}
"""A camera that is looked at every twenty seconds. A bear that sniffs at the lens is gone sooner."""

TRAIL = {
    CameraFault.BLACK: Patience(begin_looks=3, begin_after=HOUR, end_looks=2, end_after=timedelta(0)),
    CameraFault.INFRARED_FAILED: Patience(begin_looks=3, begin_after=HOUR, end_looks=1, end_after=timedelta(0)),
    CameraFault.COVERED: Patience(begin_looks=4, begin_after=2 * HOUR, end_looks=2, end_after=timedelta(0)),
    CameraFault.FROZEN: Patience(begin_looks=3, begin_after=HOUR, end_looks=1, end_after=timedelta(0)),
    CameraFault.BLURRED: Patience(begin_looks=6, begin_after=6 * HOUR, end_looks=3, end_after=timedelta(0)),
    CameraFault.MOVED: Patience(begin_looks=4, begin_after=2 * HOUR, end_looks=2, end_after=timedelta(0)),
}
"""A camera that sends a few pictures when something moves: these are often of one animal close to it."""


def patience_of(kind: CameraKind, fault: CameraFault) -> Patience:
    """How long to wait for a camera of this kind."""
    return (TRAIL if kind is CameraKind.TRAIL else STREAM)[fault]


@dataclass(frozen=True, kw_only=True)
class Streak:
    """Looks in a row that gave the same answer. since: the first of them."""

    yes: bool
    looks: int
    since: datetime


def grown(streak: Streak | None, yes: bool | None, now: datetime) -> Streak | None:
    """The streak with one more look; a look that cannot tell neither counts nor breaks it."""
    if yes is None:
        return streak
    if streak is None or streak.yes is not yes:
        return Streak(yes=yes, looks=1, since=now)
    return Streak(yes=yes, looks=streak.looks + 1, since=streak.since)


def turned(streak: Streak | None, patience: Patience, *, open_now: bool, now: datetime) -> bool:
    """Whether the fault begins now (open_now: ends now).

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    >>> streak = Streak(yes=True, looks=40, since=now - timedelta(minutes=11))
    >>> turned(streak, STREAM[CameraFault.MOVED], open_now=False, now=now)
    True
    """
    if streak is None or streak.yes is open_now:
        return False
    looks = patience.end_looks if open_now else patience.begin_looks
    after = patience.end_after if open_now else patience.begin_after
    return streak.looks >= looks and now - streak.since >= after
