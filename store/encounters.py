"""What encounters are made of, as rows: visits that the model called bear, sightings, and what joins them.

Each statement takes `as_of`: rows that were made later do not exist for it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from store import tables
from store.errors import NotFound
from store.vocabulary import Act, Origin, Stage, Sureness, Verdict

LIVE = (Origin.STREAM, Origin.DOOR)
"""Doors of what is there now: no known clip, no replay, no card."""

BELONGS = (Act.RECORD, Act.JOIN, Act.ASK, Act.WARN)
"""Frames in which the visit's bear was seen as such, so that a visit taken in later lends it no time of its own."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One alert of a visit, with what it was decided by."""

    id: int
    visit: int
    linked: int | None
    camera: str
    group: str
    stage: Stage
    taken_at: datetime
    p_bear: float
    version: str
    threshold: float | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The pictures of a visit. p_bear None: no decision of it is left."""

    since: datetime
    until: datetime
    p_bear: float | None


@dataclass(frozen=True, kw_only=True)
class Joined:
    """One row that joins a visit with a sighting or sets them apart, and who wrote and ended it."""

    row: tables.Match
    made_by: str | None
    ended_by: str | None


def alerted(session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime) -> set[int]:
    """Visits of which a picture of this span raised an alert."""
    wanted = select(tables.Alert.visit_id).where(
        tables.Alert.site_id == site, tables.Alert.taken_at >= since, tables.Alert.taken_at < until,
        *_real(as_of),
    )  # fmt: skip
    return set(session.scalars(wanted.join(tables.Frame, tables.Frame.id == tables.Alert.frame_id)))


def unjoined_visits(
    session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime
) -> Sequence[tuple[int, datetime, datetime]]:
    """Visits that raised an alert in a span and are joined with nothing, and from when to when each was."""
    alert, visit = tables.Alert, tables.Visit
    wanted = (
        select(visit.id, visit.started_at, visit.last_at)
        .join(alert, alert.visit_id == visit.id)
        .join(tables.Frame, tables.Frame.id == alert.frame_id)
        .where(alert.site_id == site, alert.taken_at >= since, alert.taken_at <= until, *_real(as_of))
        .where(~_joins(tables.Match.visit_id == visit.id))
        .distinct()
    )
    return [(number, first, last) for number, first, last in session.execute(wanted)]


def linked_with(session: Session, visits: Collection[int]) -> set[int]:
    """The visits that a late picture showed to be the same as one of these, and these."""
    row, found, more = tables.Visit, set(visits), set(visits)
    while more:
        wanted = select(row.id, row.linked_visit_id).where(
            row.linked_visit_id.is_not(None), or_(row.id.in_(more), row.linked_visit_id.in_(more))
        )
        more = {one for pair in session.execute(wanted) for one in pair} - found
        found |= more
    return found


def of_site(session: Session, site: str, visits: Collection[int]) -> set[int]:
    """Those of these visits that are of the site."""
    row = tables.Visit
    return set(session.scalars(select(row.id).where(row.id.in_(list(visits)), row.site_id == site)))


def match(session: Session, number: int, *, lock: bool = False) -> tables.Match:
    """One row that joins or sets apart. Raises NotFound."""
    row = session.get(tables.Match, number, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no match {number}")
    return row


def end_of_sighting(session: Session, sighting: int, *, by: int, now: datetime) -> None:
    """What joins a sighting holds no more."""
    row = tables.Match
    held = select(row).where(row.sighting_id == sighting, row.apart.is_(False), row.ended_at.is_(None))
    for one in session.scalars(held):
        one.ended_at, one.ended_by = now, by
    session.flush()


def alarms(session: Session, visits: Collection[int], *, as_of: datetime) -> Sequence[Alarm]:
    """Every alert of these visits, the first of each first."""
    alert, visit, decision = tables.Alert, tables.Visit, tables.Decision
    wanted = (
        select(
            alert.id, alert.visit_id, visit.linked_visit_id, alert.camera_id, visit.group_id, alert.stage,
            alert.taken_at, alert.p_bear, func.coalesce(decision.model_sha256, visit.model_sha256),
            decision.threshold,
        )
        .join(visit, visit.id == alert.visit_id)
        .join(tables.Frame, tables.Frame.id == alert.frame_id)
        .outerjoin(decision, decision.frame_id == alert.frame_id)
        .where(alert.visit_id.in_(visits), *_real(as_of))
        .order_by(alert.taken_at, alert.id)
    )  # fmt: skip
    return [
        Alarm(
            id=number, visit=of, linked=linked, camera=camera, group=group, stage=stage, taken_at=at, p_bear=p_bear,
            version=version, threshold=threshold,
        )
        for number, of, linked, camera, group, stage, at, p_bear, version, threshold in session.execute(wanted)
    ]  # fmt: skip


def shown(session: Session, visits: Collection[int], *, as_of: datetime) -> Mapping[int, Shown]:
    """From when to when the pictures of each visit were taken, and the surest of them."""
    decision, frame = tables.Decision, tables.Frame
    wanted = (
        select(decision.visit_id, func.min(frame.taken_at), func.max(frame.taken_at), func.max(decision.p_bear))
        .join(frame, frame.id == decision.frame_id)
        .where(
            decision.visit_id.in_(visits), decision.decided_at <= as_of, decision.act.in_(BELONGS),
            frame.origin.in_(LIVE), frame.send.is_(True),
        )
        .group_by(decision.visit_id)
    )  # fmt: skip
    return {
        visit: Shown(since=since, until=until, p_bear=p_bear)
        for visit, since, until, p_bear in session.execute(wanted) if visit is not None
    }  # fmt: skip


def verdicts(session: Session, alerts: Collection[int], *, as_of: datetime) -> Mapping[int, Verdict]:
    """The verdict that stood on each alert; those that had none are left out."""
    review = tables.Review
    wanted = select(review.alert_id, review.verdict).where(review.alert_id.in_(alerts), review.at <= as_of)
    return {row[0]: row[1] for row in session.execute(wanted.order_by(review.id))}


def sightings(
    session: Session, site: str, *, since: datetime, until: datetime, as_of: datetime
) -> Sequence[tables.Sighting]:  # fmt: skip
    """Sightings of this span that stood, in time, those too that nobody counts because they were unsure."""
    row = tables.Sighting
    wanted = select(row).where(row.site_id == site, row.at >= since, row.at < until, *_stands(as_of))
    return session.scalars(wanted.order_by(row.at, row.id)).all()


def unjoined_sightings(session: Session, site: str, *, since: datetime, as_of: datetime) -> Sequence[tables.Sighting]:
    """Sightings that were told or happened since then and are joined with nothing, in time; no unsure ones."""
    row = tables.Sighting
    wanted = select(row).where(
        row.site_id == site, or_(row.received_at >= since, row.at >= since), row.sure != Sureness.UNSURE,
        ~_joins(tables.Match.sighting_id == row.id), *_stands(as_of),
    )  # fmt: skip
    return session.scalars(wanted.order_by(row.at, row.id)).all()


def sightings_of(session: Session, numbers: Collection[int], *, as_of: datetime) -> Sequence[tables.Sighting]:
    """These sightings, as far as they stood."""
    row = tables.Sighting
    return session.scalars(
        select(row).where(row.id.in_(list(numbers)), *_stands(as_of)).order_by(row.at, row.id)
    ).all()


def counted(row: tables.Sighting) -> bool:
    """Whether people themselves count it as a bear."""
    return row.sure is not Sureness.UNSURE


def sessions(session: Session, numbers: Iterable[int], *, as_of: datetime) -> Mapping[int, tables.WatchSession]:
    """These watch sessions by their number, as far as they were told."""
    row = tables.WatchSession
    wanted = select(row).where(row.id.in_(set(numbers)), row.received_at <= as_of)
    return {one.id: one for one in session.scalars(wanted)}


def matches(
    session: Session, *, visits: Collection[int], sightings: Collection[int], as_of: datetime, holding: bool = True
) -> Sequence[Joined]:
    """What joined (holding: only that), or was ever said, of these visits and sightings; the oldest first."""
    row, maker, ender = tables.Match, aliased(tables.Person), aliased(tables.Person)
    wanted = (
        select(row, maker.name, ender.name)
        .outerjoin(maker, maker.id == row.made_by)
        .outerjoin(ender, ender.id == row.ended_by)
        .where(or_(row.visit_id.in_(list(visits)), row.sighting_id.in_(list(sightings))), row.made_at <= as_of)
        .order_by(row.id)
    )
    if holding:
        wanted = wanted.where(row.apart.is_(False), or_(row.ended_at.is_(None), row.ended_at > as_of))
    return [Joined(row=one, made_by=made, ended_by=ended) for one, made, ended in session.execute(wanted)]


def _real(as_of: datetime) -> tuple[ColumnElement[bool], ...]:
    """An alert of what a camera saw then; beside the alert's frame."""
    return tables.Alert.send.is_(True), tables.Frame.origin.in_(LIVE), tables.Alert.raised_at <= as_of


def _joins(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether something is joined now."""
    row = tables.Match
    return select(row.id).where(which, row.apart.is_(False), row.ended_at.is_(None)).exists()


def _stands(as_of: datetime) -> tuple[ColumnElement[bool], ...]:
    row = tables.Sighting
    return row.received_at <= as_of, or_(row.withdrawn_at.is_(None), row.withdrawn_at > as_of)
