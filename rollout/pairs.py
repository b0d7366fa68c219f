"""Pairs: whether two people who act are two, and not one with an account of their own making."""

from datetime import datetime

from rollout import approvals
from rollout.approvals import Signer
from store import people
from store.errors import NotAllowedNow
from store.session import Session


def require(session: Session, first: int, second: int, *, since: datetime) -> None:
    """Raise NotAllowedNow unless both count as people for what began then."""
    why = approvals.not_two(_signer(session, first), _signer(session, second), since=since)
    if why is not None:
        raise NotAllowedNow(why)


def require_before(session: Session, person: int, *, since: datetime) -> None:
    """Raise NotAllowedNow for somebody who was added after it began."""
    signer = _signer(session, person)
    why = approvals.too_new(signer, since=since)
    if why is not None:
        raise NotAllowedNow(why)


def _signer(session: Session, person: int) -> Signer:
    line = people.line(session, person)
    return Signer(added_at=line[0].created_at, line=tuple(row.name for row in line))
