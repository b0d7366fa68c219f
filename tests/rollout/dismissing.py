"""One dismissed alert made into several of the days before it: what a quiet place is proposed from."""

from datetime import timedelta
from typing import Any

from store import tables
from store.session import Session


def days_before(session: Session, alert: int, *, days: int = 5) -> None:
    """The same small false box, dismissed by the same person, on so many days before."""
    first = session.get_one(tables.Alert, alert)
    first.boxes = [{"x": 0.4, "y": 0.5, "w": 0.1, "h": 0.1, "label": first.label, "p": 0.9}]
    visit = session.get_one(tables.Visit, first.visit_id)
    review = session.query(tables.Review).filter_by(alert_id=alert).one()
    for number in range(1, days + 1):
        at = first.raised_at - timedelta(days=number)
        again = _copy(visit, started_at=at, last_at=at)
        session.add(again)
        session.flush()
        other = _copy(first, visit_id=again.id, raised_at=at, taken_at=at)
        session.add(other)
        session.flush()
        session.add(_copy(review, alert_id=other.id, at=at))
    session.flush()


def _copy(row: Any, **changes: object) -> Any:
    told = {column.name: getattr(row, column.name) for column in type(row).__table__.columns}
    return type(row)(**(told | {"id": None} | changes))
