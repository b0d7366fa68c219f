"""Views: how each camera's picture is when all is well, and when people said that it looks elsewhere."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import tables


def reference(session: Session, camera: str, *, night: bool) -> tables.ReferenceView | None:
    """The present one by day or by night; None before the first."""
    view = tables.ReferenceView
    wanted = select(view).where(view.camera_id == camera, view.night == night, view.replaced_at.is_(None))
    return session.scalar(wanted.order_by(view.id.desc()).limit(1))


def has_reference(session: Session, camera: str, *, night: bool) -> bool:
    """Whether there is one, without reading its pixels."""
    view = tables.ReferenceView
    wanted = select(view.id).where(view.camera_id == camera, view.night == night, view.replaced_at.is_(None))
    return session.scalar(wanted.limit(1)) is not None


def put(
    session: Session, camera: str, *, night: bool, shape: tuple[int, int], grey: bytes, at: datetime
) -> tables.ReferenceView:
    """A new reference view. shape: height, width."""
    forget(session, camera, night=night, at=at)
    row = tables.ReferenceView(
        camera_id=camera, night=night, since=at, height=shape[0], width=shape[1], grey=grey, sharpness=[]
    )
    session.add(row)
    session.flush()
    return row


def forget(session: Session, camera: str, *, at: datetime, night: bool | None = None) -> None:
    """The present views count no more; the next good pictures make new ones."""
    view = tables.ReferenceView
    which = (view.camera_id == camera) & view.replaced_at.is_(None)
    which = which if night is None else which & (view.night == night)
    session.execute(update(view).where(which).values(replaced_at=at))


def change(session: Session, camera: str, *, person: int, since: datetime, note: str, now: datetime) -> None:
    """A person says that the camera looks elsewhere on purpose: a new segment of evidence begins."""
    forget(session, camera, at=now)
    begin_segment(session, camera, person=person, since=since, note=note, now=now)


def begin_segment(session: Session, camera: str, *, person: int, since: datetime, note: str, now: datetime) -> None:
    """What is watched of the camera's view is another part from now on; its reference views stay."""
    session.add(tables.ViewChange(camera_id=camera, at=now, since=since, person_id=person, note=note))
    session.flush()


def changes(session: Session, camera: str) -> Sequence[tables.ViewChange]:
    """When the camera began to look, or to be watched, elsewhere, the oldest first: each begins a segment."""
    view = tables.ViewChange
    return session.scalars(select(view).where(view.camera_id == camera).order_by(view.at, view.id)).all()
