"""Watch: the park's cameras, each in a thread of its own, and the uploaded clips that wait to be opened."""

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from ingest import uploads
from ingest.decoding import Decoder
from ingest.intake import Intake
from ingest.watcher import Backlog, Clock, Watcher
from store import cameras, park
from store.errors import BearwatchError
from store.frame_queue import TableQueue
from store.session import reading, transaction
from store.vocabulary import CameraKind

FOLLOW = timedelta(seconds=10)
"""How often the park is looked at for cameras that are new, changed or retired."""

TURN_S, UPLOADS_S = 2.0, 1.0
JOIN_S = 5.0

log = structlog.get_logger()


def run(intake: Intake, stop: threading.Event, *, clock: Clock) -> None:
    """Watch until stop is set. Uploaded clips are opened here too, since this process may decode."""
    with Decoder() as clips, Decoder() as files:

        def open_uploads() -> None:
            if uploads.open_waiting(intake, clips, now=clock(), stop=stop):
                clips.close()  # its memory is worth more than the moment it takes to start again

        opening = threading.Thread(target=_repeat, args=(stop, UPLOADS_S, "uploads", open_uploads), daemon=True)
        opening.start()
        watched = Watched(intake, files, clock)
        _repeat(stop, TURN_S, "cameras", watched.turn)
        watched.end()
        opening.join(JOIN_S)


class Watched:
    """The cameras that are watched now."""

    def __init__(self, intake: Intake, files: Decoder, clock: Clock) -> None:
        self._intake, self._files, self._clock = intake, files, clock
        self._watchers: dict[tuple[str, str | None], Watcher] = {}
        self._backlog, self._queue = Backlog(), TableQueue(intake.engine)
        self._follow_at = clock()

    def turn(self) -> None:
        """Follow the park where it is time, and write down how the cameras are."""
        now = self._clock()
        if now >= self._follow_at:
            self._follow()
            self._follow_at = now + FOLLOW
        self._tell()
        self._backlog.depth = self._queue.depth()

    def end(self) -> None:
        """Stop every watcher."""
        for watcher in self._watchers.values():
            watcher.end()
        for watcher in self._watchers.values():
            watcher.join(JOIN_S)

    def _follow(self) -> None:
        """Begin to watch cameras that are new or changed, end those that are gone."""
        with reading(self._intake.engine) as session:
            rows = [row for row in park.cameras(session) if row.kind is not CameraKind.TRAIL]
        present = {(row.id, row.url): row for row in rows}
        for key in self._watchers.keys() - present.keys():
            self._watchers.pop(key).end()
            log.info("camera.left", camera=key[0])
        for key in present.keys() - self._watchers.keys():
            watcher = Watcher(self._intake, present[key], files=self._files, backlog=self._backlog, clock=self._clock)
            watcher.start()
            self._watchers[key] = watcher
            log.info("camera.watched", camera=key[0])

    def _tell(self) -> None:
        """What is known of all cameras, in one transaction."""
        with transaction(self._intake.engine) as session:
            for watcher in self._watchers.values():
                if watcher.fault is not None:
                    cameras.fault(session, watcher.camera.id, watcher.fault, at=watcher.fault_at or self._clock())
                elif watcher.seen_at is not None:
                    cameras.seen(session, watcher.camera.id, at=watcher.seen_at)


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
