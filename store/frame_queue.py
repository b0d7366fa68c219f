"""FrameQueue: frames on their way to a decision, each leased to one worker at a time."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Update, bindparam, func, or_, select, text, update
from sqlalchemy.orm import Session

from store import tables
from store.errors import LeaseLost
from store.session import Engine, reading, transaction
from store.tables import frames as frame_tables
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
        """Lease the oldest frame that is due, those of cameras before replayed ones, or None."""
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

    def put_back(self, lease: Lease, *, at: datetime, error: str) -> None:
        """The same, and the try does not count: what failed was not the frame."""
        ...

    def give_up(self, session: Session, lease: Lease, *, error: str) -> None:
        """Take the frame out for good, in the caller's transaction, with the error kept."""
        ...

    def depth(self) -> int:
        """How many frames wait or are leased."""
        ...

    def live_depth(self) -> int:
        """How many of them are of cameras, not replayed: what a new frame must wait for."""
        ...


class TableQueue:
    """The queue in the database's own table; SKIP LOCKED on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def claim(self, worker: str, *, now: datetime) -> Lease | None:
        """Lease the oldest frame of the most urgent that wait, or whose lease ran out."""
        with transaction(self.engine, lasts=False) as session:
            row = session.execute(LEASED, {"by": worker, "until": now + LEASE, "now": now}).first()
        return None if row is None else Lease(frame=row.frame_id, worker=worker, until=now + LEASE, tries=row.tries)

    def renew(self, lease: Lease, *, now: datetime) -> Lease:
        """Move the end of the lease."""
        with transaction(self.engine, lasts=False) as session:
            _change(session, lease, HELD.values(leased_until=now + LEASE))
        return replace(lease, until=now + LEASE)

    def done(self, session: Session, lease: Lease) -> None:
        """Mark as done."""
        _change(session, lease, DONE)

    def retry(self, lease: Lease, *, at: datetime, error: str) -> None:
        """Put back with the error; a lease that was lost meanwhile stays with its new holder."""
        self._wait(lease, at=at, error=error, tries=lease.tries)

    def put_back(self, lease: Lease, *, at: datetime, error: str) -> None:
        """The same, with the tries that it had before."""
        self._wait(lease, at=at, error=error, tries=lease.tries - 1)

    def _wait(self, lease: Lease, *, at: datetime, error: str, tries: int) -> None:
        with suppress(LeaseLost), transaction(self.engine) as session:
            waits = HELD.values(
                state=QueueState.WAITING, available_at=at, error=error, leased_by=None, leased_until=None, tries=tries
            )  # fmt: skip
            _change(session, lease, waits)

    def give_up(self, session: Session, lease: Lease, *, error: str) -> None:
        """Mark as given up."""
        _change(session, lease, HELD.values(state=QueueState.GIVEN_UP, leased_until=None, error=error))

    def depth(self) -> int:
        """Count what is not finished."""
        with reading(self.engine) as session:
            return session.scalar(OPEN) or 0

    def live_depth(self) -> int:
        """Count the most urgent of it."""
        with reading(self.engine) as session:
            return session.scalar(OPEN.where(tables.QueuedFrame.priority == 0)) or 0


def _change(session: Session, lease: Lease, change: Update) -> None:
    """Change the frame's row as long as this lease holds it. Raises LeaseLost."""
    told = {"frame": lease.frame, "worker": lease.worker, "held_tries": lease.tries}
    if session.connection().execute(change, told).rowcount != 1:
        raise LeaseLost(f"frame {lease.frame} is no longer leased to {lease.worker}")


_queued = tables.QueuedFrame
_row = tables.Table.metadata.tables["queued_frame"]
HELD = update(_row).where(
    _row.c.frame_id == bindparam("frame"), _row.c.state == QueueState.LEASED,
    _row.c.leased_by == bindparam("worker"), _row.c.tries == bindparam("held_tries"),
)  # fmt: skip
DONE = HELD.values(state=QueueState.DONE, leased_until=None)
OPEN = select(func.count()).select_from(_queued).where(text(frame_tables.OPEN))
DUE = (
    select(_queued.frame_id)
    .where(
        text(frame_tables.OPEN),
        or_(
            (_queued.state == QueueState.WAITING) & (_queued.available_at <= bindparam("now")),
            (_queued.state == QueueState.LEASED) & (_queued.leased_until < bindparam("now")),
        ),
    )
    .order_by(_queued.priority, _queued.available_at, _queued.frame_id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
LEASED = (
    update(_queued)
    .where(_queued.frame_id == DUE.scalar_subquery())
    .values(
        state=QueueState.LEASED, leased_by=bindparam("by"), leased_until=bindparam("until"), tries=_queued.tries + 1
    )
    .returning(_queued.frame_id, _queued.tries)
    .execution_options(synchronize_session=False)
)  # fmt: skip
