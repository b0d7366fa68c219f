"""Watch: the park's cameras, each in a thread of its own, and the uploaded clips that wait to be opened."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from ingest import absences, masking, uploads
from ingest.decoding import Decoder
from ingest.eyes import Eyes
from ingest.intake import Intake
from ingest.lapsing import Drawing
from ingest.masks import NONE
from ingest.watcher import Backlog, Clock, Watcher
from store import cameras, park
from store.errors import BearwatchError
from store.frame_queue import TableQueue
from store.session import reading, transaction
from store.vocabulary import CameraKind

FOLLOW = timedelta(seconds=10)
"""How often the park is looked at for cameras that are new, changed or retired."""

LOOK = timedelta(seconds=20)
"""How often the newest picture of each camera is judged for what is wrong with the camera itself."""

TURN_S, UPLOADS_S = 2.0, 1.0
JOIN_S = 5.0

log = structlog.get_logger()


def run(intake: Intake, stop: threading.Event, *, clock: Clock, lapse_hours: int = 0) -> None:
    """Watch until stop is set. Uploaded clips are opened here too, since this process may decode.

    lapse_hours: how many hours a day of each camera the time-lapse draws.
    """
    failures = uploads.Failures()
    with Decoder() as clips, Decoder() as files:

        def open_uploads() -> None:
            if uploads.open_waiting(intake, clips, now=clock(), stop=stop, failures=failures):
                clips.close()  # its memory is worth more than the moment it takes to start again

        opening = threading.Thread(target=_repeat, args=(stop, UPLOADS_S, "uploads", open_uploads), daemon=True)
        opening.start()
        watched = Watched(intake, files, clock, Drawing(intake, lapse_hours))
        _repeat(stop, TURN_S, "cameras", watched.turn)
        watched.end()
        opening.join(JOIN_S)


class Watched:
    """The cameras that are watched now."""

    def __init__(self, intake: Intake, files: Decoder, clock: Clock, drawing: Drawing) -> None:
        self._intake, self._files, self._clock, self._drawing = intake, files, clock, drawing
        self._watchers: dict[tuple[object, ...], Watcher] = {}
        self._backlog, self._queue = Backlog(), TableQueue(intake.engine)
        self._follow_at = self._look_at = clock()
        self._eyes, self._begun = Eyes(intake.engine), False

    def turn(self) -> None:
        """Follow the park where it is time, and write down how the cameras are."""
        now = self._clock()
        if not self._begun:
            self._begin(now)
        if now >= self._follow_at:
            self._follow()
            self._follow_at = now + FOLLOW
        self._tell()
        if now >= self._look_at:
            self._look_at = now + LOOK
            self._look(now)
        self._backlog.depth = self._queue.live_depth()

    def end(self) -> None:
        """Stop every watcher."""
        for watcher in self._watchers.values():
            watcher.end()
        for watcher in self._watchers.values():
            watcher.join(JOIN_S)

    def _begin(self, now: datetime) -> None:
        """While this machine was off nobody watched: that is noticed before the first picture hides it."""
        with transaction(self._intake.engine) as session:
            absences.keep(session, now=now)
        self._begun = True

    def _follow(self) -> None:
        """Begin to watch cameras that are new or changed, end those that are gone, and follow what is masked."""
        with reading(self._intake.engine) as session:
            rows = [row for row in park.cameras(session) if row.kind is not CameraKind.TRAIL]
            allowed = tuple(park.camera_networks(session))
            masked = masking.of_cameras(session, [row.id for row in rows], at=self._clock())
        present = {(row.id, row.url, row.watch_url, row.transport, allowed): row for row in rows}
        for key in self._watchers.keys() - present.keys():
            self._watchers.pop(key).end()
            log.info("camera.left", camera=key[0])
        for key in present.keys() - self._watchers.keys():
            watcher = Watcher(
                self._intake, present[key], files=self._files, backlog=self._backlog, clock=self._clock,
                allowed=allowed,
            )  # fmt: skip
            watcher.masking.masks = masked.get(watcher.camera.id, NONE)
            watcher.start()
            self._watchers[key] = watcher
            log.info("camera.watched", camera=key[0])
        for watcher in self._watchers.values():
            watcher.masking.masks = masked.get(watcher.camera.id, NONE)
        self._drawing.ahead((row.id for row in rows), self._clock())

    def _look(self, now: datetime) -> None:
        """Judge the newest picture of each camera, one short transaction a camera."""
        for watcher in self._watchers.values():
            if (shot := watcher.newest) is not None and watcher.fault is None:
                self._eyes.look(watcher.camera, shot, shedding=watcher.recorder.shed_since_look(), at=now)

    def _tell(self) -> None:
        """What is known of all cameras, in one transaction."""
        written = []
        with transaction(self._intake.engine) as session:
            for watcher in self._watchers.values():
                written.append((watcher.recorder, watcher.recorder.write_shed(session)))
                if watcher.fault is not None:
                    cameras.fault(session, watcher.camera.id, watcher.fault, at=watcher.fault_at or self._clock())
                elif watcher.seen_at is not None:
                    cameras.seen(session, watcher.camera.id, at=watcher.seen_at)
        for recorder, shed in written:
            recorder.written(*shed)


def _repeat(stop: threading.Event, every_s: float, what: str, step: Callable[[], None]) -> None:
    """Do one step again and again until stop is set; what goes wrong in it is logged, and it is tried again."""
    while not stop.is_set():
        try:
            step()
        except BearwatchError as fault:
            log.warning("watch.failed", step=what, error=fault.slug(), detail=fault.detail)
        except Exception:
            log.exception("watch.failed", step=what)
        stop.wait(every_s)
