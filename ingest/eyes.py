"""Eyes: the newest picture of each watched camera, judged for what is wrong with the camera."""

from datetime import datetime

from ingest import checkups, signs
from ingest.frames import Shot
from ingest.judging import Answer
from ingest.shifts import Grey
from store import tables
from store.session import Engine, reading, transaction
from store.vocabulary import CameraFault

SHED = "more pictures wait for the model than it can score, so that some are left out"


class Eyes:
    """Remembers the last picture of each camera, to tell a frozen one. One thread uses it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._before: dict[str, tuple[Shot, Grey]] = {}

    def look(self, camera: tables.Camera, shot: Shot, *, shedding: bool, at: datetime) -> None:
        """Judge it outside of the transaction, then write what came of it. The same shot is looked at once."""
        last, before = self._before.get(camera.id, (None, None))
        if last is shot:
            return
        seen = checkups.of_jpeg(shot.picture)
        still = None if before is None else signs.still(before, seen.grey)
        self._before[camera.id] = shot, seen.grey
        with reading(self._engine) as session:
            found = checkups.look(session, camera, seen, still=still, at=at)
        with transaction(self._engine, lasts=False) as session:
            checkups.note(session, camera, found, at=at)
            checkups.record(session, camera, CameraFault.SHEDDING, Answer(yes=shedding, says=SHED), at=at)
