"""Recordings: seconds of a camera's stream as they were received, and the seconds of it that were left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import tables
from store.vocabulary import Origin


@dataclass(frozen=True, kw_only=True)
class NewRecording:
    """A recording whose bytes are in the archive. size: in bytes; times by the server's clock."""

    camera: str
    sha256: str
    size: int
    codec: str
    began_at: datetime
    ended_at: datetime
    width: int
    height: int


def keep(session: Session, new: NewRecording) -> tables.Recording:
    """Write it down."""
    row = tables.Recording(
        camera_id=new.camera, sha256=new.sha256, size=new.size, codec=new.codec, began_at=new.began_at,
        ended_at=new.ended_at, width=new.width, height=new.height,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def of_visit(session: Session, visit: int) -> Sequence[tables.Recording]:
    """The recordings that hold a live frame of the visit, in the order of time."""
    return session.scalars(
        select(tables.Recording)
        .where(
            select(tables.Frame.id)
            .join(tables.Decision, tables.Decision.frame_id == tables.Frame.id)
            .where(
                tables.Decision.visit_id == visit,
                tables.Frame.camera_id == tables.Recording.camera_id,
                tables.Frame.origin == Origin.STREAM,
                tables.Frame.received_at.between(tables.Recording.began_at, tables.Recording.ended_at),
            )
            .exists()
        )
        .order_by(tables.Recording.began_at, tables.Recording.id)
    ).all()


def shed(session: Session, camera: str, *, at: datetime, seconds: float, pictures: int) -> None:
    """Add to what was left out in this minute."""
    minute = at.replace(second=0, microsecond=0)
    row = session.get(tables.Shed, (camera, minute))
    if row is None:
        row = tables.Shed(camera_id=camera, minute=minute, seconds=0.0, pictures=0)
        session.add(row)
    row.seconds, row.pictures = row.seconds + seconds, row.pictures + pictures
    session.flush()


def shed_between(session: Session, camera: str, begin: datetime, end: datetime) -> Sequence[tables.Shed]:
    """The minutes from begin on and before end in which something was left out."""
    return session.scalars(
        select(tables.Shed)
        .where(tables.Shed.camera_id == camera, tables.Shed.minute >= begin, tables.Shed.minute < end)
        .order_by(tables.Shed.minute)
    ).all()
