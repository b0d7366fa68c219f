"""Beats: which of our own processes were alive, and when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import tables


def beat(session: Session, name: str, *, pid: int, now: datetime, says: str | None = None) -> None:
    """This process is alive."""
    row = session.get(tables.ProcessBeat, name)
    if row is None:
        session.add(tables.ProcessBeat(name=name, pid=pid, at=now, says=says))
    else:
        row.pid, row.at, row.says = pid, now, says


def beats(session: Session) -> Sequence[tables.ProcessBeat]:
    """Every process that ever beat, by name."""
    return session.scalars(select(tables.ProcessBeat).order_by(tables.ProcessBeat.name)).all()
