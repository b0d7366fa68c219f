"""Alerts: lists, their story, and those whose time runs."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from store import audit, rules, tables
from store.columns import one_of
from store.errors import AlreadyDecided, NotFound
from store.vocabulary import OPEN, AlertState, NoticeKind, NoticeState, Stage, Verdict

TOLD = ("alert.expired", "warning.withheld")
"""Entries of the audit chain that belong to an alert's story."""

ASKED = (AlertState.PENDING, AlertState.EXPIRED)
WARNED = (AlertState.CONFIRMED, AlertState.LIVE, AlertState.FAILED, AlertState.REVIEWED)
LEFT = (NoticeState.WAITING, NoticeState.SENT, NoticeState.HELD)
"""Where messages stand that left, leave soon, or would have if it were no replay."""


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
    session: Session, *, states: Sequence[AlertState], sites: Sequence[str] | None, cursor: int | None, limit: int,
    no_shadow_at: Collection[str] = (), none_before: Mapping[str, datetime] = {},
) -> Sequence[tables.Alert]:  # fmt: skip
    """Newest first, older than the cursor; no states: of every state; sites None: of all.

    no_shadow_at: sites whose shadow alerts are left out. none_before: sites of which those raised before that are
    left out, unless they still wait for an answer.
    """
    wanted = select(tables.Alert).order_by(tables.Alert.id.desc()).limit(limit)
    if states:
        wanted = wanted.where(tables.Alert.state.in_(states))
    if sites is not None:
        wanted = wanted.where(tables.Alert.site_id.in_(sites))
    if no_shadow_at:
        wanted = wanted.where(or_(tables.Alert.stage != Stage.SHADOW, tables.Alert.site_id.not_in(no_shadow_at)))
    for place, since in none_before.items():
        row = tables.Alert
        wanted = wanted.where(or_(row.site_id != place, row.raised_at >= since, row.state.in_(OPEN)))
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


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is told of one alert besides its row.

    verdict: the latest; warned: whether a warning has reached anybody; moments: in order.
    """

    site_name: str
    model_name: str
    claimed_by: str | None
    verdict: Verdict | None
    warned: bool
    moments: Sequence[Moment]


def stories(session: Session, rows: Sequence[tables.Alert]) -> Mapping[int, Story]:
    """The story of each alert by its id, in as many queries for many as for one.

    Of claims, it tells the one that stands or that the answer came from.
    """
    alert, ids = tables.Alert, [row.id for row in rows]
    places = session.execute(
        select(alert.id, tables.Site.name, tables.ModelVersion.name, tables.Person.name)
        .join(tables.Site, tables.Site.id == alert.site_id)
        .join(tables.Visit, tables.Visit.id == alert.visit_id)
        .join(tables.ModelVersion, tables.ModelVersion.sha256 == tables.Visit.model_sha256)
        .outerjoin(tables.Person, tables.Person.id == alert.claimed_by)
        .where(alert.id.in_(ids))
    )
    about = {row[0]: row for row in places}
    given, told, entries = _reviews(session, ids), _notices(session, ids), _entries(session, ids)
    return {
        row.id: Story(
            site_name=about[row.id][1], model_name=about[row.id][2],
            claimed_by=about[row.id][3], verdict=given[row.id][-1][0].verdict if given[row.id] else None,
            warned=any(each.kind is NoticeKind.WARNING and each.state is NoticeState.SENT for each in told[row.id]),
            moments=_moments(row, about[row.id][3], given[row.id], told[row.id], entries[f"alert:{row.id}"]),
        )
        for row in rows
    }  # fmt: skip


def _reviews(session: Session, ids: Sequence[int]) -> Mapping[int, list[tuple[tables.Review, str]]]:
    wanted = (
        select(tables.Review, tables.Person.name)
        .join(tables.Person, tables.Person.id == tables.Review.person_id)
        .where(tables.Review.alert_id.in_(ids))
        .order_by(tables.Review.id)
    )
    found: dict[int, list[tuple[tables.Review, str]]] = defaultdict(list)
    for review, name in session.execute(wanted):
        found[review.alert_id].append((review, name))
    return found


def _notices(session: Session, ids: Sequence[int]) -> Mapping[int, list[tables.Notice]]:
    wanted = select(tables.Notice).where(tables.Notice.alert_id.in_(ids))
    found: dict[int, list[tables.Notice]] = defaultdict(list)
    for notice in session.scalars(wanted.order_by(tables.Notice.created_at, tables.Notice.key)):
        found[notice.alert_id or 0].append(notice)
    return found


def _entries(session: Session, ids: Sequence[int]) -> Mapping[str, list[tables.AuditEntry]]:
    found: dict[str, list[tables.AuditEntry]] = defaultdict(list)
    for entry in audit.about(session, [f"alert:{alert}" for alert in ids], TOLD):
        found[entry.subject].append(entry)
    return found


def _moments(
    row: tables.Alert, holder: str | None, given: Sequence[tuple[tables.Review, str]], told: Sequence[tables.Notice],
    entries: Sequence[tables.AuditEntry],
) -> Sequence[Moment]:  # fmt: skip
    found = [Moment(at=row.raised_at, who="Bearwatch", says=row.says)]
    if row.claimed_at is not None:
        found.append(Moment(at=row.claimed_at, who=holder or "Bearwatch", says="looks at it"))
    for review, name in given:
        corrected = "corrected: " if review.corrects_id else ""
        note = f" ({review.note})" if review.note else ""
        found.append(Moment(at=review.at, who=name, says=f"{corrected}{SAID[review.verdict]}{note}"))
    found += [Moment(at=each.sent_at or each.created_at, who=each.receiver_id, says=_told(each)) for each in told]
    found += [Moment(at=entry.at, who="Bearwatch", says=entry.says) for entry in entries]
    return sorted(found, key=lambda moment: moment.at)


def _messages(kind: NoticeKind, states: Sequence[NoticeState]) -> ColumnElement[bool]:
    """Whether the alert of the surrounding statement has a message of this kind in one of these states."""
    notice = tables.Notice
    wanted = select(notice.id).where(
        notice.alert_id == tables.Alert.id, one_of(notice.kind, [kind]), one_of(notice.state, states)
    )
    return wanted.correlate(tables.Alert).exists()


def _held_back(kind: NoticeKind) -> ColumnElement[bool]:
    return _messages(kind, (NoticeState.STOPPED,)) & ~_messages(kind, LEFT)


UNHEARD: ColumnElement[bool] = or_(
    one_of(tables.Alert.state, ASKED) & _held_back(NoticeKind.REQUEST),
    one_of(tables.Alert.state, WARNED) & _held_back(NoticeKind.WARNING),
)
"""Whether a stop held back every message that an alert's state demands, so that nobody heard of it."""


def decided(session: Session, row: tables.Alert) -> AlreadyDecided:
    """Why an alert takes no first answer any more, in words."""
    given = reviews_of(session, row.id)
    if not given:
        return AlreadyDecided(f"this alert is {row.state}")
    last = given[-1]
    who, said = rules.name_of(session, last.person_id), SAID[last.verdict]
    return AlreadyDecided(f"{who} answered {said} at {last.at:%Y-%m-%d %H:%M} UTC: correct it if that is wrong")


def withheld_since(session: Session, site: str, since: datetime) -> set[int]:
    """Alerts of a site whose bear a ranger confirmed since then, and nobody was warned."""
    alert = tables.Alert
    wanted = select(alert.id).where(
        alert.site_id == site, alert.state == AlertState.WITHHELD, alert.decided_at >= since
    )
    return set(session.scalars(wanted))


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
