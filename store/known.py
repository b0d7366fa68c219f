"""Known clips: what was played into each camera's path as a test, and the bears that it can be played from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import tables
from store.vocabulary import Verdict

MOST_BEARS = 20
"""So many of a camera's last confirmed bears are choices."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A frame that showed the model a bear, in the archive under its sha256."""

    sha256: str
    width: int
    height: int


def add(session: Session, row: tables.KnownClip) -> bool:
    """Write a test down; False where the clock has played one of that camera and day already."""
    session.execute(select(tables.Camera.id).where(tables.Camera.id == row.camera_id).with_for_update(key_share=True))
    if row.day is not None and of_day(session, row.camera_id, row.day):
        return False
    session.add(row)
    session.flush()
    return True


def of_day(session: Session, camera: str, day: date) -> bool:
    """Whether the clock has played one to a camera on this day of UTC."""
    row = tables.KnownClip
    return session.scalar(select(row.id).where(row.camera_id == camera, row.day == day).limit(1)) is not None


def last(session: Session, camera: str) -> tables.KnownClip | None:
    """The newest test of a camera that was judged."""
    row = tables.KnownClip
    wanted = select(row).where(row.camera_id == camera, row.judged_at.is_not(None))
    return session.scalar(wanted.order_by(row.played_at.desc(), row.id.desc()).limit(1))


def unjudged(session: Session) -> Sequence[tables.KnownClip]:
    """Tests whose outcome is not known yet, the oldest first."""
    row = tables.KnownClip
    return session.scalars(select(row).where(row.judged_at.is_(None)).order_by(row.id).with_for_update()).all()


def decided(session: Session, frames: Sequence[int]) -> Sequence[tables.Decision]:
    """The decisions on a test's frames that were made."""
    return session.scalars(select(tables.Decision).where(tables.Decision.frame_id.in_(frames))).all()


def bears(session: Session, camera: str) -> Sequence[tables.Alert]:
    """A camera's newest alerts that people last called a bear, replays left out; the surest first."""
    alert, review = tables.Alert, tables.Review
    of_camera = select(alert.id).where(alert.camera_id == camera)
    newest = select(func.max(review.id)).where(review.alert_id.in_(of_camera)).group_by(review.alert_id)
    wanted = (
        select(alert)
        .join(review, review.alert_id == alert.id)
        .where(
            review.id.in_(newest), review.verdict == Verdict.BEAR, alert.send.is_(True)
        )
        .order_by(alert.id.desc())
        .limit(MOST_BEARS)
    )  # fmt: skip
    return sorted(session.scalars(wanted), key=lambda row: (-row.p_bear, row.id))


def recording(session: Session, alert: tables.Alert) -> tables.Recording | None:
    """The recording of a stream in which an alert's frame lies."""
    row, frame = tables.Recording, session.get_one(tables.Frame, alert.frame_id)
    wanted = select(row).where(
        row.camera_id == alert.camera_id, row.began_at <= frame.received_at, row.ended_at >= frame.received_at
    )
    return session.scalar(wanted.order_by(row.id).limit(1))


def pictures(session: Session, alert: tables.Alert, *, limit: int) -> Sequence[Picture]:
    """The surest frames of an alert's visit from its camera, in which the model saw a bear; by time."""
    frame, decision = tables.Frame, tables.Decision
    wanted = (
        select(frame)
        .join(decision, decision.frame_id == frame.id)
        .where(
            decision.visit_id == alert.visit_id, frame.camera_id == alert.camera_id, frame.width > 0,
            decision.p_bear >= decision.threshold,
        )
        .order_by(decision.p_bear.desc(), frame.id)
        .limit(limit)
    )  # fmt: skip
    rows = sorted(session.scalars(wanted), key=lambda row: (row.taken_at, row.id))
    return [Picture(sha256=row.sha256, width=row.width, height=row.height) for row in rows]
