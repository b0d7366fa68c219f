"""Report audit: what the random audit of time without an alert says for a report."""

from typing import Any

from rollout.iso_weeks import IsoWeek
from store import tables
from store.session import Session


def audit_of(session: Session, site: tables.Site, week: IsoWeek) -> dict[str, Any]:
    """No audit yet: nobody can say what the model misses where neither it nor people saw anything."""
    del session, site, week
    return {
        "items": 0, "drawn": 0, "answered": 0, "bears_missed_estimate": None, "upper": None, "recall_at_least": None,
        "says": "no audit yet: nobody can say how many bears passed that neither the model nor people saw",
    }  # fmt: skip
