"""Moments as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from store.errors import TimeMalformed


def moment(told: str, zone: str) -> datetime:
    """A moment as people say it. Raises TimeMalformed."""
    try:
        at = datetime.fromisoformat(told.strip())
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimeMalformed(f'"{told}" is no time like 2026-11-27T03:00 or 2026-11-27T10:00:00Z') from None
