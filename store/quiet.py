"""Quiet places as rows, and what people said of the alerts that they are proposed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from store import tables
from store.columns import one_of
from store.errors import NotFound
from store.vocabulary import CameraFault, QuietState, Verdict

MOST = 200
"""So many of a camera's last dismissed alerts are looked at."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An alert that somebody judged, and the version that raised it. night: whether its picture was infrared.

    night None: that is not known.
    """

    alert: tables.Alert
    model: str
    night: bool | None


def get(session: Session, place: int, *, lock: bool = False) -> tables.QuietPlace:
    """One of them. Raises NotFound."""
    row = session.get(tables.QuietPlace, place, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no quiet place {place}")
    return row


def of_cameras(
    session: Session, cameras: Sequence[str], states: Sequence[QuietState] = (), *, limit: int | None = None,
    lock: bool = False,
) -> Sequence[tables.QuietPlace]:  # fmt: skip
    """Those of these cameras, the newest first; no states: of every state."""
    row = tables.QuietPlace
    wanted = select(row).where(row.camera_id.in_(cameras)).order_by(row.id.desc()).limit(limit)
    wanted = wanted.where(row.state.in_(states)) if states else wanted
    return session.scalars(wanted.with_for_update() if lock else wanted).all()


def in_force(session: Session, cameras: Sequence[str], *, at: datetime) -> Sequence[tables.QuietPlace]:
    """What held at a moment, by the server's clock: from its acceptance on, its end not included."""
    row = tables.QuietPlace
    return session.scalars(select(row).where(row.camera_id.in_(cameras), held(at)).order_by(row.id)).all()


def held(at: datetime | InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """Whether a place held at a moment, which may be a column."""
    row = tables.QuietPlace
    return and_(
        one_of(row.state, (QuietState.ACCEPTED, QuietState.ENDED)), row.settled_at <= at, row.until > at,
        or_(row.ended_at.is_(None), row.ended_at > at),
    )  # fmt: skip


def past(session: Session, now: datetime) -> Sequence[tables.QuietPlace]:
    """Those in force whose last moment has come."""
    row = tables.QuietPlace
    wanted = select(row).where(row.state == QuietState.ACCEPTED, row.until <= now).order_by(row.id)
    return session.scalars(wanted.with_for_update()).all()


def judged(
    session: Session, camera: str, verdicts: Sequence[Verdict], *, since: datetime, limit: int | None = None
) -> Sequence[Judged]:
    """Alerts of a camera since then whose last verdict is one of these, replays left out; the newest first."""
    alert, review, detection, visit = tables.Alert, tables.Review, tables.Detection, tables.Visit
    of_camera = select(alert.id).where(alert.camera_id == camera, alert.raised_at >= since, alert.send.is_(True))
    last = select(func.max(review.id)).where(review.alert_id.in_(of_camera)).group_by(review.alert_id)
    seen = select(detection.night).where(detection.frame_id == alert.frame_id).order_by(detection.id).limit(1)
    wanted = (
        select(alert, visit.model_sha256, seen.scalar_subquery())
        .join(visit, visit.id == alert.visit_id)
        .join(review, review.alert_id == alert.id)
        .where(review.id.in_(last), review.verdict.in_(verdicts))
        .order_by(alert.id.desc())
        .limit(limit)
    )
    return [Judged(alert=row, model=model, night=night) for row, model, night in session.execute(wanted)]


def reviewers(session: Session, alerts: Sequence[int]) -> set[int]:
    """Who gave the last verdicts on these alerts."""
    review = tables.Review
    last = select(func.max(review.id)).where(review.alert_id.in_(alerts)).group_by(review.alert_id)
    return set(session.scalars(select(review.person_id).where(review.id.in_(last))))


MOVED = (
    select(tables.Episode.id)
    .where(
        tables.Episode.camera_id == tables.QuietPlace.camera_id, tables.Episode.ended_at.is_(None),
        one_of(tables.Episode.kind, [CameraFault.MOVED]),
    )
    .exists()
)  # fmt: skip
"""Whether the camera of a place is moved now: its places lie elsewhere then."""
