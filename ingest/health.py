"""Health: what the server's clock says of a camera. PURE."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from store.vocabulary import CameraHealth, CameraKind

SILENT_AFTER = {
    CameraKind.STREAM: timedelta(seconds=30),
    CameraKind.FILE: timedelta(seconds=30),
    CameraKind.TRAIL: timedelta(hours=26),
}
"""A trail camera sends when something moves, so hours of nothing are normal; a day of nothing is worth a look."""

PAUSE, GAPS = timedelta(minutes=30), 20
LEAST, MOST = timedelta(hours=12), timedelta(days=7)

UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def health(
    kind: CameraKind,
    *,
    last_seen_at: datetime | None,
    fault: str | None,
    now: datetime,
    patience: timedelta | None = None,
) -> tuple[CameraHealth, str]:
    """How the camera is, and that in words. patience: learned of this camera; None: its kind's own.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    >>> health(CameraKind.STREAM, last_seen_at=now - timedelta(minutes=3), fault=None, now=now)[1]
    'no picture for 3 minutes'
    """
    if fault is not None:
        return CameraHealth.BROKEN, fault
    if last_seen_at is None:
        return CameraHealth.NEVER_SEEN, "no picture has come yet"
    silence = now - last_seen_at
    if silence > (patience or SILENT_AFTER[kind]):
        return CameraHealth.SILENT, f"no picture for {in_words(silence)}"
    if silence < timedelta(seconds=1):
        return CameraHealth.ALIVE, "a picture came just now"
    return CameraHealth.ALIVE, f"the last picture came {in_words(silence)} ago"


def learned_patience(received: Sequence[datetime]) -> timedelta | None:
    """How long a trail camera may be silent, from when its pictures came, the oldest first; None: too few to tell.

    Three times the gap that 19 of 20 of its own pauses stay under; pictures of one visit are no pause. Never less
    than LEAST, so that a busy week makes no quiet day alarming, and never more than MOST.

    >>> from datetime import UTC
    >>> hourly = [datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=8 * n) for n in range(40)]
    >>> learned_patience(hourly), learned_patience(hourly[:10])
    (datetime.timedelta(days=1), None)
    """
    gaps = sorted(after - before for before, after in pairwise(received) if after - before > PAUSE)
    if len(gaps) < GAPS:
        return None
    return min(MOST, max(LEAST, 3 * gaps[int(0.95 * (len(gaps) - 1))]))


def in_words(span: timedelta) -> str:
    """A span of time in its largest unit.

    >>> in_words(timedelta(minutes=90)), in_words(timedelta(minutes=119)), in_words(timedelta(days=3))
    ('1 hour', '1 hour', '3 days')
    """
    seconds = max(1, int(span.total_seconds()))
    name, size = next((name, size) for name, size in UNITS if seconds >= size)
    count = seconds // size
    return f"{count} {name}{'' if count == 1 else 's'}"
