"""Incidents: bears that nobody was warned of, what they are found in, and what people said of their causes."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from store import tables
from store.encounters import LIVE
from store.errors import NotFound
from store.vocabulary import NoticeKind, Reason, Stage, Sureness, Verdict

LONGEST = timedelta(days=1)
"""A visit that goes on for longer is not looked for by its first alert."""

A_TIME = 500


@dataclass(frozen=True, kw_only=True)
class Named:
    """A cause as somebody named it."""

    row: tables.NamedCause
    by: str


@dataclass(frozen=True, kw_only=True)
class Near:
    """An alert of trial or live, and when its visit was."""

    row: tables.Alert
    group: str
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A picture of a camera and what was decided of it; reason None: nothing yet."""

    camera: str
    at: datetime
    reason: Reason | None
    p_bear: float | None
    threshold: float | None


def get(session: Session, number: int, *, lock: bool = False) -> tables.Incident:
    """One incident. Raises NotFound."""
    row = session.get(tables.Incident, number, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no incident {number}")
    return row


def of_sites(
    session: Session, sites: Sequence[str] | None, *, only_open: bool = False, cursor: int | None = None,
    limit: int = 100, but: Collection[str] = (),
) -> Sequence[tables.Incident]:  # fmt: skip
    """Those of sites (None: of all) that stand, the newest first; only_open: of which nobody named the cause."""
    row = tables.Incident
    wanted = select(row).where(row.ended_at.is_(None)).order_by(row.id.desc()).limit(limit)
    wanted = wanted if sites is None else wanted.where(row.site_id.in_(sites))
    wanted = wanted.where(row.site_id.not_in(but)) if but else wanted
    wanted = wanted if cursor is None else wanted.where(row.id < cursor)
    return session.scalars(wanted.where(~_named()) if only_open else wanted).all()


def open_by_site(session: Session) -> dict[str, int]:
    """How many stand at each site of which nobody named the cause."""
    row = tables.Incident
    wanted = select(row.site_id, func.count()).where(row.ended_at.is_(None), ~_named()).group_by(row.site_id)
    return {row[0]: row[1] for row in session.execute(wanted)}


def between(
    session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime
) -> Sequence[tables.Incident]:  # fmt: skip
    """Those of a span that were known and stood at a moment, in time."""
    row = tables.Incident
    wanted = select(row).where(
        row.site_id == site, row.at >= since, row.at < until, row.found_at <= as_of,
        or_(row.ended_at.is_(None), row.ended_at > as_of),
    )  # fmt: skip
    return session.scalars(wanted.order_by(row.at, row.id)).all()


def changed_at(session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime) -> list[datetime]:
    """When the register last changed for a span: found, ended, or a cause named, as far as that was by then."""
    row, cause = tables.Incident, tables.NamedCause
    here = (row.site_id == site, row.at >= since, row.at < until)
    found = [
        session.scalar(select(func.max(column)).where(*here, column <= as_of))
        for column in (row.found_at, row.ended_at)
    ]
    named = select(func.max(cause.at)).join(row, row.id == cause.incident_id)
    found.append(session.scalar(named.where(*here, cause.at <= as_of)))
    return [at for at in found if at is not None]


def standing_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these keys of which an incident stands."""
    row = tables.Incident
    return set(session.scalars(select(row.key).where(row.key.in_(list(keys)), row.ended_at.is_(None))))


def standing(session: Session, site: str, *, since: datetime) -> Sequence[tables.Incident]:
    """Those of bears that were there, or that were found, since then, and that stand."""
    row = tables.Incident
    wanted = select(row).where(
        row.site_id == site, row.ended_at.is_(None), or_(row.at >= since, row.found_at >= since)
    )
    return session.scalars(wanted.order_by(row.id)).all()


def causes(session: Session, numbers: Collection[int], *, as_of: datetime) -> dict[int, list[Named]]:
    """What people named, by incident, the last one last."""
    row, person, found = tables.NamedCause, tables.Person, defaultdict[int, list[Named]](list)
    wanted = (
        select(row, person.name)
        .join(person, person.id == row.person_id)
        .where(row.incident_id.in_(list(numbers)), row.at <= as_of)
        .order_by(row.id)
    )
    for one, name in session.execute(wanted):
        found[one.incident_id].append(Named(row=one, by=name))
    return found


def answered_bear(session: Session, site: str, *, since: datetime) -> Sequence[Near]:
    """Real alerts of trial and live that were called a bear since then and are no standing incident."""
    alert, review, row = tables.Alert, tables.Review, tables.Incident
    said = select(review.alert_id).where(review.verdict == Verdict.BEAR, review.at >= since)
    known = select(row.id).where(row.alert_id == alert.id, row.ended_at.is_(None)).exists()
    return _alerts(session, site, alert.id.in_(said), ~known)


def alerts(session: Session, site: str, numbers: Collection[int]) -> Sequence[Near]:
    """These of them."""
    return _alerts(session, site, tables.Alert.id.in_(list(numbers)))


def alerts_near(session: Session, site: str, *, since: datetime, until: datetime) -> Sequence[Near]:
    """Those whose visit lasted into a span."""
    alert, visit = tables.Alert, tables.Visit
    return _alerts(
        session, site, alert.taken_at >= since - LONGEST, alert.taken_at <= until, visit.started_at <= until,
        visit.last_at >= since,
    )  # fmt: skip


def alerts_of_visits(session: Session, site: str, visits: Collection[int]) -> Sequence[Near]:
    """Those of these visits."""
    return _alerts(session, site, tables.Alert.visit_id.in_(list(visits)))


def warnings(session: Session, alerts: Collection[int]) -> dict[int, list[tables.Notice]]:
    """Every warning of these alerts, by alert."""
    row, found, every = tables.Notice, defaultdict[int, list[tables.Notice]](list), sorted(set(alerts))
    for first in range(0, len(every), A_TIME):
        wanted = select(row).where(row.alert_id.in_(every[first : first + A_TIME]), row.kind == NoticeKind.WARNING)
        for one in session.scalars(wanted.order_by(row.created_at, row.key)):
            found[one.alert_id or 0].append(one)
    return found


def reviews(session: Session, alerts: Collection[int]) -> dict[int, list[tables.Review]]:
    """Every verdict on these alerts, by alert, in order."""
    row, found, every = tables.Review, defaultdict[int, list[tables.Review]](list), sorted(set(alerts))
    for first in range(0, len(every), A_TIME):
        for one in session.scalars(
            select(row).where(row.alert_id.in_(every[first : first + A_TIME])).order_by(row.id)
        ):
            found[one.alert_id].append(one)
    return found


def sightings(session: Session, site: str, *, since: datetime) -> Sequence[tables.Sighting]:
    """Bears that people told of, or that were there, since then, are sure of, and are no standing incident."""
    seen, row = tables.Sighting, tables.Incident
    known = select(row.id).where(row.sighting_id == seen.id, row.ended_at.is_(None)).exists()
    wanted = select(seen).where(
        seen.site_id == site, or_(seen.received_at >= since, seen.at >= since), seen.withdrawn_at.is_(None),
        seen.sure != Sureness.UNSURE, ~known,
    )  # fmt: skip
    return session.scalars(wanted.order_by(seen.at, seen.id)).all()


def matches(session: Session, sightings: Collection[int]) -> Sequence[tables.Match]:
    """What joins these sightings with visits now, or sets them apart."""
    row = tables.Match
    wanted = select(row).where(row.sighting_id.in_(list(sightings)), row.ended_at.is_(None))
    return session.scalars(wanted.order_by(row.id)).all()


def decided(session: Session, cameras: Collection[str], *, since: datetime, until: datetime) -> Sequence[Decided]:
    """Real pictures of these cameras in a span, in order, with what was decided."""
    frame, decision = tables.Frame, tables.Decision
    wanted = (
        select(frame.camera_id, frame.taken_at, decision.reason, decision.p_bear, decision.threshold)
        .outerjoin(decision, decision.frame_id == frame.id)
        .where(
            frame.camera_id.in_(sorted(cameras)), frame.taken_at >= since, frame.taken_at <= until,
            frame.origin.in_(LIVE), frame.send.is_(True),
        )
        .order_by(frame.taken_at, frame.id)
    )  # fmt: skip
    return [
        Decided(camera=camera, at=at, reason=reason, p_bear=p_bear, threshold=threshold)
        for camera, at, reason, p_bear, threshold in session.execute(wanted)
    ]  # fmt: skip


def _alerts(session: Session, site: str, *conditions: ColumnElement[bool]) -> Sequence[Near]:
    alert, visit, frame = tables.Alert, tables.Visit, tables.Frame
    wanted = (
        select(alert, visit.group_id, visit.started_at, visit.last_at)
        .join(visit, visit.id == alert.visit_id)
        .join(frame, frame.id == alert.frame_id)
        .where(
            alert.site_id == site, alert.stage != Stage.SHADOW, alert.send.is_(True), frame.origin.in_(LIVE),
            *conditions,
        )
        .order_by(alert.taken_at, alert.id)
    )  # fmt: skip
    return [
        Near(row=row, group=group, since=since, until=until) for row, group, since, until in session.execute(wanted)
    ]


def _named() -> ColumnElement[bool]:
    """Whether somebody named the cause."""
    row, cause = tables.Incident, tables.NamedCause
    return select(cause.id).where(cause.incident_id == row.id).exists()
