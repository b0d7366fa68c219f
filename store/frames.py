"""Uploads and frames: kept once for the same camera, bytes and stated time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound
from store.vocabulary import Origin, QueueState, UploadKind

PRIORITY = {Origin.STREAM: 0, Origin.DOOR: 0, Origin.SEEDED: 0, Origin.REPLAY: 1, Origin.BULK: 2}
"""Smaller comes first: what a camera sees now never waits for old footage."""


@dataclass(frozen=True, kw_only=True)
class NewFrame:
    """A frame whose bytes are in the archive already. motion: (x, y, w, h) as fractions.

    queued_at: now, by the clock on the wall, where received_at is not: a replay sets it to the footage's own time.
    """

    camera: str
    sha256: str
    stated_at: datetime | None
    taken_at: datetime
    received_at: datetime
    origin: Origin
    width: int
    height: int
    motion: Sequence[tuple[float, float, float, float]] = ()
    upload: int | None = None
    clock_fault: str | None = None
    send: bool = True
    queued_at: datetime | None = None
    size_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The row's id, and whether it is new."""

    id: int
    new: bool


def stated_key(stated_at: datetime | None) -> str:
    """The stated time as it enters a frame's identity.

    >>> stated_key(None)
    ''
    >>> stated_key(datetime(2026, 11, 23, 7, tzinfo=UTC))
    '2026-11-23T07:00:00.000000+00:00'
    """
    return "" if stated_at is None else stated_at.astimezone(UTC).isoformat(timespec="microseconds")


def keep(session: Session, frame: NewFrame) -> Kept:
    """Write the frame and queue it; the same frame a second time gives the first one's id.

    Call it in a transaction. The camera's row is locked first, so that two doors that hand in the same
    frame in the same instant make one row.
    """
    _hold_camera(session, frame.camera)
    known = session.scalar(
        select(tables.Frame.id).where(
            tables.Frame.camera_id == frame.camera,
            tables.Frame.sha256 == frame.sha256,
            tables.Frame.stated_key == stated_key(frame.stated_at),
        )
    )
    if known is not None:
        return Kept(id=known, new=False)
    row = tables.Frame(
        camera_id=frame.camera,
        sha256=frame.sha256,
        stated_key=stated_key(frame.stated_at),
        stated_at=frame.stated_at,
        taken_at=frame.taken_at,
        received_at=frame.received_at,
        origin=frame.origin,
        upload_id=frame.upload,
        width=frame.width,
        height=frame.height,
        motion=[list(region) for region in frame.motion],
        clock_fault=frame.clock_fault,
        send=frame.send,
        size_bytes=frame.size_bytes,
    )
    session.add(row)
    session.flush()
    session.add(
        tables.QueuedFrame(
            frame_id=row.id, state=QueueState.WAITING, priority=PRIORITY[frame.origin],
            available_at=frame.queued_at or frame.received_at,
        )
    )  # fmt: skip
    session.flush()
    return Kept(id=row.id, new=True)


def keep_upload(
    session: Session,
    *,
    camera: str,
    sha256: str,
    stated_at: datetime | None,
    kind: UploadKind,
    received_at: datetime,
    size_bytes: int = 0,
) -> Kept:
    """Write one handed-in file; a picture counts as opened at once, a clip waits for the watcher."""
    _hold_camera(session, camera)
    known = session.scalar(
        select(tables.Upload.id).where(
            tables.Upload.camera_id == camera,
            tables.Upload.sha256 == sha256,
            tables.Upload.stated_key == stated_key(stated_at),
        )
    )
    if known is not None:
        return Kept(id=known, new=False)
    row = tables.Upload(
        camera_id=camera,
        sha256=sha256,
        stated_key=stated_key(stated_at),
        stated_at=stated_at,
        kind=kind,
        received_at=received_at,
        opened_at=received_at if kind is UploadKind.PICTURE else None,
        size_bytes=size_bytes,
    )
    session.add(row)
    session.flush()
    return Kept(id=row.id, new=True)


def _hold_camera(session: Session, camera: str) -> None:
    session.execute(select(tables.Camera.id).where(tables.Camera.id == camera).with_for_update(key_share=True))


def waiting_clips(session: Session, limit: int = 10) -> Sequence[tables.Upload]:
    """Uploaded clips whose frames are not in the queue yet, oldest first."""
    return session.scalars(
        select(tables.Upload).where(tables.Upload.opened_at.is_(None)).order_by(tables.Upload.id).limit(limit)
    ).all()


def upload_opened(session: Session, upload: int, *, at: datetime, error: str | None = None) -> None:
    """Mark a clip as opened, with what went wrong where something did."""
    row = session.get_one(tables.Upload, upload)
    row.opened_at, row.error = at, error


def get(session: Session, frame: int) -> tables.Frame:
    """One frame. Raises NotFound."""
    row = session.get(tables.Frame, frame)
    if row is None:
        raise NotFound(f"there is no frame {frame}")
    return row


def of_upload(session: Session, upload: int) -> Sequence[tables.Frame]:
    """The frames of one upload, in order."""
    return session.scalars(
        select(tables.Frame).where(tables.Frame.upload_id == upload).order_by(tables.Frame.id)
    ).all()


def first_of_upload(session: Session, upload: int) -> int | None:
    """The id of an uploaded picture's frame."""
    return session.scalar(select(tables.Frame.id).where(tables.Frame.upload_id == upload).limit(1))


def of_visit(session: Session, visit: int) -> Sequence[tables.Frame]:
    """The frames of one visit, in the order they were taken."""
    return session.scalars(
        select(tables.Frame)
        .join(tables.Decision, tables.Decision.frame_id == tables.Frame.id)
        .where(tables.Decision.visit_id == visit)
        .order_by(tables.Frame.taken_at, tables.Frame.id)
    ).all()


MOST_SHOWN = 24


def shown_of(session: Session, alert: tables.Alert) -> list[int]:
    """Frames of an alert's visit that its camera took, in order, at most so many, evenly."""
    frame, decision = tables.Frame, tables.Decision
    wanted = (
        select(frame.id)
        .join(decision, decision.frame_id == frame.id)
        .where(decision.visit_id == alert.visit_id, decision.camera_id == alert.camera_id, frame.width > 0)
    )
    found = list(session.scalars(wanted.order_by(frame.taken_at, frame.id)))
    many = len(found)
    return [found[number * many // MOST_SHOWN] for number in range(MOST_SHOWN)] if many > MOST_SHOWN else found


def received_times(session: Session, camera: str, *, since: datetime, limit: int = 2000) -> list[datetime]:
    """When live pictures of a camera came in since then, the oldest of the newest first."""
    frame = tables.Frame
    wanted = select(frame.received_at).where(
        frame.camera_id == camera, frame.origin == Origin.DOOR, frame.received_at >= since
    )
    return sorted(session.scalars(wanted.order_by(frame.id.desc()).limit(limit)))


def stated_times(session: Session, camera: str, *, limit: int) -> list[tuple[datetime, datetime]]:
    """What a camera's clock said of its newest live pictures and when they came: (stated, received), newest last."""
    frame = tables.Frame
    wanted = select(frame.stated_at, frame.received_at).where(
        frame.camera_id == camera, frame.origin == Origin.DOOR, frame.stated_at.is_not(None)
    )
    rows = session.execute(wanted.order_by(frame.id.desc()).limit(limit)).all()
    return sorted(((stated, received) for stated, received in rows if stated), key=lambda pair: pair[1])


def first_live_at(session: Session, camera: str) -> datetime | None:
    """When the first frame that a camera gave as it was taken came in; None before it."""
    frame = tables.Frame
    wanted = select(frame.received_at).where(
        frame.camera_id == camera, frame.origin.in_((Origin.STREAM, Origin.DOOR))
    )
    return session.scalar(wanted.order_by(frame.taken_at).limit(1))
