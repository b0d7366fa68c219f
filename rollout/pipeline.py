"""One leased frame: scored first, then decided and saved in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingest import masking
from ingest.frames import Pixels, Region
from ingest.masks import Masks, blanked
from ingest.night import is_night
from model.detections import Detection, Failed, Found
from rollout import reading, rules, saving, stops
from rollout.parts import Parts
from rollout.reading import Case
from rollout.situations import Decision
from store import rules as rule_rows
from store import tables
from store import visits as rows
from store.errors import ArchiveFileMissing, ModelError, Undecodable
from store.frame_queue import Lease
from store.rules import Deciding
from store.session import Session, transaction
from store.session import reading as reading_store
from store.vocabulary import Act, CameraKind, Origin, Reason, Stage


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one frame."""

    frame: int
    act: Act
    reason: Reason
    visit: int | None
    alert: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Looked:
    """What a version says of a frame. pixels: of a frame handed in, since they say something of its camera too."""

    found: Found | None
    pixels: Pixels | None


@dataclass(frozen=True, kw_only=True)
class Postponed:
    """The version in force cannot be opened, which is no fault of the frame: it waits, and nothing was decided."""

    rest: timedelta
    says: str


NOT_SCORED = Looked(found=None, pixels=None)


def process(lease: Lease, *, parts: Parts, now: datetime) -> Outcome | Postponed:
    """Carry one leased frame to its decision and save everything in one transaction. Raises LeaseLost.

    Where camera, site or rule in force have changed by then, the frame is begun anew; and scored anew only by another
    version. A decision that nothing is to be done need not survive a power cut: its frame does, and is decided again.
    """
    stops.latch_files(parts.engine, parts.data_dir, now)
    looked: Looked | Postponed = NOT_SCORED
    scored_by: str | None = None
    while True:
        with reading_store(parts.engine) as session:
            told = rule_rows.deciding(session, lease.frame)
        model = _model_in_force(told, now)
        if model != scored_by:
            motion = moved(told.frame, told.camera.kind)
            looked = score(told.frame, model, parts, masking.of(told.masks), motion) if model else NOT_SCORED
            scored_by = model
        if isinstance(looked, Postponed):
            return looked
        case = reading.case(told, looked.found, now=_now(told.frame, now))
        with transaction(parts.engine, lasts=case.is_bear) as session:
            outcome = _decide(session, case, lease=lease, parts=parts)
        if outcome is not None:
            break
    _check_up(parts, told, looked.pixels)
    return outcome


def score(
    frame: tables.Frame, model: str, parts: Parts, masks: Masks, motion: Sequence[Region] | None
) -> Looked | Postponed:  # fmt: skip
    """Open one picture and let a model version look at it. What cannot be opened, picture or version, is a value.

    The version sees grey where the camera is masked. motion: as in `moved`.
    """
    part = f"model {model[:12]}"
    try:
        detector = parts.detector(model)
    except ModelError as fault:
        return Postponed(rest=parts.outages.failed(part, fault), says=f"{fault.slug()}: {fault.detail}")
    parts.outages.works(part)
    side = detector.enough(frame.width, frame.height, motion)
    try:
        pixels = parts.decoder.picture(parts.archive.path(frame.sha256), max_side=side)
    except (Undecodable, ArchiveFileMissing) as fault:
        return Looked(found=Failed(kind=fault.slug(), detail=f"could not be opened: {fault.detail}"), pixels=None)
    hidden = masks.of(lambda: is_night(pixels))
    found = detector.detect(detector.prepare(blanked(pixels, hidden), motion))
    if hidden and isinstance(found, Detection):
        found = replace(found, night=is_night(pixels))  # grey masks must not make a night of a day
    return Looked(found=found, pixels=pixels if frame.origin is Origin.DOOR else None)


def moved(frame: tables.Frame, kind: CameraKind) -> list[Region] | None:
    """What moved before a camera of some kind; None of a still, of which nobody says. Where a stream or a handed-in
    clip was watched and nothing moved, that is said: an empty list. A known bear counts as what its camera sends.
    """
    regions = [Region(x=x, y=y, w=w, h=h) for x, y, w, h in frame.motion]
    seeded = frame.origin is Origin.SEEDED and kind is CameraKind.STREAM
    watched = seeded or frame.origin is Origin.STREAM or frame.upload_id is not None
    return regions if regions or watched else None


def _check_up(parts: Parts, told: Deciding, pixels: Pixels | None) -> None:
    """What a picture that was handed in says of its camera, once its decision is safe; no decision waits for it.

    A stream's pictures are judged where they are watched.
    """
    if pixels is None or told.camera.kind is not CameraKind.TRAIL:
        return
    from ingest import checkups  # scipy comes with it: a worker that was started again decides before it loads that

    signs, at = checkups.of_pixels(pixels), told.frame.taken_at
    with transaction(parts.engine, lasts=False) as session:
        still = checkups.same_as_before(session, told.camera.id, signs)
        checkups.note(session, told.camera, checkups.look(session, told.camera, signs, still=still, at=at), at=at)


def give_up(session: Session, lease: Lease, *, parts: Parts, says: str, now: datetime) -> Outcome:
    """Decide a frame that could not be processed: UNREADABLE, with what went wrong. Raises LeaseLost."""
    told = rule_rows.deciding(session, lease.frame)
    parts.queue.give_up(session, lease, error=says)
    case = reading.case(told, None, now=_now(told.frame, now))
    stage = case.rule.stage if case.rule else Stage.OFF
    decision = Decision(act=Act.NOTHING, reason=Reason.UNREADABLE, stage=stage, says=says)
    saving.save(session, case, reading.Near(), decision)
    return Outcome(frame=lease.frame, act=decision.act, reason=decision.reason, visit=None, alert=None)


def _model_in_force(told: Deciding, now: datetime) -> str | None:
    """The version that must score the frame; None where none does."""
    if told.rule is None or told.rule.stage is Stage.OFF:
        return None
    return reading.version(told.rule, told.camera, told.site, _now(told.frame, now))


def _now(frame: tables.Frame, now: datetime) -> datetime:
    """A replay is decided as if it were live when its frames were received."""
    return frame.received_at if frame.origin in (Origin.REPLAY, Origin.BULK) else now


def _decide(session: Session, case: Case, *, lease: Lease, parts: Parts) -> Outcome | None:
    """Decide and save under the camera group's lock; None where something has changed since the frame was read."""
    rows.hold_group(session, case.told.camera.group_id)
    near = reading.near(session, case)
    if not near.same:
        return None
    situation = reading.situation(session, case, near, data_dir=parts.data_dir)
    decision = rules.decide(case.found, situation)
    visit, alert = saving.save(session, case, near, decision)
    parts.queue.done(session, lease)
    return Outcome(
        frame=lease.frame, act=decision.act, reason=decision.reason,
        visit=visit.id if visit else None, alert=alert.id if alert else None,
    )  # fmt: skip
