"""Time-lapse: camera-hours drawn by chance before they begin, whatever the gate will see in them. Pure.

Each day of UTC is drawn apart and once: `random.Random(seed:camera:day).sample(range(24), hours)`. The seed of the
park makes every draw again, and each hour of a camera is as likely as any other: hours / 24.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

EVERY = timedelta(seconds=10)
"""Each hour is cut into slots of this length; in a drawn one the first picture of each slot is kept."""

SPARSE = timedelta(seconds=25)
"""Two pictures further apart than this have a gap between them: a whole slot is empty."""

HOUR = timedelta(hours=1)
HOURS_A_DAY = 24


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One drawn hour of a camera, and how likely it was to be drawn."""

    begins_at: datetime
    probability: float


@dataclass(frozen=True, kw_only=True)
class Span:
    """A part of an hour. says: why nothing can be seen in it."""

    since: datetime
    until: datetime
    says: str


def hours_of(day: date, camera: str, *, seed: int, hours_a_day: int) -> tuple[Drawn, ...]:
    """The drawn hours of a camera on a day of UTC, in order. hours_a_day: 0 to 24.

    >>> [drawn.begins_at.hour for drawn in hours_of(date(2026, 11, 24), "creek", seed=1, hours_a_day=24)][:3]
    [0, 1, 2]
    """
    chosen = random.Random(f"{seed}:{camera}:{day.isoformat()}").sample(range(HOURS_A_DAY), hours_a_day)  # noqa: S311
    midnight = datetime.combine(day, time(), UTC)
    return tuple(
        Drawn(begins_at=midnight + hour * HOUR, probability=hours_a_day / HOURS_A_DAY) for hour in sorted(chosen)
    )


def next_slot(now: datetime) -> datetime:
    """When the slot after the one of this moment begins.

    Slots do not move with what was kept in the last one: a camera that gives one in eight seconds fills each.

    >>> next_slot(datetime(2026, 11, 24, 20, 0, 13, tzinfo=UTC)).isoformat()
    '2026-11-24T20:00:20+00:00'
    """
    begun = now.replace(minute=0, second=0, microsecond=0)
    return begun + ((now - begun) // EVERY + 1) * EVERY


def gaps(kept: Sequence[datetime], hour: Span, *, blind: Sequence[Span], gone: Sequence[datetime]) -> Sequence[Span]:
    """The parts of an hour of which no picture is kept, and why, in order.

    kept: when each picture was taken, in order. hour: its says is given where nothing else is known. blind: when the
    camera could not see. gone: when the pictures were taken that were kept once.

    >>> at = [datetime(2026, 11, 24, 20, minute, tzinfo=UTC) for minute in (0, 1, 5, 6)]
    >>> hour = Span(since=at[0], until=at[3], says="not kept")
    >>> [(gap.since.minute, gap.until.minute, gap.says) for gap in gaps([at[0], at[2]], hour, blind=[], gone=[at[1]])]
    [(0, 5, 'no longer kept'), (5, 6, 'not kept')]
    """
    edges = [hour.since, *kept, hour.until]
    empty = [pair for pair in pairwise(edges) if pair[1] - pair[0] > SPARSE]
    return [piece for since, until in empty for piece in _pieces(since, until, hour.says, blind, gone)]


def _pieces(
    since: datetime, until: datetime, says: str, blind: Sequence[Span], gone: Sequence[datetime]
) -> Sequence[Span]:
    """One gap, cut where the camera began or ceased to be blind."""
    inside = [span for span in blind if span.since < until and span.until > since]
    cuts = sorted({since, until, *(max(since, s.since) for s in inside), *(min(until, s.until) for s in inside)})
    found = []
    for begin, end in pairwise(cuts):
        why = next((span.says for span in inside if span.since <= begin and span.until >= end), None)
        lost = any(begin <= at < end for at in gone)
        found.append(Span(since=begin, until=end, says=why or ("no longer kept" if lost else says)))
    return found


def days(now: datetime) -> tuple[date, date]:
    """The days that are drawn now, each as a whole: this one and the next."""
    today = now.astimezone(UTC).date()
    return today, today + timedelta(days=1)


def to_come(drawn: Sequence[Drawn], now: datetime) -> Sequence[Drawn]:
    """Those that begin after now: an hour that has begun is never drawn any more."""
    return [one for one in drawn if one.begins_at > now]
