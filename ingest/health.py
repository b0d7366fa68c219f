"""Health: what the server's clock says of a camera. PURE."""

from datetime import datetime, timedelta

from store.vocabulary import CameraHealth, CameraKind

SILENT_AFTER = {
    CameraKind.STREAM: timedelta(seconds=30),
    CameraKind.FILE: timedelta(seconds=30),
    CameraKind.TRAIL: timedelta(hours=26),
}
"""A trail camera sends when something moves, so hours of nothing are normal; a day of nothing is worth a look."""

UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def health(
    kind: CameraKind, *, last_seen_at: datetime | None, fault: str | None, now: datetime
) -> tuple[CameraHealth, str]:
    """How the camera is, and that in words.

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
    if silence > SILENT_AFTER[kind]:
        return CameraHealth.SILENT, f"no picture for {in_words(silence)}"
    if silence < timedelta(seconds=1):
        return CameraHealth.ALIVE, "a picture came just now"
    return CameraHealth.ALIVE, f"the last picture came {in_words(silence)} ago"


def in_words(span: timedelta) -> str:
    """A span of time in its largest unit.

    >>> in_words(timedelta(minutes=90)), in_words(timedelta(minutes=119)), in_words(timedelta(days=3))
    ('1 hour', '1 hour', '3 days')
    """
    seconds = max(1, int(span.total_seconds()))
    name, size = next((name, size) for name, size in UNITS if seconds >= size)
    count = seconds // size
    return f"{count} {name}{'' if count == 1 else 's'}"
