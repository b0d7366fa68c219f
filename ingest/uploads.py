"""Uploads: clips that were handed in become frames in the queue. Killed anywhere, a second run adds nothing twice."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from ingest import masking
from ingest.arrivals import Times, accept_frame, times
from ingest.clocks import AHEAD
from ingest.decoding import Decoder
from ingest.frames import Region, Shot
from ingest.gate import Gate
from ingest.intake import Intake
from ingest.masking import Masking
from ingest.masks import NONE, Masks
from store import cameras, frames, tables
from store.errors import (
    ArchiveFileMissing,
    DatabaseAway,
    DatabaseBusy,
    DatabaseFull,
    DiskNearlyFull,
    Undecodable,
)
from store.frames import NewFrame
from store.session import reading, transaction
from store.vocabulary import Origin

EVERY_S = 0.5
FLOOR_S = 5.0
"""Of a clip, at least one shot in this time is kept, moved or not: somebody handed it in for a reason."""

WAITS_ON = (DatabaseAway, DatabaseBusy, DatabaseFull, DiskNearlyFull)
"""No fault of a clip's."""

TRIES = 5
"""A clip over which we failed so often is marked as opened, with the error."""

LONGEST_S = 86_400.0
"""No shot is dated further than this from its clip's start."""

log = structlog.get_logger()


@dataclass
class Failures:
    """The clips over which an error that nobody foresaw was met, and when each is tried again."""

    tries: Counter[int] = field(default_factory=Counter)
    again_at: dict[int, datetime] = field(default_factory=dict)

    def again(self, upload: int, now: datetime) -> bool:
        """Count one more; gives whether to try once more, later."""
        self.tries[upload] += 1
        self.again_at[upload] = now + timedelta(seconds=min(60, 4 ** (self.tries[upload] - 1)))
        return self.tries[upload] < TRIES


def open_waiting(
    intake: Intake, decoder: Decoder, *, now: datetime, stop: threading.Event | None = None,
    failures: Failures | None = None,
) -> int:  # fmt: skip
    """Open the clips that wait; gives how many. When stop is set the one at hand waits for the next run.

    failures: of the runs before. A clip over which we fail keeps none of the others, and after TRIES it is opened
    with its error. Raises DiskNearlyFull, and DatabaseBusy and the like: then the clip waits on.
    """
    stop, failures, opened = stop or threading.Event(), failures or Failures(), 0
    with reading(intake.engine) as session:
        waiting = list(frames.waiting_clips(session, limit=10 + len(failures.again_at)))
    for upload in waiting:
        if failures.again_at.get(upload.id, now) > now:
            continue
        try:
            error = _open(intake, decoder, upload, stop)
        except WAITS_ON:
            raise
        except Exception as fault:
            log.exception("upload.failed", upload=upload.id, camera=upload.camera_id)
            if failures.again(upload.id, now):
                continue
            error = _given_up(intake, upload, fault)
        if stop.is_set():
            break
        with transaction(intake.engine) as session:
            frames.upload_opened(session, upload.id, at=now, error=error)
        failures.again_at.pop(upload.id, None)
        log.info("upload.opened", upload=upload.id, camera=upload.camera_id, error=error)
        opened += 1
    return opened


def gated(
    decoder: Decoder, clip: Path, read: Callable[[float], object] = lambda _: None, masks: Masks = NONE
) -> Iterator[tuple[Shot, tuple[Region, ...]]]:
    """The shots of a clip that are worth scoring, the first always among them, with what moved.

    read is told the time of each shot, worth it or not. In masks nothing counts as moved. Raises Undecodable.
    """
    gate, masked, kept_at = Gate(), Masking(masks), -FLOOR_S
    for shot in decoder.clip(clip, EVERY_S):
        read(shot.at_s)
        look = gate.look(shot.thumb, shot.at_s, masked.over(shot))
        if look.kept or shot.at_s - kept_at >= FLOOR_S:
            kept_at = shot.at_s
            yield shot, look.regions


def _open(intake: Intake, decoder: Decoder, upload: tables.Upload, stop: threading.Event) -> str | None:
    """Keep the clip's frames; gives what was wrong with it. What came before a fault stays."""
    with reading(intake.engine) as session:
        offset = cameras.clock_offset(session, upload.camera_id)
        masks = masking.in_force(session, upload.camera_id, at=upload.received_at)
    start = times(upload.stated_at, upload.received_at, offset)
    try:
        for shot, regions in gated(decoder, intake.archive.path(upload.sha256), masks=masks):
            if stop.is_set():
                return None
            accept_frame(
                intake, camera=upload.camera_id, data=shot.picture, size=(shot.width, shot.height),
                at=later(start, shot.at_s, upload.received_at), origin=Origin.DOOR, received_at=upload.received_at,
                motion=regions, upload=upload.id,
            )  # fmt: skip
    except (Undecodable, ArchiveFileMissing) as fault:
        _keep_broken(intake, upload, start)
        return fault.detail
    return None


def _given_up(intake: Intake, upload: tables.Upload, fault: Exception) -> str:
    """What is told of a clip over which we failed too often; its frame is decided as UNREADABLE."""
    try:
        _keep_broken(intake, upload, times(upload.stated_at, upload.received_at))
    except WAITS_ON:
        raise
    except Exception:
        log.exception("upload.undecided", upload=upload.id)
    return f"an error of ours ({type(fault).__name__}), {TRIES} times: see the log"


def later(start: Times, at_s: float, received_at: datetime) -> Times:
    """The times of a shot. It has a stated time in any case, which tells it from the clip's other shots.

    What a clip says of its own length is believed as little as what a camera says of its clock.
    """
    after = timedelta(seconds=round(min(at_s, LONGEST_S), 3))
    if start.stated_at is None:
        taken = min(start.taken_at + after, received_at + AHEAD)
        return Times(stated_at=start.taken_at + after, taken_at=taken)
    if start.clock_fault is not None:
        taken = min(start.taken_at + after, received_at + AHEAD)
        return Times(stated_at=start.stated_at + after, taken_at=taken, clock_fault=start.clock_fault)
    return times(start.stated_at + after, received_at)


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
