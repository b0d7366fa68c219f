"""Watcher: one camera's thread. Source, latest picture, gate, archive and queue."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from ingest import sources, streams
from ingest.arrivals import Times, accept_frame
from ingest.decoding import Decoder
from ingest.frames import Shot
from ingest.gate import Gate, Look
from ingest.intake import Intake
from ingest.keeping import Keeping
from ingest.lapsing import Lapse
from ingest.masking import Masking
from ingest.pace import Pace
from store import tables
from store.errors import BearwatchError, DatabaseAway, DatabaseBusy, DatabaseFull, DiskNearlyFull
from store.vocabulary import Origin

LATEST_EVERY = timedelta(seconds=1)
STEADY_S = 10.0
"""A source that ran this long was in order: the next pause is short again."""

TRIES, AGAIN_S = 3, 1.0
DEEP = 200
"""With more frames than this in the queue fewer are added."""

Clock = Callable[[], datetime]
log = structlog.get_logger()


@dataclass
class Backlog:
    """How many frames of cameras wait for the model; set by the watch, read by every watcher."""

    depth: int = 0

    @property
    def spacing(self) -> timedelta:
        """The least time between two kept frames of one camera: so old ones are caught up and new ones still seen."""
        return timedelta(seconds=min(60.0, self.depth / 40) if self.depth > DEEP else 0.0)


class Watcher:
    """One camera. seen_at: when it last gave a picture; fault: why it gives none now, in words."""

    def __init__(
        self, intake: Intake, camera: tables.Camera, *, files: Decoder, backlog: Backlog, clock: Clock,
        allowed: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.camera = camera
        self.seen_at: datetime | None = None
        self.fault: str | None = None
        self.fault_at: datetime | None = None
        self.newest: Shot | None = None
        self.masking = Masking()
        self._intake, self._files, self._backlog, self._clock = intake, files, backlog, clock
        self._gate, self._pace, self._begun = Gate(), Pace(), time.monotonic()
        self._lapse = Lapse(intake, camera.id, files)
        self._shown_at: datetime | None = None
        self._kept_at: datetime | None = None
        self._shed, self._ran_s = 0, 0.0
        self._stop = threading.Event()
        self._source: sources.FrameSource | None = None
        self._allowed = tuple(allowed)
        self.recorder = Keeping(intake, camera.id, clock)
        self._thread = threading.Thread(target=self._run, name=f"camera-{camera.id}", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def end(self) -> None:
        """Stop watching; returns at once."""
        self._stop.set()
        if self._source is not None:
            self._source.cut()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        """Open the source again after each failure, until the end. Nothing that goes wrong ends the thread."""
        failures = 0
        while not self._stop.is_set():
            try:
                self._watch()
                self._failed("the source ended: it is opened again")
            except BearwatchError as fault:
                self._failed(fault.detail)
            except Exception as fault:
                log.exception("camera.broke", camera=self.camera.id)
                self._failed(f"an error of ours ({type(fault).__name__}): see the log")
            failures = 1 if self._ran_s >= STEADY_S else failures + 1
            self._stop.wait(streams.pause_s(failures))

    def _watch(self) -> None:
        """Until the source ends, which for a stream is always a fault."""
        self._ran_s = 0.0
        self._source = sources.of_camera(self.camera, self._files, self._allowed)
        try:
            for shot in self._source.shots(self._stop):
                self._ran_s = shot.at_s
                self._see(self._source, shot)
                self.recorder.take(self._source)
        finally:
            self.recorder.take(self._source)

    def _see(self, source: sources.FrameSource, shot: Shot) -> None:
        now = self._clock()
        if self.fault is not None or self.seen_at is None:
            log.info("camera.opened", camera=self.camera.id)
        self.seen_at, self.fault, self.newest = now, None, shot
        self._show(shot, now)
        at_s = time.monotonic() - self._begun
        look = self._gate.look(shot.thumb, at_s, self.masking.over(shot))
        if look.regions:
            source.follow()
        elif look.unsure:
            source.stay()
        if self._pace.keeps(look, at_s) and not self._must_shed(now):
            self._keep(source.fine(shot), look, now)
        self._lapse.see(shot, now)

    def _failed(self, says: str) -> None:
        if self._stop.is_set():
            return
        if says != self.fault:
            log.warning("camera.broken", camera=self.camera.id, detail=says)
        self.fault_at = self.fault_at if self.fault is not None else self._clock()
        self.fault = says

    def _show(self, shot: Shot, now: datetime) -> None:
        if self._shown_at is not None and now - self._shown_at < LATEST_EVERY:
            return
        self._shown_at = now
        try:
            write_latest(self._intake.data_dir, self.camera.id, shot.picture)
        except OSError as fault:
            log.warning("latest.unwritten", camera=self.camera.id, detail=str(fault))

    def _must_shed(self, now: datetime) -> bool:
        shed = self._kept_at is not None and now - self._kept_at < self._backlog.spacing
        if shed and not self._shed:
            log.warning("frame.shed", camera=self.camera.id, depth=self._backlog.depth)
        if not shed and self._shed:
            log.warning("frame.shed.counted", camera=self.camera.id, frames=self._shed)
        self._shed = self._shed + 1 if shed else 0
        if shed:
            self.recorder.left_out(streams.EVERY_S, 1)
        return shed

    def _keep(self, shot: Shot, look: Look, now: datetime) -> None:
        for _ in range(TRIES):
            try:
                accept_frame(
                    self._intake, camera=self.camera.id, data=shot.picture, size=(shot.width, shot.height),
                    at=Times(stated_at=now, taken_at=now), origin=Origin.STREAM, received_at=now,
                    motion=look.regions,
                )  # fmt: skip
            except (DatabaseBusy, DatabaseAway, DatabaseFull) as fault:
                log.warning("frame.delayed", camera=self.camera.id, detail=fault.detail)
                if self._stop.wait(AGAIN_S):
                    break
            except DiskNearlyFull as fault:
                log.error("frame.refused", camera=self.camera.id, detail=fault.detail)
                return
            else:
                self._kept_at = now
                return
        log.error("frame.lost", camera=self.camera.id)


def write_latest(data_dir: Path, camera: str, picture: bytes) -> None:
    """The camera's latest picture, whole at every moment."""
    folder = data_dir / "latest"
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{camera}.writing"
    unfinished.write_bytes(picture)
    unfinished.replace(folder / f"{camera}.jpg")
