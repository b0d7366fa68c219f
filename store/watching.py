"""The manual watch as rows: who watched where and when, what they saw, and what people did."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound
from store.vocabulary import Did, Stage, WatchMode, WatchPlace

TELLS = (Stage.TRIAL, Stage.LIVE)
"""Stages whose alerts reach people at once."""


def get(session: Session, number: int, *, lock: bool = False) -> tables.WatchSession:
    """One session. Raises NotFound."""
    row = session.get(tables.WatchSession, number, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no watch session {number}")
    return row


def sighting(session: Session, number: int, *, lock: bool = False) -> tables.Sighting:
    """One sighting. Raises NotFound."""
    row = session.get(tables.Sighting, number, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no sighting {number}")
    return row


def session_of_key(session: Session, key: str) -> tables.WatchSession | None:
    """The session that a phone, or a line of a file, has told already."""
    return session.scalar(select(tables.WatchSession).where(tables.WatchSession.key == key))


def sighting_of_key(session: Session, key: str) -> tables.Sighting | None:
    """The same for a sighting."""
    return session.scalar(select(tables.Sighting).where(tables.Sighting.key == key))


def page(
    session: Session, *, sites: Sequence[str] | None, cursor: int | None, limit: int
) -> Sequence[tables.WatchSession]:
    """Sessions, the newest first; sites None: of all."""
    row = tables.WatchSession
    wanted = select(row).order_by(row.id.desc()).limit(limit)
    wanted = wanted if sites is None else wanted.where(row.site_id.in_(sites))
    return session.scalars(wanted if cursor is None else wanted.where(row.id < cursor)).all()


def sightings(
    session: Session, *, sites: Sequence[str] | None, cursor: int | None, limit: int
) -> Sequence[tables.Sighting]:
    """Sightings, withdrawn ones too, the newest first; sites None: of all."""
    row = tables.Sighting
    wanted = select(row).order_by(row.id.desc()).limit(limit)
    wanted = wanted if sites is None else wanted.where(row.site_id.in_(sites))
    return session.scalars(wanted if cursor is None else wanted.where(row.id < cursor)).all()


def responses(
    session: Session, *, sites: Sequence[str] | None, cursor: int | None, limit: int, alert: int | None = None,
    sighting: int | None = None,
) -> Sequence[tables.Response]:  # fmt: skip
    """What people did, the newest first; sites None: of all. alert, sighting: because of this one."""
    row = tables.Response
    wanted = select(row).order_by(row.id.desc()).limit(limit)
    wanted = wanted if sites is None else wanted.where(row.site_id.in_(sites))
    wanted = wanted if alert is None else wanted.where(row.alert_id == alert)
    wanted = wanted if sighting is None else wanted.where(row.sighting_id == sighting)
    return session.scalars(wanted if cursor is None else wanted.where(row.id < cursor)).all()


def response_told(
    session: Session, *, alert: int | None, sighting: int | None, did: Did, at: datetime, person: int
) -> tables.Response | None:  # fmt: skip
    """The same response, told before."""
    row = tables.Response
    return session.scalar(select(row).where(
        row.alert_id.is_not_distinct_from(alert), row.sighting_id.is_not_distinct_from(sighting),
        row.did == did, row.at == at, row.person_id == person,
    ))  # fmt: skip


def open_ones(session: Session, person: int) -> Sequence[tables.WatchSession]:
    """What a person has begun and not ended, the oldest first."""
    row = tables.WatchSession
    return session.scalars(select(row).where(row.person_id == person, row.ended_at.is_(None)).order_by(row.id)).all()


def blind_sites(session: Session, person: int, *, since: datetime) -> frozenset[str]:
    """Where a person watches blind now. since: one begun before this is past its limit."""
    row = tables.WatchSession
    held = (row.person_id == person, row.ended_at.is_(None), row.mode == WatchMode.BLIND, row.started_at > since)
    return frozenset(session.scalars(select(row.site_id).where(*held)))


def desk_since(session: Session, person: int, *, since: datetime) -> dict[str, datetime]:
    """Sites at whose recorded hours a person looks blind now, and since when. since: as in `blind_sites`."""
    row = tables.WatchSession
    held = (row.person_id == person, row.ended_at.is_(None), row.mode == WatchMode.BLIND, row.started_at > since)
    wanted = select(row.site_id, row.started_at).where(*held, row.place == WatchPlace.DESK)
    return {found.site_id: found.started_at for found in session.execute(wanted)}


def past_limit(session: Session, began_before: datetime) -> Sequence[tables.WatchSession]:
    """Open ones that began so long ago."""
    row = tables.WatchSession
    wanted = select(row).where(row.ended_at.is_(None), row.started_at <= began_before).order_by(row.id)
    return session.scalars(wanted.with_for_update()).all()


def between(session: Session, site: str, *, since: datetime, until: datetime) -> Sequence[tables.WatchSession]:
    """Sessions of a site that have a moment of this span, in order."""
    row = tables.WatchSession
    wanted = select(row).where(row.site_id == site, *_meets(since, until)).order_by(row.started_at, row.id)
    return session.scalars(wanted).all()


def of_same_person(session: Session, of: tables.WatchSession, *, until: datetime) -> Sequence[tables.WatchSession]:
    """Other sessions of whoever watched, at any site, that meet this one; until: its end, or now."""
    row = tables.WatchSession
    same = func.lower(row.observer) == of.observer.lower()
    same = same if of.person_id is None else or_(same, row.person_id == of.person_id)
    wanted = select(row).where(same, row.id != of.id, *_meets(of.started_at, until)).order_by(row.id)
    return session.scalars(wanted).all()


def during(session: Session, of: tables.WatchSession) -> Sequence[tables.Sighting]:
    """The sightings of a session that stand, in order."""
    row = tables.Sighting
    wanted = select(row).where(row.session_id == of.id, row.withdrawn_at.is_(None)).order_by(row.at, row.id)
    return session.scalars(wanted).all()


def watched_by(session: Session, site: str, observer: str, at: datetime) -> tables.WatchSession | None:
    """The session in which this observer was at the site at a moment; the earliest where there are several."""
    row = tables.WatchSession
    wanted = select(row).where(
        row.site_id == site, func.lower(row.observer) == observer.lower(), row.started_at <= at,
        or_(row.ended_at.is_(None), row.ended_at >= at), row.place == WatchPlace.FIELD,
    )  # fmt: skip
    return session.scalar(wanted.order_by(row.id).limit(1))


def belongs_to_none(
    session: Session, site: str, observer: str, *, since: datetime, until: datetime
) -> Sequence[tables.Sighting]:  # fmt: skip
    """Sightings of this observer in a span that are of no session yet."""
    row = tables.Sighting
    wanted = select(row).where(
        row.site_id == site, func.lower(row.observer) == observer.lower(), row.session_id.is_(None),
        row.at >= since, row.at <= until,
    )  # fmt: skip
    return session.scalars(wanted.order_by(row.id)).all()


def alerts_at(
    session: Session, site: str, *, since: datetime, until: datetime
) -> Sequence[tuple[datetime, bool]]:  # fmt: skip
    """When alerts were raised at a site, and whether people were told of them at once; replays left out."""
    row = tables.Alert
    wanted = select(row.raised_at, row.stage).where(
        row.site_id == site, row.send.is_(True), row.raised_at >= since, row.raised_at <= until
    )
    return [(at, stage in TELLS) for at, stage in session.execute(wanted.order_by(row.raised_at))]


def _meets(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    row = tables.WatchSession
    return row.started_at < until, or_(row.ended_at.is_(None), row.ended_at > since)
