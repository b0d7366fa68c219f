"""Known clips: once a day each camera's path is shown a bear that we know, and is judged by whether it finds it.

What is played joins no visit and reaches nobody (SEEDED_TEST). A bear that is not found is a fault of the camera.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path

from ingest import masking, seeding
from ingest.decoding import Decoder
from ingest.frames import Region
from ingest.intake import Intake
from ingest.masks import lies_in
from ingest.seeding import Seeded
from store import episodes, known, park, rules, tables
from store.known import Picture
from store.models import DEMO_SCENERY
from store.session import Session, reading, transaction
from store.vocabulary import CameraFault, Reason, Stage

DECIDED_WITHIN = timedelta(hours=1)
"""Frames that have no decision after this are part of the fault."""

DAY = timedelta(days=1)
AT_WORK = (Stage.SHADOW, Stage.TRIAL, Stage.LIVE)


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What can be played to a camera: a file, a recording's sha256, pictures of a visit; none: the drawn bear."""

    source: str
    file: Path | None = None
    recording: str | None = None
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a test ended. found None: no model was asked. blind: the path failed, so that any bear might pass unseen.

    Where the path works and the model alone missed the bear, its hours are still exposure: that is what is compared.
    """

    found: bool | None
    says: str
    p_bear: float | None = None
    blind: bool = False


def due_at(camera: str, day: date) -> datetime:
    """When in a day of UTC a camera's test is due: the same each day, and another for each camera.

    >>> due_at("creek", date(2026, 11, 24)) - due_at("creek", date(2026, 11, 23)) == DAY
    True
    """
    minute = int.from_bytes(sha256(camera.encode()).digest()[:4]) % (24 * 60)
    return datetime.combine(day, time(), UTC) + timedelta(minutes=minute)


def due(session: Session, *, now: datetime) -> list[str]:
    """The cameras to which a clip is to be played now: those of today that were not yet, however late it is.

    One that was never tested does not wait for its time. A camera that never gave a picture is not tested, nor one
    where no model is at work.
    """
    found = []
    for camera in park.cameras(session):
        status, rule = session.get(tables.CameraStatus, camera.id), rules.in_force(session, camera.site_id)
        if status is None or status.last_seen_at is None or rule is None or rule.stage not in AT_WORK:
            continue
        early = now < due_at(camera.id, now.date()) and known.last(session, camera.id) is not None
        if not early and not known.of_day(session, camera.id, now.date()):
            found.append(camera.id)
    return found


def choose(session: Session, camera: tables.Camera, intake: Intake, *, now: datetime) -> Clip | None:
    """What to play: the admin's file, the drawn bear for drawn scenery, else the surest bear that people confirmed.

    One that a mask hides now says nothing of the camera.
    """
    if camera.known_clip:
        return Clip(source=f"the file {camera.known_clip}", file=intake.data_dir / camera.known_clip)
    rule = rules.in_force(session, camera.site_id)
    if rule is not None and session.get_one(tables.ModelVersion, rule.model_sha256).name == DEMO_SCENERY:
        return Clip(source="the drawn bear")
    hidden = masking.in_force(session, camera.id, at=now)
    for alert in known.bears(session, camera.id):
        boxes = [Region(x=box["x"], y=box["y"], w=box["w"], h=box["h"]) for box in alert.boxes]
        if any(lies_in(box, [*hidden.day, *hidden.night]) for box in boxes):
            continue
        recording = known.recording(session, alert)
        if recording is not None and intake.archive.has(recording.sha256):
            return Clip(source=f"the recording of alert {alert.id}", recording=recording.sha256)
        shown = [one for one in known.pictures(session, alert, limit=seeding.MOST_FRAMES)
                 if intake.archive.has(one.sha256)]  # fmt: skip
        if shown:
            return Clip(source=f"the pictures of alert {alert.id}", pictures=tuple(shown))
    return None


def play(intake: Intake, decoder: Decoder, camera: str, clip: Clip, *, day: date | None, now: datetime) -> int | None:
    """Put a clip into a camera's path; gives the test, None where the clock has played one that day already.

    Raises Undecodable, NotAPicture, ArchiveFileMissing, DiskNearlyFull, DatabaseBusy and the like: nothing was noted.
    """
    done = _put_in(intake, decoder, camera, clip, now)
    row = tables.KnownClip(
        camera_id=camera, day=day, source=clip.source, played_at=now, frames=list(done.frames), read=done.read,
        moved=done.moved,
    )  # fmt: skip
    with transaction(intake.engine) as session:
        return row.id if known.add(session, row) else None


def cannot_play(
    session: Session, camera: str, source: str, *, day: date | None, says: str, now: datetime
) -> int | None:
    """The clip itself cannot be played: the test is judged at once, and is no word on the camera's path."""
    row = tables.KnownClip(
        camera_id=camera, day=day, source=source, played_at=now, frames=[], read=0, moved=0, judged_at=now,
        found=None, says=says,
    )  # fmt: skip
    return row.id if known.add(session, row) else None


def judge_all(session: Session, *, now: datetime) -> list[tables.KnownClip]:
    """Judge the tests whose frames are decided, or have waited too long; gives them."""
    done = []
    for row in known.unjudged(session):
        verdict = judged(row, known.decided(session, row.frames), now=now)
        if verdict is not None:
            _note(session, row, verdict, now)
            done.append(row)
    return done


def judged(row: tables.KnownClip, decisions: Sequence[tables.Decision], *, now: datetime) -> Verdict | None:
    """How a test ended; None while it may still be found."""
    scores = [one.p_bear for one in decisions if one.p_bear is not None]
    p_bear = max(scores, default=None)
    if any(one.reason is Reason.SEEDED_TEST for one in decisions):
        return Verdict(found=True, p_bear=p_bear, says=f"found: bear, p {p_bear or 0:.2f}; {_seen(row)}")
    waiting = len(row.frames) - len(decisions)
    if waiting and now - row.played_at < DECIDED_WITHIN:
        return None
    if not row.frames:
        says = f"NOT found: the gate saw nothing move in {row.read} pictures of {row.source}"
        return Verdict(found=False, says=says, blind=True)
    if waiting:
        hours = DECIDED_WITHIN // timedelta(hours=1)
        says = f"NOT found: {waiting} of {len(row.frames)} frames had no decision within {hours} hour"
        return Verdict(found=False, p_bear=p_bear, says=says, blind=True)
    if all(one.reason in (Reason.OFF, Reason.NO_RULE) for one in decisions):
        return Verdict(found=None, says="not judged: no model is at work")
    if p_bear is None:
        return Verdict(found=False, says=f"NOT found: {decisions[0].says}", blind=True)
    least = min(one.threshold for one in decisions if one.threshold is not None)
    says = f"NOT found: at most p {p_bear:.2f} of {least:.2f} for a bear in {row.source}; {_seen(row)}"
    return Verdict(found=False, p_bear=p_bear, says=says)


def _seen(row: tables.KnownClip) -> str:
    looked = f"the gate saw it move in {row.moved} of {row.read} pictures, " if row.read else ""
    return f"{looked}the model was asked about {len(row.frames)}"


def _put_in(intake: Intake, decoder: Decoder, camera: str, clip: Clip, now: datetime) -> Seeded:
    with reading(intake.engine) as session:
        masks = masking.in_force(session, camera, at=now)
    if clip.pictures:
        shown = [(intake.archive.open(one.sha256), one.width, one.height) for one in clip.pictures]
        return seeding.pictures(intake, camera, shown, now=now)
    if clip.recording is not None:
        shots = decoder.clip(intake.archive.path(clip.recording))
        return seeding.clip(intake, camera, shots, masks=masks, now=now)
    if clip.file is None:
        return seeding.clip(intake, camera, seeding.drawn(), masks=masks, now=now)
    if seeding.is_clip(clip.file):
        return seeding.clip(intake, camera, decoder.clip(clip.file), masks=masks, now=now)
    return seeding.pictures(intake, camera, [seeding.one_picture(decoder, clip.file)], now=now)


def _note(session: Session, row: tables.KnownClip, verdict: Verdict, now: datetime) -> None:
    """Write the outcome down; a bear that was not found begins a fault of the camera, one that was found ends it."""
    row.judged_at, row.found, row.p_bear, row.says = now, verdict.found, verdict.p_bear, verdict.says
    session.flush()
    kind = CameraFault.KNOWN_CLIP_MISSED
    opened = next((one for one in episodes.open_of(session, row.camera_id) if one.kind is kind), None)
    if verdict.found and opened is not None:
        opened.ended_at = max(row.played_at, opened.began_at)
    if verdict.found is not False:
        return
    if opened is not None and opened.blind is not verdict.blind:
        opened.ended_at, opened = max(row.played_at, opened.began_at), None
        session.flush()
    measured = {} if verdict.p_bear is None else {"p_bear": round(verdict.p_bear, 4)}
    if opened is None:
        episodes.begin(
            session, row.camera_id, kind, since=row.played_at, now=now, says=verdict.says, measured=measured,
            blind=verdict.blind,
        )  # fmt: skip
    else:
        opened.says, opened.measured = verdict.says, measured
