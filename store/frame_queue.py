"""FrameQueue: frames on their way to a decision, each leased to one worker at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import LeaseLost
from store.session import Engine, transaction
from store.vocabulary import QueueState

LEASE = timedelta(seconds=15)
"""A worker that dies loses its frame after this; one that works on renews it."""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """One frame in one worker's hands. tries counts this one, from 1."""

    frame: int
    worker: str
    until: datetime
    tries: int


class FrameQueue(Protocol):
    """Every frame put in comes out until someone says done or gives it up."""

    def claim(self, worker: str, *, now: datetime) -> Lease | None:
        """Lease the oldest frame that is due, or None."""
        ...

    def renew(self, lease: Lease, *, now: datetime) -> Lease:
        """Hold a lease for longer. Raises LeaseLost."""
        ...

    def done(self, session: Session, lease: Lease) -> None:
        """Take the frame out, in the caller's transaction. Raises LeaseLost."""
        ...

    def retry(self, lease: Lease, *, at: datetime, error: str) -> None:
        """Put the frame back, to come out again at this time."""
        ...

    def give_up(self, session: Session, lease: Lease, *, error: str) -> None:
        """Take the frame out for good, in the caller's transaction, with the error kept."""
        ...

    def depth(self) -> int:
        """How many frames wait or are leased."""
        ...


class TableQueue:
    """The queue in the database's own table; SKIP LOCKED on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def claim(self, worker: str, *, now: datetime) -> Lease | None:
        """Lease the oldest frame that waits, or whose lease ran out."""
        queued = tables.QueuedFrame
        due = (
            select(queued)
            .where(
                or_(
                    (queued.state == QueueState.WAITING) & (queued.available_at <= now),
                    (queued.state == QueueState.LEASED) & (queued.leased_until < now),
                )
            )
            .order_by(queued.available_at, queued.frame_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with transaction(self.engine, lasts=False) as session:
            row = session.scalar(due)
            if row is None:
                return None
            row.state, row.leased_by, row.leased_until = QueueState.LEASED, worker, now + LEASE
            row.tries += 1
            return Lease(frame=row.frame_id, worker=worker, until=row.leased_until, tries=row.tries)

    def renew(self, lease: Lease, *, now: datetime) -> Lease:
        """Move the end of the lease."""
        with transaction(self.engine) as session:
            row = _held(session, lease)
            row.leased_until = now + LEASE
            return Lease(frame=lease.frame, worker=lease.worker, until=row.leased_until, tries=lease.tries)

    def done(self, session: Session, lease: Lease) -> None:
        """Mark as done."""
        row = _held(session, lease)
        row.state, row.leased_until = QueueState.DONE, None

    def retry(self, lease: Lease, *, at: datetime, error: str) -> None:
        """Put back with the error; a lease that was lost meanwhile stays with its new holder."""
        with transaction(self.engine) as session:
            row = session.get(tables.QueuedFrame, lease.frame, with_for_update=True)
            if row is not None and row.state is QueueState.LEASED and row.leased_by == lease.worker:
                row.state, row.available_at, row.error = QueueState.WAITING, at, error
                row.leased_by = row.leased_until = None

    def give_up(self, session: Session, lease: Lease, *, error: str) -> None:
        """Mark as given up."""
        row = _held(session, lease)
        row.state, row.leased_until, row.error = QueueState.GIVEN_UP, None, error

    def depth(self) -> int:
        """Count what is not finished."""
        open_states = (QueueState.WAITING, QueueState.LEASED)
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).where(tables.QueuedFrame.state.in_(open_states))) or 0


def _held(session: Session, lease: Lease) -> tables.QueuedFrame:
    row = session.get(tables.QueuedFrame, lease.frame, with_for_update=True)
    held = row is not None and row.state is QueueState.LEASED and row.leased_by == lease.worker
    if row is None or not held or row.tries != lease.tries:
        raise LeaseLost(f"frame {lease.frame} is no longer leased to {lease.worker}")
    return row
