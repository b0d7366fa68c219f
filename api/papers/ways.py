"""Ways: where the encounters behind a number are shown. Addresses of the same Bearwatch, from its root. Pure."""

from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

HERE = "encounters"
BELOW = f"#{HERE}"
"""The list of the week's encounters on the same page, and of the weeks before."""


def day(site: str, at: datetime | str | None, zone: str) -> str:
    """The page Daily for the day of a moment; nothing for a moment that is not known.

    >>> day("camp", "2026-11-17T05:12:00Z", "America/Denver")
    '/daily?site=camp&day=2026-11-16'
    """
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    if moment is None:
        return ""
    return f"/daily?site={quote(site, safe='')}&day={moment.astimezone(ZoneInfo(zone)).date()}"


def alert(number: int | None) -> str:
    """An alert with its pictures.

    >>> alert(7), alert(None)
    ('/review?shown=7', '')
    """
    return f"/review?shown={number}" if number else ""


def report(site: str, week: str) -> str:
    """The report of another week.

    >>> report("camp", "2026-W46")
    '/api/v1/reports/camp/2026-W46.html'
    """
    return f"/api/v1/reports/{quote(site, safe='')}/{quote(week, safe='')}.html"
