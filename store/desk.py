"""The desk watch as rows: what is left to look at, what somebody may know of it, and what was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound
from store.vocabulary import WatchMode, WatchPlace

Known = tuple[str | None, datetime, datetime]
"""A camera (None: all of the site), and a time of which a person may know what was there."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One hour that was shown to its end, with what it was an hour of and in which session."""

    desk: tables.DeskHour
    hour: tables.DrawnHour
    within: tables.WatchSession


def pool(session: Session, site: str, person: int, *, before: datetime) -> Sequence[tables.DrawnHour]:
    """Drawn hours of a site's cameras that began before, keep a picture, and that this person was not given yet."""
    hour, picture, gone = tables.DrawnHour, tables.TimelapsePicture, tables.DroppedPicture
    kept = exists().where(
        picture.hour_id == hour.id, ~exists().where(gone.sha256 == picture.sha256).correlate(picture)
    )  # fmt: skip
    given = exists().where(tables.DeskHour.hour_id == hour.id, tables.DeskHour.person_id == person)
    wanted = select(hour).join(tables.Camera, tables.Camera.id == hour.camera_id)
    wanted = wanted.where(tables.Camera.site_id == site, hour.begins_at <= before, kept, ~given)
    return session.scalars(wanted.order_by(hour.id)).all()


def known(session: Session, site: str, person: int) -> list[Known]:
    """When this person may know what was at a site: alerts, looks and pictures they answered, their watch there."""
    return [
        *_of_alerts(session, site, person), *_of_pictures(session, site, person), *_of_watch(session, site, person),
        *_of_looks(session, site, person),
    ]  # fmt: skip


def _of_alerts(session: Session, site: str, person: int) -> list[Known]:
    alert, visit, review = tables.Alert, tables.Visit, tables.Review
    answered = exists().where(review.alert_id == alert.id, review.person_id == person)
    wanted = select(alert.cameras, visit.started_at, visit.last_at).join(visit, visit.id == alert.visit_id)
    wanted = wanted.where(alert.site_id == site, or_(answered, alert.claimed_by == person))
    return [
        (camera, since, until)
        for cameras, since, until in session.execute(wanted) for camera in cameras
    ]  # fmt: skip


def _of_looks(session: Session, site: str, person: int) -> list[Known]:
    row = tables.Look
    wanted = select(row.camera_id, row.since, row.until).where(row.site_id == site, row.answered_by == person)
    return [(camera, since, until) for camera, since, until in session.execute(wanted)]


def _of_pictures(session: Session, site: str, person: int) -> list[Known]:
    row, frame = tables.TrainingRow, tables.Frame
    wanted = select(row.camera_id, frame.taken_at).join(frame, frame.id == row.frame_id)
    wanted = wanted.where(row.site_id == site, row.said_by == person)
    return [(camera, at, at) for camera, at in session.execute(wanted)]


def _of_watch(session: Session, site: str, person: int) -> list[Known]:
    row = tables.WatchSession
    there = or_(row.place == WatchPlace.FIELD, row.mode == WatchMode.ASSISTED)
    wanted = select(row.started_at, row.ended_at, row.received_at).where(
        row.site_id == site, row.person_id == person, there
    )
    return [
        (None, since, until or received) for since, until, received in session.execute(wanted)
    ]  # fmt: skip


def given(session: Session, person: int) -> int:
    """How many hours this person was given so far."""
    return session.scalar(select(func.count()).where(tables.DeskHour.person_id == person)) or 0


def open_one(session: Session, number: int) -> tables.DeskHour | None:
    """The hour that is being looked at in a session."""
    row = tables.DeskHour
    return session.scalar(select(row).where(row.session_id == number, row.done_at.is_(None), row.left_at.is_(None)))


def one(session: Session, number: int, hour: int) -> tables.DeskHour:
    """An hour as it was given in a session. Raises NotFound."""
    row = tables.DeskHour
    found = session.scalar(select(row).where(row.session_id == number, row.hour_id == hour))
    if found is None:
        raise NotFound(f"the drawn hour {hour} was not given in watch session {number}")
    return found


def leave_open(session: Session, number: int, *, now: datetime) -> None:
    """The session ends: what is being looked at stays half seen."""
    row = tables.DeskHour
    half = update(row).where(row.session_id == number, row.done_at.is_(None), row.left_at.is_(None))
    session.execute(half.values(left_at=now))


def of_sighting(session: Session, seen: tables.Sighting) -> tables.DeskHour | None:
    """The hour in which a bear was seen at a desk."""
    row, hour = tables.DeskHour, tables.DrawnHour
    wanted = select(row).join(hour, hour.id == row.hour_id).where(
        row.session_id == seen.session_id, hour.camera_id == seen.camera_id, hour.begins_at <= seen.at
    )  # fmt: skip
    return session.scalar(wanted.order_by(hour.begins_at.desc()).limit(1))


def looked_at(session: Session, site: str, *, since: datetime, until: datetime) -> list[Looked]:
    """Hours of a site that began in a period and were shown to their end to somebody who knew nothing of them."""
    row, hour, within = tables.DeskHour, tables.DrawnHour, tables.WatchSession
    wanted = select(row, hour, within).join(hour, hour.id == row.hour_id).join(within, within.id == row.session_id)
    wanted = wanted.where(
        within.site_id == site, row.done_at.is_not(None), row.knew.is_(False), hour.begins_at >= since,
        hour.begins_at < until,
    )  # fmt: skip
    found = session.execute(wanted.order_by(hour.begins_at, row.id))
    return [Looked(desk=desk, hour=of, within=by) for desk, of, by in found]
