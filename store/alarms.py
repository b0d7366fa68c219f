"""Drift alarms: which are open at a site, and what people said of those that are not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound


def get(session: Session, number: int, *, lock: bool = False) -> tables.DriftAlarm:
    """One alarm. Raises NotFound."""
    row = session.get(tables.DriftAlarm, number, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no drift alarm {number}")
    return row


def open_of(session: Session, site: str) -> Sequence[tables.DriftAlarm]:
    """Those of a site that nobody has acknowledged, the oldest first."""
    row = tables.DriftAlarm
    wanted = select(row).where(row.site_id == site, row.acknowledged_at.is_(None)).order_by(row.id)
    return session.scalars(wanted).all()


def open_at(session: Session, site: str, at: datetime) -> bool:
    """Whether one was open at a moment."""
    row = tables.DriftAlarm
    held = or_(row.acknowledged_at.is_(None), row.acknowledged_at > at)
    return session.scalar(select(row.id).where(row.site_id == site, row.opened_at <= at, held).limit(1)) is not None


def any_open(session: Session) -> Sequence[tables.DriftAlarm]:
    """Those of every site that nobody has acknowledged, the oldest first."""
    row = tables.DriftAlarm
    return session.scalars(select(row).where(row.acknowledged_at.is_(None)).order_by(row.id)).all()


def of_sites(
    session: Session, sites: Sequence[str] | None, *, only_open: bool = False
) -> Sequence[tables.DriftAlarm]:
    """The alarms of sites (None: of all), the newest first."""
    row = tables.DriftAlarm
    wanted = select(row).order_by(row.id.desc())
    wanted = wanted.where(row.acknowledged_at.is_(None)) if only_open else wanted
    return session.scalars(wanted if sites is None else wanted.where(row.site_id.in_(sites))).all()


def last_of(session: Session, site: str, verdict: str) -> tables.DriftAlarm | None:
    """The newest alarm of this verdict at a site."""
    row = tables.DriftAlarm
    wanted = select(row).where(row.site_id == site, row.verdict == verdict).order_by(row.id.desc()).limit(1)
    return session.scalar(wanted)
