"""Alerts: lists, their story, and those whose time runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import rules, tables
from store.errors import NotFound
from store.vocabulary import AlertState, NoticeKind, NoticeState, Verdict

OPEN = (AlertState.PENDING, AlertState.CLAIMED)
"""States in which somebody must still answer."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One thing that happened to an alert, in words."""

    at: datetime
    who: str
    says: str


def get(session: Session, alert: int, *, lock: bool = False) -> tables.Alert:
    """One alert. Raises NotFound."""
    row = session.get(tables.Alert, alert, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no alert {alert}")
    return row


def page(
    session: Session, *, states: Sequence[AlertState], sites: Sequence[str] | None, cursor: int | None, limit: int
) -> Sequence[tables.Alert]:
    """Newest first, older than the cursor; no states: of every state; sites None: of all."""
    wanted = select(tables.Alert).order_by(tables.Alert.id.desc()).limit(limit)
    if states:
        wanted = wanted.where(tables.Alert.state.in_(states))
    if sites is not None:
        wanted = wanted.where(tables.Alert.site_id.in_(sites))
    if cursor is not None:
        wanted = wanted.where(tables.Alert.id < cursor)
    return session.scalars(wanted).all()


def open_ones(session: Session) -> Sequence[int]:
    """The ids of alerts that wait for an answer, oldest first."""
    wanted = select(tables.Alert.id).where(tables.Alert.state.in_(OPEN))
    return session.scalars(wanted.order_by(tables.Alert.id)).all()


def reviews_of(session: Session, alert: int) -> Sequence[tables.Review]:
    """Every verdict on an alert, oldest first."""
    wanted = select(tables.Review).where(tables.Review.alert_id == alert)
    return session.scalars(wanted.order_by(tables.Review.id)).all()


def verdict_of(session: Session, alert: int) -> Verdict | None:
    """The latest verdict; None before the first."""
    found = reviews_of(session, alert)
    return found[-1].verdict if found else None


def timeline(session: Session, row: tables.Alert) -> Sequence[Moment]:
    """What happened to an alert, in order. Of claims, the one that stands or that the answer came from."""
    found = [Moment(at=row.raised_at, who="Bearwatch", says=row.says)]
    if row.claimed_at is not None:
        found.append(Moment(at=row.claimed_at, who=rules.name_of(session, row.claimed_by), says="looks at it"))
    for review in reviews_of(session, row.id):
        corrected = "corrected: " if review.corrects_id else ""
        note = f" ({review.note})" if review.note else ""
        says = f"{corrected}{SAID[review.verdict]}{note}"
        found.append(Moment(at=review.at, who=rules.name_of(session, review.person_id), says=says))
    wanted = select(tables.Notice).where(tables.Notice.alert_id == row.id)
    for notice in session.scalars(wanted.order_by(tables.Notice.created_at, tables.Notice.key)):
        at = notice.sent_at or notice.created_at
        found.append(Moment(at=at, who=notice.receiver_id, says=_told(notice)))
    return sorted(found, key=lambda moment: moment.at)


def counts(session: Session) -> dict[str, int]:
    """How many alerts there are in each state."""
    rows = session.execute(select(tables.Alert.state, func.count()).group_by(tables.Alert.state))
    return {state.value: count for state, count in rows}


SAID = {Verdict.BEAR: "a bear", Verdict.NOT_BEAR: "not a bear", Verdict.UNSURE: "unsure"}
KINDS = {NoticeKind.REQUEST: "request", NoticeKind.WARNING: "warning", NoticeKind.OPERATIONS: "message"}
FATES = {
    NoticeState.WAITING: "waits to be sent",
    NoticeState.SENT: "sent",
    NoticeState.FAILED: "could not be delivered",
    NoticeState.STOPPED: "not sent",
    NoticeState.HELD: "held: a replay",
}


def _told(notice: tables.Notice) -> str:
    unsure = ", unconfirmed" if notice.body.get("unconfirmed") else ""
    again = " again" if unsure and notice.kind is NoticeKind.REQUEST else ""
    why = f": {notice.error}" if notice.state is NoticeState.STOPPED and notice.error else ""
    return f"{KINDS[notice.kind]}{again}{unsure}: {FATES[notice.state]}{why}"
