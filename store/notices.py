"""Notices: the outbox."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound
from store.vocabulary import AlertState, NoticeKind, NoticeState, Origin

ALERTING = (NoticeKind.REQUEST, NoticeKind.WARNING)

URGENCY = case(
    (tables.Notice.kind == NoticeKind.WARNING, 0), (tables.Notice.kind == NoticeKind.REQUEST, 1), else_=2
)  # fmt: skip


def add(
    session: Session, to: Mapping[str, tables.Receiver], *, kind: NoticeKind, alert: tables.Alert | None,
    review: tables.Review | None, body: Mapping[str, Any], state: NoticeState, now: datetime,
    second_of: str | None = None, due: datetime | None = None,
) -> int:  # fmt: skip
    """Write one message to each receiver, by its key; gives how many are new: the same key is the same message.

    due: it is not sent before this; None: at once.
    """
    there = set(session.scalars(select(tables.Notice.key).where(tables.Notice.key.in_(to))))
    new = {key: receiver for key, receiver in to.items() if key not in there}
    session.add_all(
        tables.Notice(
            id=str(uuid4()), key=key, kind=kind, site_id=receiver.site_id, receiver_id=receiver.id,
            alert_id=alert.id if alert else None, stage=alert.stage if alert else None,
            review_id=review.id if review else None, verdict=review.verdict if review else None, body=dict(body),
            state=state, next_try_at=due or now, created_at=now, second_of=second_of,
        )
        for key, receiver in new.items()
    )  # fmt: skip
    session.flush()
    return len(new)


def of_key(session: Session, key: str) -> tables.Notice | None:
    """The notice that this key makes one and the same."""
    return session.scalar(select(tables.Notice).where(tables.Notice.key == key))


def get(session: Session, notice: str, *, lock: bool = False) -> tables.Notice:
    """One notice. Raises NotFound."""
    row = session.get(tables.Notice, notice, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no notice {notice}")
    return row


def is_of_a_test(session: Session, row: tables.Notice) -> bool:
    """Whether what it tells of was put in as a test: the database refuses such alerts, the outbox their messages."""
    frame, alert = tables.Frame, tables.Alert
    wanted = select(frame.id).join(alert, alert.frame_id == frame.id).where(
        alert.id == row.alert_id, frame.origin == Origin.SEEDED
    )  # fmt: skip
    return row.alert_id is not None and session.scalar(wanted) is not None


def due(session: Session, now: datetime, *, besides: Collection[str] = ()) -> tables.Notice | None:
    """The most urgent message that waits and whose time has come, to a receiver besides these; warnings first.

    It is locked, and what another process holds is left out.
    """
    notice = tables.Notice
    wanted = select(notice).where(
        notice.state == NoticeState.WAITING, notice.next_try_at <= now, notice.receiver_id.not_in(besides)
    )  # fmt: skip
    ordered = wanted.order_by(URGENCY, notice.next_try_at, notice.created_at, notice.id).limit(1)
    return session.scalar(ordered.with_for_update(skip_locked=True))


def of_alert(session: Session, alert: int, kind: NoticeKind | None = None) -> Sequence[tables.Notice]:
    """The notices of one alert, oldest first."""
    wanted = select(tables.Notice).where(tables.Notice.alert_id == alert)
    wanted = wanted if kind is None else wanted.where(tables.Notice.kind == kind)
    return session.scalars(wanted.order_by(tables.Notice.created_at, tables.Notice.key)).all()


def kinds_of_alerts(session: Session, alerts: Sequence[int]) -> dict[NoticeKind, int]:
    """How many notices of each kind these alerts have, held ones too."""
    rows = session.execute(
        select(tables.Notice.kind, func.count())
        .where(tables.Notice.alert_id.in_(alerts), tables.Notice.second_of.is_(None))
        .group_by(tables.Notice.kind)
    )
    return {kind: count for kind, count in rows}  # noqa: C416  a Row is no pair to mypy


def hold_back(session: Session, site: str, *, error: str, now: datetime) -> None:
    """Let no request and no warning leave that still waits at a site."""
    notice = tables.Notice
    waiting = (notice.site_id == site) & (notice.state == NoticeState.WAITING) & notice.kind.in_(ALERTING)
    session.execute(
        update(notice).where(waiting).values(state=NoticeState.STOPPED, error=error, next_try_at=now)
    )  # fmt: skip


def held_back(session: Session, site: str, *, since: datetime) -> dict[NoticeKind, set[int]]:
    """The alerts whose requests and whose warnings a stop held back since then, besides those that were dismissed."""
    notice, alert = tables.Notice, tables.Alert
    rows = session.execute(
        select(notice.kind, notice.alert_id)
        .join(alert, alert.id == notice.alert_id)
        .where(
            notice.site_id == site, notice.state == NoticeState.STOPPED, notice.kind.in_(ALERTING),
            notice.next_try_at >= since, alert.state != AlertState.DISMISSED,
        )
    )  # fmt: skip
    found: dict[NoticeKind, set[int]] = {}
    for kind, number in rows:
        found.setdefault(kind, set()).update({number} if number is not None else ())
    return found


def counts(session: Session) -> dict[tuple[str, str], int]:
    """How many notices there are of each kind in each state."""
    notice = tables.Notice
    rows = session.execute(select(notice.kind, notice.state, func.count()).group_by(notice.kind, notice.state))
    return {(kind.value, state.value): count for kind, state, count in rows}


def failed_since(session: Session, since: datetime) -> int:
    """How many could not be delivered since then."""
    wanted = select(func.count()).where(tables.Notice.state == NoticeState.FAILED, tables.Notice.created_at > since)
    return session.scalar(wanted) or 0
