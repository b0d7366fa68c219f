"""Arrivals: bytes into the archive, then the row and the queue. What these answer for survives a power cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ingest import exif
from ingest.clocks import Times, in_utc, times
from ingest.frames import Region
from ingest.headers import look
from ingest.intake import Intake, zone_of
from store import cameras, frames
from store.errors import HeaderBroken
from store.frames import Kept, NewFrame
from store.session import reading, transaction
from store.vocabulary import Origin, UploadKind

__all__ = ["Accepted", "Times", "accept_frame", "accept_upload", "own_time", "times"]

LIVE = (Origin.STREAM, Origin.DOOR)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """One file handed in. frame: of a picture; a clip's come when it is opened. new: not handed in before."""

    upload: int
    kind: UploadKind
    frame: int | None
    sha256: str
    new: bool


def accept_upload(
    intake: Intake, *, camera: str, data: bytes, stated_at: datetime | None, now: datetime,
    else_at: datetime | None = None, queued_at: datetime | None = None,
) -> Accepted:  # fmt: skip
    """Keep a picture or clip that a camera handed in; the same one again gives the same ids.

    stated_at: what the sender said; else the picture's own EXIF time, in the camera's zone;
    else else_at. queued_at: the time on the wall, where now, when it was received, is past.
    Raises NotAPicture, HeaderBroken, TooLarge, UnknownCamera, DiskNearlyFull, DatabaseBusy.
    """
    header = look(data)
    with reading(intake.engine) as session:
        zone, offset = zone_of(session, camera), cameras.clock_offset(session, camera)
    told = own_time(data, zone) if stated_at is None else in_utc(stated_at)
    at = times(told or else_at, now, offset)
    digest, frame = intake.archived(data), None
    with transaction(intake.engine) as session:
        upload = frames.keep_upload(
            session,
            camera=camera,
            sha256=digest,
            stated_at=at.stated_at,
            kind=header.kind,
            received_at=now,
            size_bytes=len(data),
        )
        if header.kind is UploadKind.PICTURE:
            frame = frames.keep(
                session,
                NewFrame(
                    camera=camera, sha256=digest, stated_at=at.stated_at, taken_at=at.taken_at, received_at=now,
                    origin=Origin.DOOR, width=header.width, height=header.height, upload=upload.id,
                    clock_fault=at.clock_fault, size_bytes=len(data), queued_at=queued_at,
                ),
            ).id  # fmt: skip
        if upload.new:
            cameras.kept(session, camera, at=now, picture=digest if frame is not None else None)
    return Accepted(upload=upload.id, kind=header.kind, frame=frame, sha256=digest, new=upload.new)


def accept_frame(
    intake: Intake, *, camera: str, data: bytes, size: tuple[int, int], at: Times, origin: Origin,
    received_at: datetime, motion: Sequence[Region] = (), upload: int | None = None, send: bool = True,
    queued_at: datetime | None = None,
) -> Kept:  # fmt: skip
    """Keep one frame. size: width and height; 0 x 0 for bytes that nobody could open.

    queued_at: now, where received_at is not.

    A live one shows that its camera is alive. Raises DiskNearlyFull, DatabaseBusy.
    """
    digest = intake.archived(data)
    with transaction(intake.engine) as session:
        kept = frames.keep(
            session,
            NewFrame(
                camera=camera, sha256=digest, stated_at=at.stated_at, taken_at=at.taken_at, received_at=received_at,
                origin=origin, width=size[0], height=size[1], upload=upload, clock_fault=at.clock_fault, send=send,
                motion=[(region.x, region.y, region.w, region.h) for region in motion], queued_at=queued_at,
                size_bytes=len(data),
            ),
        )  # fmt: skip
        if kept.new and origin in LIVE:
            cameras.kept(session, camera, at=received_at, picture=digest if all(size) else None)
    return kept


def own_time(data: bytes, zone: ZoneInfo) -> datetime | None:
    """When a picture itself says that it was taken, in UTC; a time that no calendar has is passed over."""
    told = exif.stated_time(data, zone)
    try:
        return None if told is None else in_utc(told)
    except HeaderBroken:
        return None
