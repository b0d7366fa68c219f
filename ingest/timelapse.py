"""Time-lapse: camera-hours drawn by chance before they begin, whatever the gate will see in them. Pure.

Each day of UTC is drawn apart and once: `random.Random(seed:camera:day).sample(range(24), hours)`. The seed of the
park makes every draw again, and each hour of a camera is as likely as any other: hours / 24.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

EVERY = timedelta(seconds=10)
"""In a drawn hour one small picture is kept in this time."""

HOUR = timedelta(hours=1)
HOURS_A_DAY = 24


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One drawn hour of a camera, and how likely it was to be drawn."""

    begins_at: datetime
    probability: float


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


def days(now: datetime) -> tuple[date, date]:
    """The days that are drawn now, each as a whole: this one and the next."""
    today = now.astimezone(UTC).date()
    return today, today + timedelta(days=1)


def to_come(drawn: Sequence[Drawn], now: datetime) -> Sequence[Drawn]:
    """Those that begin after now: an hour that has begun is never drawn any more."""
    return [one for one in drawn if one.begins_at > now]
