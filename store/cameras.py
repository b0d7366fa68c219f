"""Cameras as they are now: what was last seen of each, and the keys by which they hand frames in."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound


def find(session: Session, camera: str) -> tables.Camera | None:
    """The camera of this name, unless it was retired."""
    row = session.get(tables.Camera, camera)
    return None if row is None or row.retired_at is not None else row


def status(session: Session, camera: str) -> tables.CameraStatus:
    """What is known of a camera; an empty row is made where nothing is. Call it in a transaction."""
    row = session.get(tables.CameraStatus, camera)
    if row is None:
        session.execute(select(tables.Camera.id).where(tables.Camera.id == camera).with_for_update(key_share=True))
        row = session.get(tables.CameraStatus, camera)
    if row is None:
        row = tables.CameraStatus(camera_id=camera)
        session.add(row)
        session.flush()
    return row


def statuses(session: Session) -> Sequence[tables.CameraStatus]:
    """What is known of every camera that was ever seen or looked for."""
    return session.scalars(select(tables.CameraStatus).order_by(tables.CameraStatus.camera_id)).all()


def seen(session: Session, camera: str, *, at: datetime) -> None:
    """The source gave a picture, so nothing is wrong with it."""
    row = status(session, camera)
    row.last_seen_at = _later(row.last_seen_at, at)
    row.fault = row.fault_since = None


def kept(session: Session, camera: str, *, at: datetime, picture: str | None) -> None:
    """A frame or clip of this camera was kept. picture: the sha256 of one that can be shown."""
    row = status(session, camera)
    newest = row.last_frame_at is None or at >= row.last_frame_at
    row.last_seen_at, row.last_frame_at = _later(row.last_seen_at, at), _later(row.last_frame_at, at)
    row.latest_sha256 = picture if picture and newest else row.latest_sha256
    row.fault = row.fault_since = None


def clock_off(session: Session, camera: str, offset: timedelta | None) -> None:
    """How far the camera's clock is ahead of ours, as measured over its last pictures; None: nobody can tell."""
    status(session, camera).clock_offset_s = None if offset is None else offset.total_seconds()


def clock_offset(session: Session, camera: str) -> timedelta | None:
    """What was measured last of the camera's clock."""
    row = session.get(tables.CameraStatus, camera)
    return None if row is None or row.clock_offset_s is None else timedelta(seconds=row.clock_offset_s)


def fault(session: Session, camera: str, says: str, *, at: datetime) -> None:
    """The source cannot be opened or read; since: when this began, whatever its words were then."""
    row = status(session, camera)
    row.fault, row.fault_since = says, row.fault_since or at


def by_key(session: Session, key_hash: str) -> tables.Camera | None:
    """The camera whose key has this hash; None for a key revoked or a camera retired."""
    return session.scalar(
        select(tables.Camera)
        .join(tables.CameraKey, tables.CameraKey.camera_id == tables.Camera.id)
        .where(
            tables.CameraKey.key_hash == key_hash,
            tables.CameraKey.revoked_at.is_(None),
            tables.Camera.retired_at.is_(None),
        )
    )


def add_key(session: Session, camera: str, key_hash: str, now: datetime) -> None:
    """Let a camera hand frames in with the key of this hash."""
    session.add(tables.CameraKey(camera_id=camera, key_hash=key_hash, created_at=now))
    session.flush()


def keys(session: Session, camera: str | None = None) -> Sequence[tables.CameraKey]:
    """Keys of one camera or all, revoked ones too, oldest first."""
    wanted = select(tables.CameraKey).order_by(tables.CameraKey.id)
    return session.scalars(wanted if camera is None else wanted.where(tables.CameraKey.camera_id == camera)).all()


def key(session: Session, number: int) -> tables.CameraKey:
    """One key. Raises NotFound."""
    row = session.get(tables.CameraKey, number)
    if row is None:
        raise NotFound(f"there is no key {number}: `bearwatch key list` shows them")
    return row


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)
