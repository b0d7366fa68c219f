"""Desk draw: which recorded hour somebody looks at next, and how much of it they saw. Pure.

An hour is picked by chance among those left, and never by what the model said of it.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest import timelapse
from ingest.timelapse import EVERY, HOUR
from rollout import scopes, spans
from rollout.scope_hours import DAY, NIGHT, Place
from rollout.spans import Span

FASTEST = 120
"""Times the speed of life: half a minute for an hour. Faster nobody sees a bear that crosses the picture."""


@dataclass(frozen=True, kw_only=True)
class Pick:
    """What was picked, and how likely that was."""

    hour: int
    probability: float


@dataclass(frozen=True, kw_only=True)
class Known:
    """A time of which a person may know what was there. camera None: at all cameras of the site."""

    camera: str | None
    since: datetime
    until: datetime


def pick(hours: Sequence[int], *, seed: str) -> Pick | None:
    """One of these, each as likely as any other; the same seed picks the same. None where there is none.

    >>> pick([4, 9, 7], seed="1:2:0") == pick([9, 7, 4], seed="1:2:0")
    True
    >>> pick([4], seed="1:2:0")
    Pick(hour=4, probability=1.0)
    """
    if not hours:
        return None
    return Pick(hour=random.Random(seed).choice(sorted(hours)), probability=1 / len(hours))  # noqa: S311


Knowledge = Mapping[datetime, Sequence[Known]]
"""What somebody may know, by each full hour that it touches."""


def by_hour(told: Iterable[Known]) -> Knowledge:
    """Sorted so that a long list is not gone through for every hour."""
    found: dict[datetime, list[Known]] = {}
    for one in told:
        at = _full(one.since)
        while at <= one.until:
            found.setdefault(at, []).append(one)
            at += HOUR
    return found


def knows(camera: str, begins_at: datetime, told: Knowledge) -> bool:
    """Whether somebody may know what was there: they answered an alert of it, or watched there themselves.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 24, 20, tzinfo=UTC)
    >>> told = by_hour([Known(camera="creek", since=at + HOUR / 4, until=at + HOUR / 2)])
    >>> knows("creek", at, told), knows("ridge", at, told), knows("creek", at + HOUR, told)
    (True, False, False)
    """
    first = _full(begins_at)
    near = (*told.get(first, ()), *told.get(first + HOUR, ()))
    return any(
        one.camera in (None, camera) and one.since < begins_at + HOUR and one.until >= begins_at for one in near
    )


def _full(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def light_of(begins_at: datetime, place: Place) -> str:
    """Day or night, by the sun at the middle of an hour."""
    height = scopes.sun_height(begins_at + HOUR / 2, latitude=place.latitude, longitude=place.longitude)
    return NIGHT if height < scopes.HORIZON else DAY


def least(pictures: int) -> timedelta:
    """So long it takes at least to be shown so many pictures.

    >>> least(360).total_seconds()
    30.0
    """
    return pictures * EVERY / FASTEST


def seen(begins_at: datetime, shown: Sequence[datetime], blind: Sequence[Span]) -> list[Span]:
    """The parts of an hour that were seen: where pictures follow each other, and the camera was not blind.

    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 24, 20, tzinfo=UTC)
    >>> shown = [at + number * EVERY for number in range(360) if not 60 <= number < 180]
    >>> [(one.since.minute, one.until.minute) for one in seen(at, shown, [])]
    [(0, 9), (30, 0)]
    """
    whole = Span(since=begins_at, until=begins_at + HOUR)
    told = timelapse.Span(since=whole.since, until=whole.until, says="")
    gaps = [Span(since=gap.since, until=gap.until) for gap in timelapse.gaps(sorted(shown), told, blind=[], gone=[])]
    return spans.without([whole], spans.joined([*gaps, *blind]))
