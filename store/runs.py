"""Runs: which periods the clock's jobs have done for each site, and which clock process acts for the park."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import tables

LEASE = timedelta(seconds=15)
"""A clock process that died is replaced after so long."""


def lead(session: Session, holder: str, *, now: datetime) -> bool:
    """Take or keep the lease of the park's clock; False where another process holds it.

    A clock that was set back renews what it holds, and takes nothing from another.
    """
    lease = tables.ClockLease
    mine = or_(lease.holder == holder, lease.until <= now)
    taken = update(lease).where(lease.id == 1, mine).values(holder=holder, until=now + LEASE)
    if session.execute(taken.returning(lease.id)).first() is not None:
        return True
    if session.scalar(select(lease.id).where(lease.id == 1)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(tables.ClockLease(id=1, holder=holder, until=now + LEASE))
    except IntegrityError:
        return False
    return True


def leave(session: Session, holder: str, *, now: datetime) -> None:
    """Give the lease back, so that another process need not wait for its end."""
    lease = tables.ClockLease
    session.execute(update(lease).where(lease.id == 1, lease.holder == holder).values(until=now))


def done(session: Session, job: str, site: str) -> Collection[str]:
    """The periods that a job has been done for at a site."""
    row = tables.Run
    return set(session.scalars(select(row.period).where(row.job == job, row.site_id == site)))


def is_done(session: Session, job: str, site: str, period: str) -> bool:
    """Whether one of them has."""
    return session.get(tables.Run, (job, site, period)) is not None


def mark(session: Session, job: str, site: str, period: str, *, says: str, now: datetime) -> None:
    """It is done; in the transaction that did it."""
    session.add(tables.Run(job=job, site_id=site, period=period, at=now, says=says))
    session.flush()
