"""Reference ratios: what was proposed for a site, and which was in force when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound


def get(session: Session, number: int, *, lock: bool = False) -> tables.ReferenceRatio:
    """One of them. Raises NotFound."""
    row = session.get(tables.ReferenceRatio, number, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no reference ratio {number}")
    return row


def in_force(session: Session, site: str, at: datetime) -> tables.ReferenceRatio | None:
    """The one that was accepted and not ended at a moment."""
    row = tables.ReferenceRatio
    held = (row.site_id == site, row.accepted_at <= at, or_(row.ended_at.is_(None), row.ended_at > at))
    return session.scalar(select(row).where(*held).order_by(row.accepted_at.desc(), row.id.desc()).limit(1))


def waiting(session: Session, site: str) -> Sequence[tables.ReferenceRatio]:
    """Those that wait for a second person, the oldest first."""
    row = tables.ReferenceRatio
    held = (row.site_id == site, row.accepted_at.is_(None), row.ended_at.is_(None))
    return session.scalars(select(row).where(*held).order_by(row.id)).all()


def of_sites(session: Session, sites: Sequence[str] | None) -> Sequence[tables.ReferenceRatio]:
    """All of sites (None: of all), the newest first."""
    row = tables.ReferenceRatio
    wanted = select(row).order_by(row.id.desc())
    return session.scalars(wanted if sites is None else wanted.where(row.site_id.in_(sites))).all()
