"""Guessing: how long wrong passwords make the next one wait. Pure.

A stranger who guesses must not lock the person out: what counts most is a name together with an address. For one
name from everywhere, and for one address, only a delay grows, and late.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(minutes=10)
"""Wrong passwords of before this are forgotten."""

MOST_TOGETHER = 8
"""Wrong passwords for one name from one address; then none is looked at until the first is forgotten."""

MANY = 100
"""Wrong passwords for one name, or from one address; from here on each makes the next wait, up to LONGEST."""

LONGEST = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """Wrong passwords within the window: how many, the first and the last of them."""

    count: int = 0
    first: datetime | None = None
    last: datetime | None = None


def wait(together: Wrong, *alone: Wrong, now: datetime) -> timedelta:
    """How long the next password must wait; nothing: it is looked at. alone: for the name, from the address.

    >>> now = datetime(2026, 11, 24)
    >>> wait(Wrong(count=8, first=now - timedelta(minutes=4), last=now), now=now)
    datetime.timedelta(seconds=360)
    >>> wait(Wrong(), Wrong(count=130, first=now, last=now), now=now)
    datetime.timedelta(seconds=8)
    >>> wait(Wrong(count=7, first=now, last=now), Wrong(count=99, first=now, last=now), now=now)
    datetime.timedelta(0)
    """
    ends = [wrong.last + _delay(wrong.count) for wrong in alone if wrong.last and wrong.count >= MANY]
    if together.first is not None and together.count >= MOST_TOGETHER:
        ends.append(together.first + WITHIN)
    return max([timedelta(), *(end - now for end in ends)])


def _delay(count: int) -> timedelta:
    """Twice as long for each ten more."""
    return min(LONGEST, timedelta(seconds=2 ** min(10, (count - MANY) // 10)))
