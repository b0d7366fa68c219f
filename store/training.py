"""Training rows: candidates, answers, and what the next training may use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from store import tables
from store.errors import NotFound
from store.vocabulary import Act, Origin, RowState, Verdict

Sites = Sequence[str]
"""Sites that a question is limited to; none: all of the park."""


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """An alert's last verdict and its picture. corrected: it was given after the page had told the score."""

    frame: int
    camera: str
    site: str
    review: int
    verdict: Verdict
    species: str | None
    person: int
    name: str
    corrected: bool


@dataclass(frozen=True, kw_only=True)
class Plain:
    """A frame of a camera and its site."""

    frame: int
    camera: str
    site: str


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A row with its frame, the visit that the frame belongs to, and who said the label."""

    row: tables.TrainingRow
    frame: tables.Frame
    visit: int | None
    name: str | None


def get(session: Session, row: int, *, lock: bool = False) -> tables.TrainingRow:
    """One row. Raises NotFound."""
    found = session.get(tables.TrainingRow, row, with_for_update=True if lock else None, populate_existing=lock)
    if found is None:
        raise NotFound(f"there is no training row {row}")
    return found


def page(
    session: Session, *, sites: Sites, state: RowState | None, retired: bool, cursor: int | None, limit: int
) -> Sequence[Answered]:
    """Rows, the oldest first, newer than the cursor."""
    row = tables.TrainingRow
    wanted = _answered(sites).where(row.retired_at.is_not(None) if retired else row.retired_at.is_(None))
    wanted = wanted if state is None else wanted.where(row.state == state)
    wanted = wanted if cursor is None else wanted.where(row.id > cursor)
    return [_read(each) for each in session.execute(wanted.order_by(row.id).limit(limit))]


def accepted(session: Session, *, sites: Sites) -> Sequence[Answered]:
    """Every labelled row that is not retired, by frame."""
    row = tables.TrainingRow
    wanted = _answered(sites).where(row.state == RowState.ACCEPTED, row.retired_at.is_(None))
    return [_read(each) for each in session.execute(wanted.order_by(row.frame_id))]


def labels_of(session: Session, site: str, *, frames_since: datetime) -> dict[int, tuple[str, str]]:
    """Of each frame of a site, taken since then, its label and who gave it; retired rows are left out."""
    row, frame, person = tables.TrainingRow, tables.Frame, tables.Person
    wanted = (
        select(row.frame_id, row.label, person.name)
        .join(frame, frame.id == row.frame_id)
        .join(person, person.id == row.said_by)
        .where(
            row.site_id == site, row.state == RowState.ACCEPTED, row.retired_at.is_(None),
            frame.taken_at >= frames_since,
        )
    )  # fmt: skip
    return {number: (label or "", name) for number, label, name in session.execute(wanted)}


def counts(session: Session, *, sites: Sites) -> dict[str, int]:
    """How many rows stand where; retired ones apart."""
    row = tables.TrainingRow
    wanted = _within(select(row.state, row.retired_at.is_not(None), func.count()), row.site_id, sites)
    found: dict[str, int] = {}
    for state, retired, count in session.execute(wanted.group_by(row.state, row.retired_at.is_not(None))):
        name = "retired" if retired else state.value
        found[name] = found.get(name, 0) + count
    return found


def reviewed(session: Session, *, sites: Sites, limit: int | None = None) -> Sequence[Reviewed]:
    """The last verdict on each alert whose frame is no row yet, or a waiting one that rests on an older verdict."""
    alert, review, row = tables.Alert, tables.Review, tables.TrainingRow
    last = select(func.max(review.id)).group_by(review.alert_id)
    wanted = (
        select(
            alert.frame_id, alert.camera_id, alert.site_id, review.id, review.verdict, review.species,
            review.person_id, tables.Person.name, review.corrects_id.is_not(None),
        )
        .join(alert, alert.id == review.alert_id)
        .join(tables.Person, tables.Person.id == review.person_id)
        .join(tables.Frame, tables.Frame.id == alert.frame_id)
        .outerjoin(row, row.frame_id == alert.frame_id)
        .where(
            review.id.in_(last), review.verdict != Verdict.UNSURE, tables.Frame.width > 0, ~_gone(tables.Frame),
            or_(row.id.is_(None), (row.state == RowState.WAITING) & (row.review_id < review.id)),
        )
        .order_by(review.id)
        .limit(limit)
    )  # fmt: skip
    names = ("frame", "camera", "site", "review", "verdict", "species", "person", "name", "corrected")
    rows = session.execute(_within(wanted, alert.site_id, sites))
    return [Reviewed(**dict(zip(names, each, strict=True))) for each in rows]


def of_frame(session: Session, frame: int) -> tables.TrainingRow | None:
    """The row of a frame."""
    return session.scalar(select(tables.TrainingRow).where(tables.TrainingRow.frame_id == frame))


def quiet(session: Session, *, sites: Sites, since: datetime) -> Sequence[Plain]:
    """Frames since then that were decided, belong to no alerted visit, and are no row yet; by frame."""
    decision, frame = tables.Decision, tables.Frame
    alerted = select(tables.Alert.id).where(tables.Alert.visit_id == decision.visit_id).exists()
    known = select(tables.TrainingRow.id).where(tables.TrainingRow.frame_id == frame.id).exists()
    wanted = (
        select(frame.id, frame.camera_id, tables.Camera.site_id)
        .join(decision, decision.frame_id == frame.id)
        .join(tables.Camera, tables.Camera.id == frame.camera_id)
        .where(
            frame.taken_at >= since,
            frame.width > 0,
            decision.act == Act.NOTHING,
            ~alerted,
            ~known,
            ~_gone(frame),
            frame.origin != Origin.SEEDED,
        )
        .order_by(frame.id)
    )
    return [_plain(each) for each in session.execute(_within(wanted, tables.Camera.site_id, sites))]


def disagreed(session: Session, *, sites: Sites, limit: int) -> Sequence[Plain]:
    """Frames that two versions scored, one as a bear by its own threshold and one not, and that are no row yet."""
    one, other = aliased(tables.Detection), aliased(tables.Detection)
    mine, theirs = aliased(tables.ModelVersion), aliased(tables.ModelVersion)
    frame = tables.Frame
    known = select(tables.TrainingRow.id).where(tables.TrainingRow.frame_id == frame.id).exists()
    wanted = (
        select(frame.id, frame.camera_id, tables.Camera.site_id)
        .join(one, one.frame_id == frame.id)
        .join(other, other.frame_id == frame.id)
        .join(mine, mine.sha256 == one.model_sha256)
        .join(theirs, theirs.sha256 == other.model_sha256)
        .join(tables.Camera, tables.Camera.id == frame.camera_id)
        .where(
            frame.width > 0,
            one.p_bear >= mine.threshold,
            other.p_bear < theirs.threshold,
            ~known,
            ~_gone(frame),
            frame.origin != Origin.SEEDED,
        )
        .distinct()
        .order_by(frame.id)
        .limit(limit)
    )
    return [_plain(each) for each in session.execute(_within(wanted, tables.Camera.site_id, sites))]


def has_reviewed(session: Session, person: int, frame: int) -> bool:
    """Whether a person has answered an alert of the frame's visit: the page Review told them the score after that."""
    alert, decision = tables.Alert, tables.Decision
    wanted = (
        select(tables.Review.id)
        .join(alert, alert.id == tables.Review.alert_id)
        .outerjoin(decision, decision.visit_id == alert.visit_id)
        .where(tables.Review.person_id == person, or_(alert.frame_id == frame, decision.frame_id == frame))
    )
    return session.scalar(wanted.limit(1)) is not None


def scores(session: Session, frame: int) -> Sequence[tuple[str, tables.Detection]]:
    """What each version said of a frame, by the version's name."""
    wanted = (
        select(tables.ModelVersion.name, tables.Detection)
        .join(tables.ModelVersion, tables.ModelVersion.sha256 == tables.Detection.model_sha256)
        .where(tables.Detection.frame_id == frame)
        .order_by(tables.Detection.id)
    )
    return [(name, found) for name, found in session.execute(wanted)]


def to_retire(
    session: Session, *, sites: Sites, camera: str | None, before: datetime | None
) -> Sequence[tables.TrainingRow]:
    """Rows of these sites, this camera and frames taken before then, that are not retired; locked."""
    row = tables.TrainingRow
    wanted = _within(select(row).where(row.retired_at.is_(None)), row.site_id, sites)
    wanted = wanted if camera is None else wanted.where(row.camera_id == camera)
    if before is not None:
        wanted = wanted.join(tables.Frame, tables.Frame.id == row.frame_id).where(tables.Frame.taken_at < before)
    return session.scalars(wanted.order_by(row.id).with_for_update(of=row)).all()


def _gone(frame: type[tables.Frame]) -> ColumnElement[bool]:
    """Whether the picture is no longer kept: nobody could label it."""
    dropped = tables.DroppedPicture
    return select(dropped.sha256).where(dropped.sha256 == frame.sha256, dropped.at >= frame.received_at).exists()


def _answered(sites: Sites) -> Select[*tuple[Any, ...]]:
    row = tables.TrainingRow
    wanted = (
        select(row, tables.Frame, tables.Decision.visit_id, tables.Person.name)
        .join(tables.Frame, tables.Frame.id == row.frame_id)
        .outerjoin(tables.Decision, tables.Decision.frame_id == row.frame_id)
        .outerjoin(tables.Person, tables.Person.id == row.said_by)
    )
    return _within(wanted, row.site_id, sites)


def _within(wanted: Select[*tuple[Any, ...]], column: Any, sites: Sites) -> Select[*tuple[Any, ...]]:
    return wanted.where(column.in_(sites)) if sites else wanted


def _read(each: Any) -> Answered:
    return Answered(row=each[0], frame=each[1], visit=each[2], name=each[3])


def _plain(each: Any) -> Plain:
    return Plain(frame=each[0], camera=each[1], site=each[2])
