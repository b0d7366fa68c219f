"""Keeping: which pictures are evidence of what, how much of each is kept, and what was dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from store import tables
from store.vocabulary import OPEN, Evidence, HeldState, Stage, UploadKind, Verdict

DROPPABLE = (
    Evidence.QUIET,
    Evidence.VISITS,
    Evidence.ALERTS,
    Evidence.CLIPS,
    Evidence.RECORDINGS,
    Evidence.TIMELAPSE,
)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A picture or clip that could be dropped. sha256: several rows may speak of the same bytes."""

    id: int
    sha256: str
    received_at: datetime
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much there is of one kind, and when the oldest came in."""

    pictures: int
    size_bytes: int
    oldest_at: datetime | None


def oldest(
    session: Session, kind: Evidence, *, before: datetime | None, limit: int, among: Sequence[int] = ()
) -> Sequence[Kept]:
    """The oldest bytes of a kind that may be dropped and are not yet, received before then.

    among: only of these ids, which is quick; else all rows of the kind are gone through.
    """
    wanted = _rows(kind).add_columns(*_columns(kind))
    received = _columns(kind)[1]
    wanted = wanted if before is None else wanted.where(received < before)
    wanted = wanted.where(_id(kind).in_(among)) if among else wanted
    rows = session.execute(wanted.order_by(received).limit(limit)).all()
    return [Kept(id=row[0], sha256=row[1], received_at=row[2], size_bytes=row[3]) for row in rows]


def amount(session: Session, kind: Evidence) -> Amount:
    """How much of a kind is kept."""
    counted = _rows(kind).add_columns(*_columns(kind)).subquery()
    size = func.coalesce(func.sum(counted.c.size_bytes), 0)
    wanted = select(func.count(), size, func.min(counted.c.received_at)).select_from(counted)
    found = session.execute(wanted).one()
    return Amount(pictures=found[0], size_bytes=int(found[1]), oldest_at=found[2])


def dropped(session: Session, sha256: str) -> tables.DroppedPicture | None:
    """When and why these bytes were dropped; None where they were not."""
    return session.get(tables.DroppedPicture, sha256)


def note_dropped(session: Session, one: Kept, *, kind: Evidence, size_bytes: int, why: str, now: datetime) -> None:
    """Remember it. Rows that speak of the bytes stay."""
    session.merge(tables.DroppedPicture(sha256=one.sha256, at=now, kind=kind, size_bytes=size_bytes, why=why))


def note_counted(session: Session, kind: Evidence, found: Amount, *, now: datetime) -> None:
    """Remember how much there is."""
    session.merge(
        tables.StoredKind(
            kind=kind, pictures=found.pictures, size_bytes=found.size_bytes, oldest_at=found.oldest_at, counted_at=now
        )
    )


def counted(session: Session) -> Sequence[tables.StoredKind]:
    """Every kind as it was counted last."""
    return session.scalars(select(tables.StoredKind).order_by(tables.StoredKind.kind)).all()


def dropped_in_all(session: Session) -> tuple[int, tables.DroppedPicture | None]:
    """How many were ever dropped, and the last of them."""
    row = tables.DroppedPicture
    last = session.scalar(select(row).order_by(row.at.desc(), row.sha256).limit(1))
    return session.scalar(select(func.count()).select_from(row)) or 0, last


def _rows(kind: Evidence) -> Select[int]:
    """Ids of the frames (of clips: uploads; of recordings: their own) of one kind whose bytes are still here."""
    frame = tables.Frame
    if kind is Evidence.RECORDINGS:
        return _recordings()
    if kind is Evidence.TIMELAPSE:
        lapsed = tables.TimelapsePicture
        alone = ~select(frame.id).where(frame.sha256 == lapsed.sha256).exists()
        return select(lapsed.id).where(_here(lapsed.sha256, lapsed.taken_at), alone, ~_looked_at(lapsed.sha256))
    if kind is not Evidence.CLIPS:
        return select(frame.id).where(_here(frame.sha256, frame.received_at), _is(kind))
    upload = tables.Upload
    wanted = select(frame.id).where(frame.upload_id == upload.id, _protected(frame)).exists()
    opened = upload.opened_at.is_not(None) & (upload.kind == UploadKind.CLIP)
    return select(upload.id).where(opened, _here(upload.sha256, upload.received_at), ~wanted, ~_needed(upload))


def _needed(upload: Any) -> ColumnElement[bool]:
    """Whether another clip or a held file still needs the same bytes."""
    frame, other, held = aliased(tables.Frame), aliased(tables.Upload), tables.HeldFile
    of_it = select(frame.id).where(frame.upload_id == other.id, _protected(frame)).exists()
    later = or_(other.received_at > upload.received_at, other.opened_at.is_(None), of_it)
    same = select(other.id).where(other.sha256 == upload.sha256, other.id != upload.id, later).exists()
    return or_(same, _waits(held, upload.sha256))


def _looked_at(sha256: Any) -> ColumnElement[bool]:
    """Whether a look shows it that is to be answered, or in which somebody saw a bear or was unsure."""
    look, shown = tables.Look, tables.LookPicture
    wanted = or_(look.verdict != Verdict.NOT_BEAR, look.verdict.is_(None) & look.closed_at.is_(None))
    return select(look.id).join(shown, shown.look_id == look.id).where(shown.sha256 == sha256, wanted).exists()


def _waits(held: Any, sha256: Any) -> ColumnElement[bool]:
    """Whether an unrecognised file of these bytes waits for its camera."""
    waits = (held.sha256 == sha256) & held.kept & (held.state == HeldState.UNRECOGNISED)
    return select(held.id).where(waits).exists()


def _recordings() -> Select[int]:
    """Those in which no picture lies that is kept for good."""
    frame, recording = tables.Frame, tables.Recording
    inside = (frame.camera_id == recording.camera_id) & frame.received_at.between(
        recording.began_at, recording.ended_at
    )
    wanted = select(frame.id).where(inside, _protected(frame)).exists()
    return select(recording.id).where(_here(recording.sha256, recording.ended_at), ~wanted)


def _id(kind: Evidence) -> Any:
    special: dict[Evidence, Any] = {
        Evidence.CLIPS: tables.Upload, Evidence.RECORDINGS: tables.Recording,
        Evidence.TIMELAPSE: tables.TimelapsePicture,
    }  # fmt: skip
    return special.get(kind, tables.Frame).id


def _columns(kind: Evidence) -> tuple[Any, Any, Any]:
    if kind is Evidence.RECORDINGS:
        row = tables.Recording
        return row.sha256, row.ended_at.label("received_at"), row.size.label("size_bytes")
    if kind is Evidence.TIMELAPSE:
        lapsed = tables.TimelapsePicture
        return lapsed.sha256, lapsed.taken_at.label("received_at"), lapsed.size_bytes
    table = tables.Upload if kind is Evidence.CLIPS else tables.Frame
    return table.sha256, table.received_at, table.size_bytes


def _is(kind: Evidence) -> ColumnElement[bool]:
    """Whether a frame is of this kind; the same bytes belong to the newest frame that has them."""
    frame, other = tables.Frame, aliased(tables.Frame)
    if kind is Evidence.KEPT:
        return _protected(frame)
    same = (other.sha256 == frame.sha256) & (other.id != frame.id)
    shared = select(other.id).where(same, or_(other.received_at > frame.received_at, _protected(other))).exists()
    alerted = _alerts(frame, tables.Alert.stage != Stage.SHADOW)
    inside = _visit(frame).is_not(None)
    which = {Evidence.QUIET: ~inside, Evidence.VISITS: inside & ~alerted, Evidence.ALERTS: alerted}
    return and_(~_protected(frame), ~shared, which[kind])


def _visit(frame: Any) -> Any:
    decision = aliased(tables.Decision)
    return select(decision.visit_id).where(decision.frame_id == frame.id).scalar_subquery()


def _alerts(frame: Any, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the frame, or its visit, has such an alert."""
    alert, decision = tables.Alert, aliased(tables.Decision)
    own = select(alert.id).where(alert.frame_id == frame.id, which).exists()
    visit = select(alert.id).join(decision, decision.visit_id == alert.visit_id)
    return or_(own, visit.where(decision.frame_id == frame.id, which).exists())


def _protected(frame: Any) -> ColumnElement[bool]:
    """Undecided, of an alert that is open, confirmed or disputed, a picture that people label, of the time-lapse, of
    a look, or one that waits for its camera.

    Disputed: somebody was unsure, a verdict was corrected, or two verdicts differ; any "bear" alone keeps it too.
    """
    alert, review, decision, row = tables.Alert, tables.Review, tables.Decision, tables.TrainingRow
    lapsed, held = tables.TimelapsePicture, tables.HeldFile
    said = select(review.id).where(
        review.alert_id == alert.id, or_(review.verdict != Verdict.NOT_BEAR, review.corrects_id.is_not(None))
    )
    return or_(
        ~select(decision.frame_id).where(decision.frame_id == frame.id).exists(),
        select(row.id).where(row.frame_id == frame.id).exists(),
        select(lapsed.id).where(lapsed.sha256 == frame.sha256).exists(),
        _waits(held, frame.sha256),
        _looked_at(frame.sha256),
        _alerts(frame, or_(alert.state.in_(OPEN), said.exists())),
    )


def _here(sha256: Any, received_at: Any) -> ColumnElement[bool]:
    gone = tables.DroppedPicture
    return ~select(gone.sha256).where(gone.sha256 == sha256, gone.at >= received_at).exists()
