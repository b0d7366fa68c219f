"""Episodes: what was wrong with cameras, from when to when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound
from store.vocabulary import CameraFault


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A span of time, its end not included."""

    since: datetime
    until: datetime


def begin(
    session: Session, camera: str | None, kind: CameraFault, *, since: datetime, now: datetime, says: str,
    measured: Mapping[str, float], blind: bool = True,
) -> tables.Episode:  # fmt: skip
    """Something began to be wrong. Call it where none of this kind is open."""
    row = tables.Episode(
        camera_id=camera, kind=kind, began_at=since, noticed_at=now, blind=blind, says=says, measured=dict(measured)
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, episode: int, *, lock: bool = False) -> tables.Episode:
    """One episode. Raises NotFound."""
    row = session.get(tables.Episode, episode, with_for_update=True if lock else None, populate_existing=lock)
    if row is None:
        raise NotFound(f"there is no episode {episode}")
    return row


def open_of(session: Session, camera: str | None) -> Sequence[tables.Episode]:
    """What is wrong with a camera now, the oldest first; None: with the whole installation."""
    episode = tables.Episode
    wanted = select(episode).where(episode.ended_at.is_(None), episode.camera_id.is_not_distinct_from(camera))
    return list(session.scalars(wanted.order_by(episode.began_at, episode.id)))


def still_untold(session: Session) -> Sequence[tables.Episode]:
    """Open ones that nobody has acknowledged, and ended ones whose beginning was told and whose end was not."""
    episode = tables.Episode
    opened = episode.ended_at.is_(None) & episode.acknowledged_at.is_(None)
    ended = episode.ended_at.is_not(None) & (episode.told > 0) & episode.end_told_at.is_(None)
    return session.scalars(select(episode).where(opened | ended).order_by(episode.began_at, episode.id)).all()


def between(
    session: Session, *, since: datetime | None = None, until: datetime | None = None, camera: str | None = None,
    sites: Sequence[str] = (), only_open: bool = False, cursor: int | None = None, limit: int | None = None,
) -> Sequence[tables.Episode]:  # fmt: skip
    """Episodes that lasted into a period, the newest first; those of the installation are everybody's."""
    episode = tables.Episode
    wanted = select(episode).where(*_lasting(since, until))
    if camera is not None:
        wanted = wanted.where(or_(episode.camera_id == camera, episode.camera_id.is_(None)))
    if sites:
        own = select(tables.Camera.id).where(tables.Camera.site_id.in_(sites))
        wanted = wanted.where(or_(episode.camera_id.in_(own), episode.camera_id.is_(None)))
    wanted = wanted.where(episode.ended_at.is_(None)) if only_open else wanted
    wanted = wanted if cursor is None else wanted.where(episode.id < cursor)
    return session.scalars(wanted.order_by(episode.id.desc()).limit(limit)).all()


def not_exposure(session: Session, camera: str, *, since: datetime, until: datetime) -> list[Interval]:
    """When, within a period, a bear could pass this camera unseen: in order, each moment once."""
    rows = [row for row in between(session, since=since, until=until, camera=camera) if row.blind]
    found: list[Interval] = []
    for row in sorted(rows, key=lambda one: one.began_at):
        first, last = max(row.began_at, since), min(row.ended_at or until, until)
        if found and first <= found[-1].until:
            found[-1] = Interval(since=found[-1].since, until=max(found[-1].until, last))
        elif first < last:
            found.append(Interval(since=first, until=last))
    return found


def _lasting(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    episode = tables.Episode
    after = [] if since is None else [or_(episode.ended_at.is_(None), episode.ended_at > since)]
    return after if until is None else [*after, episode.began_at < until]
