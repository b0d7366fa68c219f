"""Model versions that are known here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import tables

DEMO_SCENERY = "demo-scenery"
"""The name of the version that knows drawn scenery and no real bear."""


def versions(session: Session) -> Sequence[tables.ModelVersion]:
    """Those that are not retired, newest first."""
    wanted = select(tables.ModelVersion).where(tables.ModelVersion.retired_at.is_(None))
    return session.scalars(wanted.order_by(tables.ModelVersion.added_at.desc(), tables.ModelVersion.name)).all()


def add(
    session: Session, *, sha256: str, name: str, path: str, labels: list[str], threshold: float, now: datetime
) -> tables.ModelVersion:
    """Make a version known; one that is known keeps its row and learns where its folder is now."""
    row = session.get(tables.ModelVersion, sha256)
    if row is None:
        row = tables.ModelVersion(
            sha256=sha256, name=name, path=path, labels=labels, threshold=threshold, added_at=now
        )
        session.add(row)
    if row.path != path:
        row.path = path
    session.flush()
    return row
