"""Time-lapse rows: drawn hours, written once and before they begin, and their pictures."""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound
from store.park import the_park
from store.vocabulary import KeptFor

MOST_SEED = 2**31 - 1


def seed(session: Session) -> int:
    """The park's seed, made when first asked for. Raises NotFound before there is a park."""
    park = the_park(session)
    park.timelapse_seed = park.timelapse_seed or secrets.randbelow(MOST_SEED) + 1
    return park.timelapse_seed


def draw(
    session: Session, camera: str, day: date, hours: Sequence[tuple[datetime, float]], *, seed: int, now: datetime
) -> bool:
    """Write the drawn hours of a day of UTC with their probabilities; False where that day was drawn before.

    A day is drawn once: two draws would make the probabilities wrong. The camera's row is locked.
    """
    session.execute(select(tables.Camera.id).where(tables.Camera.id == camera).with_for_update(key_share=True))
    row, midnight = tables.DrawnHour, datetime.combine(day, time(), UTC)
    known = select(row.id).where(
        row.camera_id == camera, row.begins_at >= midnight, row.begins_at < midnight + timedelta(days=1)
    )
    if session.scalar(known.limit(1)) is not None:
        return False
    for begins_at, probability in hours:
        session.add(row(camera_id=camera, begins_at=begins_at, drawn_at=now, probability=probability, seed=seed))
    session.flush()
    return True


def running(session: Session, camera: str, *, at: datetime, lasts: timedelta) -> tables.DrawnHour | None:
    """The drawn hour of a camera in which this moment lies."""
    row = tables.DrawnHour
    wanted = select(row).where(row.camera_id == camera, row.begins_at <= at, row.begins_at > at - lasts)
    return session.scalar(wanted.limit(1))


def keep(session: Session, hour: int, *, taken_at: datetime, sha256: str, size_bytes: int) -> None:
    """Write down a picture of a drawn hour that lies in the archive."""
    session.add(
        tables.TimelapsePicture(
            hour_id=hour, taken_at=taken_at, sha256=sha256, size_bytes=size_bytes, kind=KeptFor.TIMELAPSE
        )
    )
    session.flush()


def hours(session: Session, camera: str, *, cursor: int | None, limit: int) -> Sequence[tuple[tables.DrawnHour, int]]:
    """Drawn hours of a camera with how many pictures each keeps, the last drawn first, older than the cursor."""
    row, picture = tables.DrawnHour, tables.TimelapsePicture
    wanted = select(row, func.count(picture.id)).outerjoin(picture, picture.hour_id == row.id)
    wanted = wanted.where(row.camera_id == camera).group_by(row.id)
    wanted = wanted if cursor is None else wanted.where(row.id < cursor)
    return [(hour, count) for hour, count in session.execute(wanted.order_by(row.id.desc()).limit(limit))]


def pictures(session: Session, hour: int) -> Sequence[tables.TimelapsePicture]:
    """The pictures of a drawn hour, in order."""
    row = tables.TimelapsePicture
    return session.scalars(select(row).where(row.hour_id == hour).order_by(row.taken_at)).all()


def dropped(session: Session, hour: int) -> set[str]:
    """The sha256 of those pictures of a drawn hour whose bytes are gone."""
    picture, gone = tables.TimelapsePicture, tables.DroppedPicture
    wanted = select(picture.sha256).join(gone, gone.sha256 == picture.sha256).where(picture.hour_id == hour)
    return set(session.scalars(wanted))


def hour(session: Session, number: int) -> tables.DrawnHour:
    """One drawn hour. Raises NotFound."""
    row = session.get(tables.DrawnHour, number)
    if row is None:
        raise NotFound(f"there is no drawn hour {number}")
    return row


def picture(session: Session, number: int) -> tuple[tables.TimelapsePicture, tables.DrawnHour]:
    """One picture and its hour. Raises NotFound."""
    row = session.get(tables.TimelapsePicture, number)
    if row is None:
        raise NotFound(f"there is no time-lapse picture {number}")
    return row, hour(session, row.hour_id)
