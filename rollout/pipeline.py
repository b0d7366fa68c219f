"""One leased frame: scored first, then decided and saved in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from ingest.frames import Region
from model.detections import Failed, Found
from rollout import reading, rules, saving, stops
from rollout.parts import Parts
from rollout.situations import Decision
from store import frames, tables
from store import rules as rule_rows
from store import visits as rows
from store.errors import ArchiveFileMissing, Undecodable
from store.frame_queue import Lease
from store.session import Session, transaction
from store.session import reading as reading_store
from store.vocabulary import Act, Origin, Reason, Stage

LONGEST_SIDE = 2048
"""Pictures larger than this are made smaller while they are decoded."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one frame."""

    frame: int
    act: Act
    reason: Reason
    visit: int | None
    alert: int | None


def process(lease: Lease, *, parts: Parts, now: datetime) -> Outcome:
    """Carry one leased frame to its decision and save everything in one transaction. Raises LeaseLost.

    A frame that the rule in force wants scored by another version by then is scored again.
    """
    stops.latch_files(parts.engine, parts.data_dir, now)
    while True:
        with reading_store(parts.engine) as session:
            frame = frames.get(session, lease.frame)
            model = _model_in_force(session, frame)
        found = score(frame, model, parts) if model else None
        with transaction(parts.engine) as session:
            rows.hold_group(session, session.get_one(tables.Camera, frame.camera_id).group_id)
            if _model_in_force(session, frame) == model:
                return _decide(session, frame, found, lease=lease, parts=parts, now=now)


def score(frame: tables.Frame, model: str, parts: Parts) -> Found:
    """Open one picture and let a model version look at it. What cannot be opened is a value."""
    detector = parts.detector(model)
    try:
        pixels = parts.decoder.picture(parts.archive.path(frame.sha256), max_side=LONGEST_SIDE)
    except (Undecodable, ArchiveFileMissing) as fault:
        return Failed(kind=fault.slug(), detail=f"could not be opened: {fault.detail}")
    motion = [Region(x=x, y=y, w=w, h=h) for x, y, w, h in frame.motion]
    return detector.detect(detector.prepare(pixels, motion))


def give_up(session: Session, lease: Lease, *, parts: Parts, says: str, now: datetime) -> Outcome:
    """Decide a frame that could not be processed: UNREADABLE, with what went wrong. Raises LeaseLost."""
    frame = frames.get(session, lease.frame)
    parts.queue.give_up(session, lease, error=says)
    case = reading.case(session, frame, None, now=_now(frame, now))
    stage = case.rule.stage if case.rule else Stage.OFF
    decision = Decision(act=Act.NOTHING, reason=Reason.UNREADABLE, stage=stage, says=says)
    saving.save(session, case, None, decision)
    return Outcome(frame=frame.id, act=decision.act, reason=decision.reason, visit=None, alert=None)


def _model_in_force(session: Session, frame: tables.Frame) -> str | None:
    """The version that must score the frame; None where none does."""
    camera = session.get_one(tables.Camera, frame.camera_id)
    rule = rule_rows.in_force(session, camera.site_id)
    return rule.model_sha256 if rule and rule.stage is not Stage.OFF else None


def _now(frame: tables.Frame, now: datetime) -> datetime:
    """A replay is decided as if it were live when its frames were received."""
    return frame.received_at if frame.origin in (Origin.REPLAY, Origin.BULK) else now


def _decide(
    session: Session, frame: tables.Frame, found: Found | None, *, lease: Lease, parts: Parts, now: datetime
) -> Outcome:
    case = reading.case(session, frame, found, now=_now(frame, now))
    to = reading.attached(session, case)
    situation = reading.situation(session, case, visit=to.visit if to else None, data_dir=parts.data_dir)
    decision = rules.decide(found, situation)
    visit, alert = saving.save(session, case, to, decision)
    parts.queue.done(session, lease)
    return Outcome(
        frame=frame.id, act=decision.act, reason=decision.reason,
        visit=visit.id if visit else None, alert=alert.id if alert else None,
    )  # fmt: skip
