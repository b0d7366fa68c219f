"""Lapsing: draws the camera-hours of the time-lapse before they begin, and keeps its pictures in them."""

from collections.abc import Iterable
from datetime import date, datetime

import structlog

from ingest import timelapse
from ingest.decoding import Decoder
from ingest.frames import Shot
from ingest.intake import Intake
from store import tables
from store import timelapse as rows
from store.errors import BearwatchError
from store.session import reading, transaction

SMALL = 640
"""A time-lapse picture is at most this many pixels wide or high."""

log = structlog.get_logger()


class Drawing:
    """Draws hours for the cameras that are watched; what is drawn stays, whatever the setting says later."""

    def __init__(self, intake: Intake, hours_a_day: int) -> None:
        self._intake, self._hours = intake, hours_a_day
        self._done: set[tuple[str, date]] = set()

    def ahead(self, cameras: Iterable[str], now: datetime) -> None:
        """Draw this day and the next for these cameras, where they are not drawn yet."""
        wanted = {(camera, day) for camera in cameras for day in timelapse.days(now)}
        new = sorted(wanted - self._done)
        if self._hours and new:
            with transaction(self._intake.engine) as session:
                seed = rows.seed(session)
                for camera, day in new:
                    drawn = timelapse.hours_of(day, camera, seed=seed, hours_a_day=self._hours)
                    hours = [(one.begins_at, one.probability) for one in timelapse.to_come(drawn, now)]
                    rows.draw(session, camera, day, hours, seed=seed, now=now)
        self._done = wanted


class Lapse:
    """The time-lapse of one camera. Nothing that goes wrong in it disturbs the watching."""

    def __init__(self, intake: Intake, camera: str, files: Decoder) -> None:
        self._intake, self._camera, self._files = intake, camera, files
        self._due: datetime | None = None

    def see(self, shot: Shot, now: datetime) -> None:
        """Keep a small copy of the first shot in each ten seconds of a drawn hour."""
        if self._due is not None and now < self._due:
            return
        self._due = timelapse.next_slot(now)
        try:
            self._keep(shot, now)
        except (BearwatchError, OSError) as fault:
            log.warning("timelapse.lost", camera=self._camera, detail=str(fault))

    def _keep(self, shot: Shot, now: datetime) -> None:
        with reading(self._intake.engine) as session:
            hour: tables.DrawnHour | None = rows.running(session, self._camera, at=now, lasts=timelapse.HOUR)
        if hour is None:
            return
        picture = self._files.thumbnail(shot.picture, SMALL)
        digest = self._intake.archived(picture)
        with transaction(self._intake.engine) as session:
            rows.keep(session, hour.id, taken_at=now, sha256=digest, size_bytes=len(picture))
