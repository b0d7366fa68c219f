"""Offset: how far a trail camera's clock is from ours, by the times of its last pictures. PURE.

What is told of a picture is a pair: when the camera says that it took it, and when it came in, by our clock.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

Told = Sequence[tuple[datetime, datetime]]

STEADY = timedelta(minutes=5)
LOOKED_AT = 60
"""So many of a camera's last pictures are looked at."""

PAUSE = timedelta(minutes=30)
"""What comes within this is one hand-in, and says what it says of the clock once."""

LEAST, MOST = 3, 8
"""Hand-ins that an offset is measured by."""

AGREE = 0.75
"""Of them so many must be off by the same."""


def measured_offset(told: Told) -> timedelta | None:
    """How far a clock is ahead of ours (negative: behind), from (stated, received), the newest last; None: unknown.

    The median over the last hand-ins, of each the picture that came soonest. It holds where three in four agree
    within five minutes: a wrong clock is off by the same each time, late pictures by how late each was. No picture
    comes before it was taken, so a newest one that is further ahead shows that the clock was set meanwhile.

    >>> from datetime import UTC
    >>> days = [datetime(2026, 11, day, tzinfo=UTC) for day in (20, 21, 22)]
    >>> measured_offset([(day - timedelta(hours=1), day + timedelta(minutes=2)) for day in days])
    datetime.timedelta(days=-1, seconds=82680)
    >>> measured_offset([(day, day + timedelta(hours=day.day)) for day in days]) is None
    True
    """
    apart = [max(stated - received for stated, received in one) for one in _hand_ins(told)[-MOST:]]
    if len(apart) < LEAST:
        return None
    middle = timedelta(seconds=median(offset.total_seconds() for offset in apart))
    agreeing = sum(abs(offset - middle) <= STEADY for offset in apart)
    return middle if agreeing >= AGREE * len(apart) and apart[-1] - middle <= STEADY else None


def _hand_ins(told: Told) -> list[Told]:
    """The pictures in groups of at most half an hour by when they came."""
    found: list[list[tuple[datetime, datetime]]] = []
    for stated, received in told:
        if not found or received - found[-1][0][1] >= PAUSE:
            found.append([])
        found[-1].append((stated, received))
    return list(found)
