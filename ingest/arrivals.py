"""Arrivals: bytes into the archive, then the row and the queue. What these answer for survives a power cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ingest import exif
from ingest.clocks import Times, in_utc, times
from ingest.frames import Region
from ingest.headers import look
from ingest.intake import Intake, camera_of
from store import cameras, frames, tables
from store.errors import HeaderBroken
from store.frames import Kept, NewFrame
from store.session import reading, transaction
from store.vocabulary import Origin, UploadKind

__all__ = ["Accepted", "Times", "accept_frame", "accept_upload", "times"]

LIVE = (Origin.STREAM, Origin.DOOR)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """One file handed in. frame: of a picture; a clip's come when it is opened. new: not handed in before."""

    upload: int
    kind: UploadKind
    frame: int | None
    sha256: str
    new: bool


def accept_upload(intake: Intake, *, camera: str, data: bytes, stated_at: datetime | None, now: datetime) -> Accepted:
    """Keep a picture or clip that a camera handed in; the same one again gives the same ids.

    stated_at: what the sender said; else the picture's own EXIF time, in the site's zone.
    Raises NotAPicture, HeaderBroken, TooLarge, UnknownCamera, DiskNearlyFull, DatabaseBusy.
    """
    header = look(data)
    with reading(intake.engine) as session:
        zone = ZoneInfo(session.get_one(tables.Site, camera_of(session, camera).site_id).time_zone)
    at = times(_stated(stated_at, data, zone), now)
    digest, frame = intake.archived(data), None
    with transaction(intake.engine) as session:
        upload = frames.keep_upload(
            session, camera=camera, sha256=digest, stated_at=at.stated_at, kind=header.kind, received_at=now
        )
        if header.kind is UploadKind.PICTURE:
            frame = frames.keep(
                session,
                NewFrame(
                    camera=camera, sha256=digest, stated_at=at.stated_at, taken_at=at.taken_at, received_at=now,
                    origin=Origin.DOOR, width=header.width, height=header.height, upload=upload.id,
                    clock_fault=at.clock_fault,
                ),
            ).id  # fmt: skip
        if upload.new:
            cameras.kept(session, camera, at=now, picture=digest if frame is not None else None)
            if at.stated_at is not None:
                cameras.clock_off(session, camera, at.offset_s)
    return Accepted(upload=upload.id, kind=header.kind, frame=frame, sha256=digest, new=upload.new)


def accept_frame(
    intake: Intake, *, camera: str, data: bytes, size: tuple[int, int], at: Times, origin: Origin,
    received_at: datetime, motion: Sequence[Region] = (), upload: int | None = None, send: bool = True,
) -> Kept:  # fmt: skip
    """Keep one frame. size: width and height; 0 x 0 for bytes that nobody could open.

    A live one shows that its camera is alive. Raises DiskNearlyFull, DatabaseBusy.
    """
    digest = intake.archived(data)
    with transaction(intake.engine) as session:
        kept = frames.keep(
            session,
            NewFrame(
                camera=camera, sha256=digest, stated_at=at.stated_at, taken_at=at.taken_at, received_at=received_at,
                origin=origin, width=size[0], height=size[1], upload=upload, clock_fault=at.clock_fault, send=send,
                motion=[(region.x, region.y, region.w, region.h) for region in motion],
            ),
        )  # fmt: skip
        if kept.new and origin in LIVE:
            cameras.kept(session, camera, at=received_at, picture=digest if all(size) else None)
    return kept


def _stated(stated_at: datetime | None, data: bytes, zone: ZoneInfo) -> datetime | None:
    """A sender's impossible time is the sender's fault; a camera's is only passed over."""
    if stated_at is not None:
        return in_utc(stated_at)
    told = exif.stated_time(data, zone)
    try:
        return None if told is None else in_utc(told)
    except HeaderBroken:
        return None
