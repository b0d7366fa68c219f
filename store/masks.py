"""Masks and zones: the parts of cameras' views that are not watched, and those that have a name."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store import tables
from store.columns import one_of
from store.errors import NotFound
from store.vocabulary import ViewPartKind


def hold(session: Session, camera: str) -> None:
    """Two people who draw at one camera do so one after the other, until the transaction ends."""
    row = tables.Camera
    session.execute(select(row.id).where(row.id == camera).with_for_update(key_share=True))


def add(session: Session, row: tables.ViewPart) -> tables.ViewPart:
    """A new one; it has its number then."""
    session.add(row)
    session.flush()
    return row


def get(session: Session, part: int, *, lock: bool = False) -> tables.ViewPart:
    """One of them, ended or not. Raises NotFound."""
    row = session.get(tables.ViewPart, part, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no mask or zone {part}")
    return row


def of_camera(session: Session, camera: str) -> Sequence[tables.ViewPart]:
    """All that there ever were, the newest first."""
    part = tables.ViewPart
    return session.scalars(select(part).where(part.camera_id == camera).order_by(part.id.desc())).all()


def in_force(
    session: Session, cameras: Collection[str], kind: ViewPartKind, *, at: datetime
) -> Sequence[tables.ViewPart]:
    """What held at a moment, by the server's clock: from its beginning on, its end not included."""
    part = tables.ViewPart
    return session.scalars(select(part).where(part.camera_id.in_(cameras), held(kind, at=at)).order_by(part.id)).all()


def held(kind: ViewPartKind, *, at: datetime | InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """Whether a part is of a kind and held at a moment."""
    part = tables.ViewPart
    return and_(one_of(part.kind, [kind]), part.began_at <= at, or_(part.ended_at.is_(None), part.ended_at > at))


def zones(session: Session, cameras: Collection[str]) -> Sequence[tables.ViewPart]:
    """Every zone that these cameras ever had, the oldest first."""
    part = tables.ViewPart
    wanted = select(part).where(part.camera_id.in_(cameras), part.kind == ViewPartKind.ZONE)
    return session.scalars(wanted.order_by(part.id)).all()
