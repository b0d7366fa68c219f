"""Decisions: exactly one a frame."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from store import tables
from store.vocabulary import Act, Reason

STRENGTH = (Act.NOTHING, Act.JOIN, Act.RECORD, Act.ASK, Act.WARN)
"""Acts from the weakest to the strongest."""


def add(session: Session, decision: tables.Decision, detection: tables.Detection | None) -> None:
    """Write what was decided on a frame, and what was seen in it.

    The session keeps neither: nobody changes them, and every frame pays for it.
    """
    for row in (detection, decision):
        if row is not None:
            values = {name: value for name, value in vars(row).items() if name in row.__mapper__.columns}
            session.connection().execute(INSERTS[type(row)], values)


def of_frame(session: Session, frame: int) -> tables.Decision | None:
    """What was decided on one frame, or None while it waits."""
    return session.get(tables.Decision, frame)


def count(session: Session) -> int:
    """How many frames were ever decided."""
    return session.scalar(select(func.count()).select_from(tables.Decision)) or 0


def of_visit(session: Session, visit: int) -> Sequence[tables.Decision]:
    """The decisions on a visit's frames, in the order the frames came in."""
    wanted = select(tables.Decision).where(tables.Decision.visit_id == visit)
    return session.scalars(wanted.order_by(tables.Decision.frame_id)).all()


def strongest(session: Session, visit: int) -> tables.Decision | None:
    """The decision that did most of all on a visit's frames; of equals the first."""
    found = of_visit(session, visit)
    return max(found, key=lambda decision: STRENGTH.index(decision.act), default=None)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which decisions. sites, none: all; since, until: when the picture was taken, the end not included."""

    sites: Sequence[str] = ()
    camera: str | None = None
    reason: Reason | None = None
    since: datetime | None = None
    until: datetime | None = None


def page(
    session: Session, wanted: Wanted, *, cursor: int | None, limit: int
) -> Sequence[tuple[tables.Frame, tables.Decision]]:
    """Decisions with their frames, the frame that came in last first, older than the cursor."""
    frame, decision = tables.Frame, tables.Decision
    rows = select(frame, decision).join(decision, decision.frame_id == frame.id)
    if wanted.sites:
        own = select(tables.Camera.id).where(tables.Camera.site_id.in_(wanted.sites))
        rows = rows.where(frame.camera_id.in_(own))
    given = (
        (wanted.camera, frame.camera_id == wanted.camera), (wanted.reason, decision.reason == wanted.reason),
        (wanted.since, frame.taken_at >= wanted.since if wanted.since else None),
        (wanted.until, frame.taken_at < wanted.until if wanted.until else None), (cursor, frame.id < (cursor or 0)),
    )  # fmt: skip
    for value, holds in given:
        if value is not None and holds is not None:
            rows = rows.where(holds)
    return [(one, other) for one, other in session.execute(rows.order_by(frame.id.desc()).limit(limit))]


def reasons_of(session: Session, frames: Sequence[int]) -> dict[str, int]:
    """How many of these frames were decided for each reason, the most frequent first."""
    counted = Counter(
        reason.value
        for part in _parts(frames)
        for reason in session.scalars(select(tables.Decision.reason).where(tables.Decision.frame_id.in_(part)))
    )
    return dict(counted.most_common())


def unreadable(session: Session, frames: Collection[int]) -> dict[int, str]:
    """Those of these frames that could not be opened or scored, with what was wrong."""
    row = tables.Decision
    return {
        frame: says
        for part in _parts(frames)
        for frame, says in session.execute(
            select(row.frame_id, row.says).where(row.frame_id.in_(part), row.reason == Reason.UNREADABLE)
        )
    }


def undecided(session: Session, frames: Collection[int]) -> set[int]:
    """Those of these frames that have no decision yet."""
    frame = tables.Decision.frame_id
    return set(frames).difference(
        *(session.scalars(select(frame).where(frame.in_(part))).all() for part in _parts(frames))
    )


def _parts(frames: Collection[int]) -> list[list[int]]:
    """A few hundred at a time: databases limit how many values one statement may name."""
    each = sorted(set(frames))
    return [each[first : first + 500] for first in range(0, len(each), 500)]


INSERTS = {
    row: insert(tables.Table.metadata.tables[row.__tablename__]) for row in (tables.Decision, tables.Detection)
}
