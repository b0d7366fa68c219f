"""Keeping: one camera's recordings into the archive, and how much of its stream was left out."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from ingest.intake import Intake
from ingest.sources import FrameSource
from ingest.streams import Recording
from store import recordings
from store.errors import BearwatchError
from store.recordings import NewRecording
from store.session import Session, transaction

log = structlog.get_logger()


class Keeping:
    """What a camera's source hands over beside its shots. Times are of the server's clock."""

    def __init__(self, intake: Intake, camera: str, clock: Callable[[], datetime]) -> None:
        self._intake, self._camera, self._clock = intake, camera, clock
        self._shed_s, self._shed, self._looked = 0.0, 0, 0

    def take(self, source: FrameSource) -> None:
        """Take what the source has. A lost recording is told; the visit's pictures are kept all the same."""
        self.left_out(*source.take_shed())
        for recording in source.take_recordings():
            try:
                self._keep(recording)
            except (BearwatchError, OSError) as fault:
                log.error("recording.lost", camera=self._camera, detail=str(fault))

    def left_out(self, seconds: float, pictures: int) -> None:
        """Count what was shed, until it is written down."""
        self._shed_s, self._shed = self._shed_s + seconds, self._shed + pictures
        self._looked += pictures

    def shed_since_look(self) -> bool:
        """Whether anything was left out since this was asked last."""
        shed, self._looked = self._looked > 0, 0
        return shed

    def write_shed(self, session: Session) -> tuple[float, int]:
        """Write down what was shed since the last time: those seconds are no exposure. Gives it for `written`."""
        seconds, pictures = self._shed_s, self._shed
        if seconds or pictures:
            recordings.shed(session, self._camera, at=self._clock(), seconds=seconds, pictures=pictures)
        return seconds, pictures

    def written(self, seconds: float, pictures: int) -> None:
        """What is safe in the database counts no more here."""
        self._shed_s, self._shed = self._shed_s - seconds, self._shed - pictures

    def _keep(self, recording: Recording) -> None:
        now = self._clock() - timedelta(seconds=time.monotonic() - recording.at_s)
        digest = self._intake.archived(recording.data)
        with transaction(self._intake.engine) as session:
            recordings.keep(
                session,
                NewRecording(
                    camera=self._camera, sha256=digest, size=len(recording.data), codec=recording.codec,
                    began_at=now - timedelta(seconds=recording.began_s),
                    ended_at=now - timedelta(seconds=recording.ended_s),
                    width=recording.width, height=recording.height,
                ),
            )  # fmt: skip
