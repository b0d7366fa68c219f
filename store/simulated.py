"""The simulated year of the demo: which weeks its database holds, and which of their reports are made.

It lies in a database of its own. Nothing of it is in a park's, so no list there has to leave it out.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import tables


def lasts(session: Session) -> tuple[datetime, datetime] | None:
    """From when to when something is on record; None: of nothing."""
    first = session.scalar(select(func.min(tables.Rule.in_force_at)))
    last = session.scalar(select(func.max(tables.WatchSession.started_at)))
    return None if first is None or last is None else (first, last)


def made(session: Session) -> set[tuple[str, str]]:
    """Site and week of each report that is kept."""
    row = tables.DriftReport
    return {(site, week) for site, week in session.execute(select(row.site_id, row.week).distinct())}
