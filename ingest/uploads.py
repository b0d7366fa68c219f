"""Uploads: clips that were handed in become frames in the queue. Killed anywhere, a second run adds nothing twice."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from ingest.arrivals import Times, accept_frame, times
from ingest.decoding import Decoder
from ingest.frames import Region, Shot
from ingest.gate import Gate
from ingest.intake import Intake
from store import frames, tables
from store.errors import ArchiveFileMissing, Undecodable
from store.frames import NewFrame
from store.session import reading, transaction
from store.vocabulary import Origin

EVERY_S = 0.5
FLOOR_S = 5.0
"""Of a clip, at least one shot in this time is kept, moved or not: somebody handed it in for a reason."""

log = structlog.get_logger()


def open_waiting(intake: Intake, decoder: Decoder, *, now: datetime, stop: threading.Event | None = None) -> int:
    """Open the clips that wait; gives how many. When stop is set the one at hand waits for the next run.

    Raises DiskNearlyFull, DatabaseBusy: then the clip waits on.
    """
    stop, opened = stop or threading.Event(), 0
    with reading(intake.engine) as session:
        waiting = list(frames.waiting_clips(session))
    for upload in waiting:
        error = _open(intake, decoder, upload, stop)
        if stop.is_set():
            break
        with transaction(intake.engine) as session:
            frames.upload_opened(session, upload.id, at=now, error=error)
        log.info("upload.opened", upload=upload.id, camera=upload.camera_id, error=error)
        opened += 1
    return opened


def gated(
    decoder: Decoder, clip: Path, read: Callable[[float], object] = lambda _: None
) -> Iterator[tuple[Shot, tuple[Region, ...]]]:
    """The shots of a clip that are worth scoring, the first always among them, with what moved.

    read is told the time of each shot, worth it or not. Raises Undecodable.
    """
    gate, kept_at = Gate(), -FLOOR_S
    for shot in decoder.clip(clip, EVERY_S):
        read(shot.at_s)
        look = gate.look(shot.thumb, shot.at_s)
        if look.kept or shot.at_s - kept_at >= FLOOR_S:
            kept_at = shot.at_s
            yield shot, look.regions


def _open(intake: Intake, decoder: Decoder, upload: tables.Upload, stop: threading.Event) -> str | None:
    """Keep the clip's frames; gives what was wrong with it. What came before a fault stays."""
    start = times(upload.stated_at, upload.received_at)
    try:
        for shot, regions in gated(decoder, intake.archive.path(upload.sha256)):
            if stop.is_set():
                return None
            accept_frame(
                intake, camera=upload.camera_id, data=shot.picture, size=(shot.width, shot.height),
                at=later(start, shot.at_s), origin=Origin.DOOR, received_at=upload.received_at, motion=regions,
                upload=upload.id,
            )  # fmt: skip
    except (Undecodable, ArchiveFileMissing) as fault:
        _keep_broken(intake, upload, start)
        return fault.detail
    return None


def later(start: Times, at_s: float) -> Times:
    """The times of a shot. It has a stated time in any case, which tells it from the clip's other shots."""
    after = timedelta(seconds=round(at_s, 3))
    stated = (start.stated_at or start.taken_at) + after
    return Times(stated_at=stated, taken_at=start.taken_at + after, clock_fault=start.clock_fault)


def _keep_broken(intake: Intake, upload: tables.Upload, start: Times) -> None:
    """A clip without a single shot gets one frame of no pixels, so that the decision UNREADABLE is made for it."""
    with transaction(intake.engine) as session:
        if frames.first_of_upload(session, upload.id) is None:
            frames.keep(
                session,
                NewFrame(
                    camera=upload.camera_id, sha256=upload.sha256, stated_at=start.stated_at,
                    taken_at=start.taken_at, received_at=upload.received_at, origin=Origin.DOOR, width=0, height=0,
                    upload=upload.id, clock_fault=start.clock_fault,
                ),
            )  # fmt: skip
