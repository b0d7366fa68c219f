"""Held files: what the doors could not take in, until somebody settles it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound
from store.vocabulary import Door, HeldState


@dataclass(frozen=True, kw_only=True)
class NewHeld:
    """A file to hold; the fields are those of the row."""

    door: Door
    state: HeldState
    name: str
    sha256: str
    size: int
    kept: bool
    source: str
    claims: Mapping[str, Any]
    sent_at: datetime | None
    why: str
    says: str


def hold(session: Session, new: NewHeld, *, now: datetime) -> tables.HeldFile:
    """Write it; the same file from the same source is counted once more. What was settled stays so."""
    held = tables.HeldFile
    row = session.scalar(
        select(held)
        .where(held.door == new.door, held.sha256 == new.sha256, held.source == new.source)
        .with_for_update()
    )
    if row is None:
        row = held(**{**vars(new), "claims": dict(new.claims)}, times=1, received_at=now, last_at=now)
        session.add(row)
    else:
        row.times, row.last_at = row.times + (now > row.last_at), max(now, row.last_at)
        if row.state in (HeldState.UNRECOGNISED, HeldState.REFUSED):
            row.kept = new.kept
            row.state, row.why, row.says = new.state, new.why, new.says
        elif row.state is HeldState.DISCARDED and new.state is HeldState.UNRECOGNISED:
            row.kept = new.kept  # its bytes lie in the archive again, and go as they did before
    session.flush()
    return row


def get(session: Session, number: int, *, lock: bool = False) -> tables.HeldFile:
    """One of them. Raises NotFound."""
    row = session.get(tables.HeldFile, number, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no held file {number}")
    return row


def page(
    session: Session, *, state: HeldState | None, cursor: int | None = None, limit: int
) -> Sequence[tables.HeldFile]:
    """Newest first, older than the cursor."""
    wanted = select(tables.HeldFile).order_by(tables.HeldFile.id.desc()).limit(limit)
    wanted = wanted if state is None else wanted.where(tables.HeldFile.state == state)
    return session.scalars(wanted if cursor is None else wanted.where(tables.HeldFile.id < cursor)).all()


def count(session: Session, state: HeldState) -> int:
    """How many are in this state."""
    return session.scalar(select(func.count()).where(tables.HeldFile.state == state)) or 0


def bytes_in(session: Session, state: HeldState) -> int:
    """The bytes of those in this state that are kept."""
    held = tables.HeldFile
    return session.scalar(select(func.sum(held.size)).where(held.state == state, held.kept)) or 0


def oldest_refused(session: Session, *, with_bytes: bool) -> tables.HeldFile | None:
    """The refused one that would go first, one without bytes if any; locked. with_bytes: only one that has."""
    held = tables.HeldFile
    wanted = select(held).where(held.state == HeldState.REFUSED).order_by(held.kept, held.last_at, held.id).limit(1)
    wanted = wanted.where(held.kept) if with_bytes else wanted
    return session.scalar(wanted.with_for_update())


def alone(session: Session, row: tables.HeldFile) -> bool:
    """Whether no other refused file has the same bytes."""
    held = tables.HeldFile
    same = (held.sha256 == row.sha256) & (held.id != row.id) & (held.state == HeldState.REFUSED)
    return session.scalar(select(held.id).where(same, held.kept).limit(1)) is None


def discarded(session: Session, *, before: datetime, limit: int) -> Sequence[tables.HeldFile]:
    """Discarded ones whose bytes are still kept although they were settled before then, the oldest first; locked."""
    held = tables.HeldFile
    wanted = select(held).where(held.state == HeldState.DISCARDED, held.kept, held.settled_at < before)
    return session.scalars(wanted.order_by(held.settled_at, held.id).limit(limit).with_for_update()).all()


def wanted_elsewhere(session: Session, row: tables.HeldFile) -> bool:
    """Whether anything else speaks of the same bytes in the archive."""
    held = tables.HeldFile
    waits = (held.id != row.id) & held.kept & (held.state != HeldState.REFUSED)
    return session.scalar(select(held.id).where(held.sha256 == row.sha256, waits).limit(1)) is not None or any(
        session.scalar(select(table.id).where(table.sha256 == row.sha256).limit(1)) is not None
        for table in (tables.Frame, tables.Upload, tables.Recording, tables.TimelapsePicture)
    )


def drop(session: Session, row: tables.HeldFile) -> bool:
    """Forget one; gives whether nobody else needs its bytes."""
    free = alone(session, row)
    session.delete(row)
    session.flush()
    return free
