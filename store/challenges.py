"""Challenges: which version looks at a site's frames beside the one in force, and which frames still wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from store import tables
from store.vocabulary import Origin

LEFT_OUT = (Origin.SEEDED, Origin.BULK)
"""Frames that no challenger looks at: tests, and cards of old pictures."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A frame that a challenger is to look at, and the version."""

    frame: tables.Frame
    model: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Frames that the version in force has looked at since a challenge began, and what the challenger did with them.

    waiting: those that it will still look at when it has time; skipped: those that it will not.
    """

    scored: int
    waiting: int
    skipped: int


def open_of(session: Session, site: str) -> tables.Challenge | None:
    """The challenge that goes on at a site."""
    row = tables.Challenge
    return session.scalar(select(row).where(row.site_id == site, row.ended_at.is_(None)))


def of_site(session: Session, site: str) -> Sequence[tables.Challenge]:
    """Every challenge of a site, newest first."""
    row = tables.Challenge
    return session.scalars(select(row).where(row.site_id == site).order_by(row.id.desc())).all()


def by_model(session: Session, sha256: str) -> Sequence[str]:
    """The sites where a version is the challenger now."""
    row = tables.Challenge
    wanted = select(row.site_id).where(row.model_sha256 == sha256, row.ended_at.is_(None))
    return session.scalars(wanted.order_by(row.site_id)).all()


def any_open(session: Session) -> bool:
    """Whether any site has a challenger."""
    return session.scalar(select(tables.Challenge.id).where(tables.Challenge.ended_at.is_(None)).limit(1)) is not None


def next_frame(session: Session, *, since: datetime) -> Waiting | None:
    """The oldest frame since a moment that a challenger has not looked at.

    Of frames of a canary that is the challenger's own version none is left to it: they are scored already.
    """
    wanted = _frames().add_columns(tables.Challenge.model_sha256)
    wanted = wanted.where(
        tables.Challenge.ended_at.is_(None), tables.Decision.decided_at >= since, ~_looked_at()
    ).order_by(tables.Decision.decided_at, tables.Decision.frame_id)
    row = session.execute(wanted.limit(1)).first()
    return None if row is None else Waiting(frame=session.get_one(tables.Frame, row[0]), model=row[1])


def counts(session: Session, challenge: tables.Challenge, *, since: datetime) -> Counts:
    """How far a challenger is. since: frames that were decided before are not looked at any more."""
    frames = _frames().where(tables.Challenge.id == challenge.id)
    if challenge.ended_at is not None:
        frames = frames.where(tables.Decision.decided_at < challenge.ended_at)
    scored = _count(session, frames.where(_looked_at()))
    left = frames.where(~_looked_at())
    waiting = 0 if challenge.ended_at else _count(session, left.where(tables.Decision.decided_at >= since))
    return Counts(scored=scored, waiting=waiting, skipped=_count(session, left) - waiting)


def keep(session: Session, values: dict[str, Any]) -> None:
    """Write what a challenger said of a frame; another worker's word of the same frame stands."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(tables.Detection).values(**values).on_conflict_do_nothing())


def _frames() -> Any:
    """The frames that the version in force has looked at while a challenge went on."""
    frame, camera, decision = tables.Frame, tables.Camera, tables.Decision
    return (
        select(decision.frame_id)
        .join(frame, frame.id == decision.frame_id)
        .join(camera, camera.id == decision.camera_id)
        .join(tables.Challenge, tables.Challenge.site_id == camera.site_id)
        .where(
            decision.decided_at >= tables.Challenge.begun_at, decision.model_sha256.is_not(None),
            decision.model_sha256 != tables.Challenge.model_sha256, frame.origin.not_in(LEFT_OUT),
        )
    )  # fmt: skip


def _looked_at() -> Any:
    own = aliased(tables.Detection)
    return (
        select(own.id)
        .where(own.frame_id == tables.Decision.frame_id, own.model_sha256 == tables.Challenge.model_sha256)
        .correlate(tables.Decision, tables.Challenge)
        .exists()
    )


def _count(session: Session, wanted: Any) -> int:
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
