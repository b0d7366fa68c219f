"""Guardrails: what a rule's guardrails are judged on, visit by visit, out of the tables."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from store import tables
from store.notices import ALERTING
from store.vocabulary import NoticeState, Reason, Stage, Verdict

CLEAR = (Verdict.BEAR, Verdict.NOT_BEAR)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One visit that people were told of, or would have been but for the daily cap.

    model: the version that scored it. verdict: the latest; answered_at: when bear or not a bear
    was first said; None: not yet. apart: how many answers are left apart.
    """

    visit: int
    model: str
    p_bear: float
    taken_at: datetime
    raised_at: datetime
    verdict: Verdict | None
    answered_at: datetime | None
    apart: int = 0


def told(
    session: Session, site: str, *, since: datetime, until: datetime, but: Collection[int] = ()
) -> Sequence[Told]:
    """The visits of a site of which people were asked or warned first in a period, the oldest first; no replays.

    but: answers that count as none.
    """
    alert, review, visit = tables.Alert, tables.Review, tables.Visit
    rows = session.execute(
        select(alert, visit.model_sha256, review.verdict, review.at, review.id)
        .join(visit, visit.id == alert.visit_id)
        .outerjoin(review, and_(review.alert_id == alert.id, review.at < until))
        .where(
            alert.site_id == site, alert.raised_at >= since, alert.raised_at < until, alert.send.is_(True),
            or_(alert.stage != Stage.SHADOW, alert.reason == Reason.DAILY_CAP),
        )
        .order_by(alert.raised_at, alert.id, review.id)
    )  # fmt: skip
    found: dict[int, Told] = {}
    for row, model, said, at, number in rows:
        first, apart = found.get(row.visit_id), number is not None and number in but
        verdict = None if apart else said
        found[row.visit_id] = Told(
            visit=row.visit_id, model=model, p_bear=max(row.p_bear, first.p_bear if first else 0.0),
            taken_at=first.taken_at if first else row.taken_at, raised_at=first.raised_at if first else row.raised_at,
            verdict=verdict or (first.verdict if first else None),
            answered_at=(first.answered_at if first else None) or (at if verdict in CLEAR else None),
            apart=(first.apart if first else 0) + apart,
        )  # fmt: skip
    return list(found.values())


def out_of_domain(session: Session, site: str, model: str, *, since: datetime, until: datetime) -> Sequence[float]:
    """How usual the surest picture of each visit was for the version; visits of which it cannot tell are left out."""
    visit, detection = tables.Visit, tables.Detection
    rows = session.scalars(
        select(detection.out_of_domain_p)
        .join(visit, and_(visit.best_frame_id == detection.frame_id, visit.model_sha256 == detection.model_sha256))
        .where(
            visit.site_id == site, visit.model_sha256 == model, visit.started_at >= since, visit.started_at < until,
            detection.out_of_domain_p.is_not(None),
        )
    )  # fmt: skip
    return [float(p) for p in rows if p is not None]


def failed_deliveries(session: Session, site: str, *, since: datetime, until: datetime) -> int:
    """How many requests and warnings, written in a period, could not be delivered."""
    notice = tables.Notice
    wanted = select(func.count()).where(
        notice.site_id == site, notice.state == NoticeState.FAILED, notice.kind.in_(ALERTING),
        notice.created_at >= since, notice.created_at < until,
    )  # fmt: skip
    return session.scalar(wanted) or 0


def known_clips(session: Session, site: str, *, since: datetime, until: datetime) -> tuple[int, int]:
    """How many known clips were judged at a site in a period, and in how many of them the bear was not found."""
    clip, camera = tables.KnownClip, tables.Camera
    found = session.scalars(
        select(clip.found)
        .join(camera, camera.id == clip.camera_id)
        .where(
            camera.site_id == site, clip.found.is_not(None), clip.judged_at >= since, clip.judged_at < until
        )
    ).all()  # fmt: skip
    return len(found), found.count(False)
