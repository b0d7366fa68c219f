"""Visits, what their frames showed, and the alerts that they raised."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from store import tables
from store.alerts import UNHEARD
from store.columns import one_of
from store.vocabulary import AlertState, Reason


@dataclass(frozen=True, kw_only=True)
class Known:
    """A visit with its alerts, by turn. unheard: ids of those that a stop held back, so that nobody heard of them."""

    visit: tables.Visit
    alerts: list[tables.Alert] = field(default_factory=list)
    unheard: set[int] = field(default_factory=set)


QUIETED = (AlertState.SHADOW, AlertState.DISMISSED, AlertState.WITHHELD)
"""Alerts of which nothing came: the next one need not wait for them."""

SPOKE = one_of(tables.Alert.state, [state for state in AlertState if state not in QUIETED]) & ~UNHEARD
"""Whether an alert asked or warned somebody and was not dismissed; states by name, so that their index is read."""


def hold_group(session: Session, group: str) -> None:
    """Lock the camera group until the transaction ends, so that two workers never make two visits of one.

    On SQLite the transaction itself is the lock.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(HOLD, {"group": group})


def open_bear(session: Session, group: str, *, site: str, since: datetime) -> tables.Visit | None:
    """The newest visit of a bear that a site's camera group saw after a moment and that was not dismissed."""
    visit = tables.Visit
    wanted = select(visit).where(
        visit.group_id == group,
        visit.site_id == site,
        visit.bear.is_(True),
        visit.last_at > since,
        visit.closed_at.is_(None),
    )
    return session.scalar(wanted.order_by(visit.last_at.desc()).limit(1))


def page(
    session: Session, *, sites: Sequence[str] | None, cursor: int | None, limit: int, but: Collection[str] = ()
) -> Sequence[tables.Visit]:
    """Visits newest first, older than the cursor; sites None: of all; but: without those of these sites."""
    wanted = select(tables.Visit).order_by(tables.Visit.id.desc()).limit(limit)
    if sites is not None:
        wanted = wanted.where(tables.Visit.site_id.in_(sites))
    if but:
        wanted = wanted.where(tables.Visit.site_id.not_in(but))
    if cursor is not None:
        wanted = wanted.where(tables.Visit.id < cursor)
    return session.scalars(wanted).all()


def of_frames(session: Session, frames: Sequence[int]) -> Sequence[tables.Visit]:
    """The visits that these frames belong to, by their start."""
    ids = {
        visit
        for first in range(0, len(frames), 500)
        for visit in session.scalars(
            select(tables.Decision.visit_id)
            .where(tables.Decision.frame_id.in_(frames[first : first + 500]), tables.Decision.visit_id.is_not(None))
            .distinct()
        )
    }
    rows = [session.get_one(tables.Visit, visit) for visit in ids]
    return sorted(rows, key=lambda row: (row.started_at, row.id))


def alerts_of(session: Session, visit: int) -> Sequence[tables.Alert]:
    """The alerts of a visit, by turn."""
    wanted = select(tables.Alert).where(tables.Alert.visit_id == visit)
    return session.scalars(wanted.order_by(tables.Alert.turn, tables.Alert.id)).all()


def count_alerts(session: Session, site: str, *, since: datetime, until: datetime, real: bool) -> int:
    """How often a site asked or warned between two moments and nobody dismissed it.

    What a stop held back did neither. real: leave out what a replay held back.
    """
    wanted = select(func.count()).where(_counts(site, since, until))
    return session.scalar(wanted.where(tables.Alert.send.is_(True)) if real else wanted) or 0


def nth_alert(session: Session, site: str, number: int, *, since: datetime, until: datetime) -> int | None:
    """The alert that made it so many, replays left out; from 1."""
    alert = tables.Alert
    wanted = select(alert.id).where(_counts(site, since, until), alert.send.is_(True)).order_by(alert.id)
    return session.scalar(wanted.offset(number - 1).limit(1))


def _counts(site: str, since: datetime, until: datetime) -> ColumnElement[bool]:
    alert = tables.Alert
    return and_(alert.site_id == site, SPOKE, alert.raised_at >= since, alert.raised_at < until)


def stopped_bears(session: Session, site: str, *, since: datetime) -> int:
    """In how many visits of a site a bear was only recorded since then, because it was stopped."""
    alert = tables.Alert
    wanted = select(func.count(alert.visit_id.distinct())).where(
        alert.site_id == site, alert.reason == Reason.KILL_SWITCH, alert.raised_at >= since, alert.send.is_(True)
    )
    return session.scalar(wanted) or 0


def grow(session: Session, row: tables.Visit, *, at: datetime, p_bear: float, frame: int) -> None:
    """One more frame of a visit, in one statement; the session need not look for what has changed."""
    best = (p_bear, frame) if p_bear > row.p_bear else (row.p_bear, row.best_frame_id)
    values = {
        "started_at": min(row.started_at, at), "last_at": max(row.last_at, at), "frames": row.frames + 1,
        "p_bear": best[0], "best_frame_id": best[1],
    }  # fmt: skip
    session.connection().execute(GROWN, values | {"visit": row.id})
    for name, value in values.items():
        set_committed_value(row, name, value)


def absorb(session: Session, home: tables.Visit, other: tables.Visit) -> None:
    """Move everything of a visit that was never another one into its home, and drop its row."""
    for table in (tables.Decision, tables.Alert):
        session.execute(update(table).where(table.visit_id == other.id).values(visit_id=home.id))
    links = tables.Visit.linked_visit_id
    session.execute(update(tables.Visit).where(links == other.id).values(linked_visit_id=home.id))
    home.started_at, home.last_at = min(home.started_at, other.started_at), max(home.last_at, other.last_at)
    home.frames += other.frames
    if other.p_bear > home.p_bear:
        home.p_bear, home.best_frame_id = other.p_bear, other.best_frame_id
    session.delete(other)
    session.flush()


def link(one: tables.Visit, other: tables.Visit) -> None:
    """Mark the later of two visits as the same animal's as the earlier."""
    first, second = sorted((one, other), key=lambda row: (row.started_at, row.id))
    second.linked_visit_id = first.id


HOLD = (
    select(tables.CameraGroup.id).where(tables.CameraGroup.id == bindparam("group")).with_for_update(key_share=True)
)

_row = tables.Table.metadata.tables["visit"]
GROWN = (
    update(_row)
    .where(_row.c.id == bindparam("visit"))
    .values({name: bindparam(name) for name in ("started_at", "last_at", "frames", "p_bear", "best_frame_id")})
)
