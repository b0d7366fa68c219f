"""Chance: how many visits and sightings would be matched if the two had nothing to do with each other.

One side is shifted by 24 hours, back and forth: the hour of the day stays, the bears do not. A match rate that is not
well above this one says that the window is too wide, or that the site is too busy for it. Shares, 0 to 1. A
time-shift surrogate: Theiler and others, "Testing for nonlinearity in time series" (1992).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(hours=24)


def matches(model: Sequence[datetime], manual: Sequence[datetime], window: timedelta) -> int:
    """The most pairs, one to one, that lie at most window apart. Aware datetimes, in any order.

    >>> from datetime import UTC
    >>> at = [datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (1, 2, 9)]
    >>> matches(at, [at[0] + timedelta(minutes=20), at[2]], timedelta(minutes=30))
    2
    """
    ours, theirs, found = sorted(model), sorted(manual), 0
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if abs(ours[i] - theirs[j]) <= window:
            found, i, j = found + 1, i + 1, j + 1
        elif ours[i] < theirs[j]:
            i += 1
        else:
            j += 1
    return found


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Shares of what people saw that are matched: as it is, and after the shift. None without a sighting."""

    matched: float | None
    chance: float | None


def rate(model: Sequence[datetime], manual: Sequence[datetime], window: timedelta) -> Rate:
    """The match rate beside that of chance, the mean of a day earlier and a day later.

    >>> from datetime import UTC
    >>> at = [datetime(2026, 11, day, 3, tzinfo=UTC) for day in (1, 2, 9)]
    >>> told = rate(at, at, timedelta(minutes=30))
    >>> told.matched, round(told.chance, 3)
    (1.0, 0.333)
    """
    if not manual:
        return Rate(matched=None, chance=None)
    shifted = [matches([at + step for at in model], manual, window) for step in (-DAY, DAY)]
    return Rate(matched=matches(model, manual, window) / len(manual), chance=sum(shifted) / 2 / len(manual))
