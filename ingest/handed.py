"""Handed: a file that came to a door is taken in, held as unrecognised, or refused; nothing of it is lost unseen."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import structlog

from ingest import exif
from ingest.arrivals import accept_upload
from ingest.headers import look
from ingest.intake import Intake
from ingest.recognition import Claims, Known, recognise
from store import held, park
from store.archive import Archive, FolderArchive
from store.errors import ArchiveFileMissing, DiskNearlyFull, IngestError, TooLarge, UnknownCamera
from store.held import NewHeld
from store.session import reading, transaction
from store.vocabulary import Door, HeldState

MOST_REFUSED = 2000
"""Refused files that are listed; the oldest goes first."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Handed:
    """One file at a door. sent_at: the time that counts where the file itself says none."""

    door: Door
    name: str
    data: bytes
    claims: Claims
    sent_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of it. held: the row, where it was not taken in."""

    state: HeldState
    says: str
    camera: str | None = None
    upload: int | None = None
    held: int | None = None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where files from doors go. held_bytes: what the unrecognised and the refused may each take."""

    intake: Intake
    limit_bytes: int
    held_bytes: int

    @property
    def refused(self) -> FolderArchive:
        """Where refused bytes lie: apart from the archive, so that they can go without a thought."""
        return FolderArchive(self.intake.data_dir / "refused")

    def archive_of(self, state: HeldState) -> Archive:
        """Where the bytes of a held file are."""
        return self.refused if state is HeldState.REFUSED else self.intake.archive


def take_in(desk: Desk, handed: Handed, *, now: datetime, queued_at: datetime | None = None) -> Outcome:
    """Take a file in as its camera's. now: when it was received; queued_at: where that is not now.

    When it returns, the bytes and the row survive a power cut, whatever the outcome.
    Raises DiskNearlyFull, DatabaseBusy and the like: then nothing was taken, and the sender must try again.
    """
    try:
        if len(handed.data) > desk.limit_bytes:
            raise TooLarge(f"it is larger than {desk.limit_bytes // 1_000_000} MB: send a smaller one")
        look(handed.data)
        claims = _with_exif(handed)
        with reading(desk.intake.engine) as session:
            known = [Known(camera=row.id, recognise=row.recognise) for row in park.cameras(session)]
        found = recognise(claims, known)
        if found.camera is None:
            return _unrecognised(desk, replace(handed, claims=claims), found.says, now=now)
        accepted = accept_upload(
            desk.intake, camera=found.camera, data=handed.data, stated_at=None, now=now, else_at=handed.sent_at,
            queued_at=queued_at,
        )  # fmt: skip
    except UnknownCamera as fault:
        return _unrecognised(desk, handed, fault.detail, now=now)
    except IngestError as fault:
        return refuse(desk, handed, fault, now=now)
    return Outcome(state=HeldState.TAKEN, says=found.says, camera=found.camera, upload=accepted.upload)


def again(desk: Desk, number: int, *, as_camera: str | None, who: str, now: datetime) -> Outcome:
    """Try a held file once more, as this camera's where one is named. Raises NotFound, ArchiveFileMissing.

    It counts as received when it was: one that is old by now wakes nobody.
    """
    with reading(desk.intake.engine) as session:
        row = held.get(session, number)
    if not row.kept:
        raise ArchiveFileMissing(f"the bytes of held file {number} were not kept: have its sender send it again")
    data = desk.archive_of(row.state).open(row.sha256)
    claims = Claims(**row.claims)
    if as_camera is not None:
        claims = replace(claims, camera=as_camera)
    handed = Handed(door=row.door, name=row.name, data=data, claims=claims, sent_at=row.sent_at)
    done = take_in(desk, handed, now=row.received_at, queued_at=now)
    if done.state is HeldState.TAKEN:
        with transaction(desk.intake.engine) as session:
            row = held.get(session, number, lock=True)
            gone = row.state is HeldState.REFUSED and held.alone(session, row)
            row.kept = row.kept and row.state is not HeldState.REFUSED
            row.state, row.upload_id, row.settled_at, row.settled_by = HeldState.TAKEN, done.upload, now, who
        if gone:
            desk.refused.path(row.sha256).unlink(missing_ok=True)
    return done


def refuse(desk: Desk, handed: Handed, fault: IngestError, *, now: datetime, keep: bool = True) -> Outcome:
    """List what is not taken in, with its bytes where they fit. Raises DatabaseBusy and the like, DiskNearlyFull."""
    fits = keep and 0 < len(handed.data) <= min(desk.limit_bytes, desk.held_bytes)
    if fits:
        desk.intake.require_room(len(handed.data))
        desk.refused.put(handed.data)
    log.warning("door.refused", door=handed.door, name=handed.name, error=fault.slug(), detail=fault.detail)
    number = _hold(desk, handed, HeldState.REFUSED, fault.slug(), fault.detail, kept=fits, now=now)
    _make_room(desk)
    return Outcome(state=HeldState.REFUSED, says=fault.detail, held=number)


def _unrecognised(desk: Desk, handed: Handed, says: str, *, now: datetime) -> Outcome:
    with reading(desk.intake.engine) as session:
        full = held.bytes_in(session, HeldState.UNRECOGNISED) + len(handed.data) > desk.held_bytes
    if full:
        raise DiskNearlyFull(
            f"unrecognised pictures take {desk.held_bytes // 1_000_000} MB already: assign or discard them, or raise "
            "BEARWATCH_HELD_MB"
        )
    desk.intake.archived(handed.data)
    number = _hold(desk, handed, HeldState.UNRECOGNISED, "unknown-camera", says, kept=True, now=now)
    log.warning("door.unrecognised", door=handed.door, name=handed.name, detail=says)
    return Outcome(state=HeldState.UNRECOGNISED, says=says, held=number)


def _hold(
    desk: Desk, handed: Handed, state: HeldState, why: str, says: str, *, kept: bool, now: datetime
) -> int:  # fmt: skip
    claims = handed.claims.told()
    new = NewHeld(
        door=handed.door, state=state, name=_printable(handed.name)[:200], size=len(handed.data), kept=kept,
        sha256=sha256(handed.data or handed.name.encode("utf-8", "replace")).hexdigest(), why=why, says=says,
        source=sha256(json.dumps(claims, sort_keys=True).encode()).hexdigest(), claims=claims,
        sent_at=handed.sent_at,
    )  # fmt: skip
    with transaction(desk.intake.engine) as session:
        return held.hold(session, new, now=now).id


def _make_room(desk: Desk) -> None:
    """Drop the oldest refused until what is listed is bounded again."""
    while True:
        with transaction(desk.intake.engine) as session:
            much = held.bytes_in(session, HeldState.REFUSED) > desk.held_bytes
            row = held.oldest_refused(session, with_bytes=much)
            if row is None or not (much or held.count(session, HeldState.REFUSED) > MOST_REFUSED):
                return
            free = held.drop(session, row) and row.kept
        if free and desk.refused.has(row.sha256):
            desk.refused.path(row.sha256).unlink(missing_ok=True)


def _with_exif(handed: Handed) -> Claims:
    maker = exif.maker(handed.data)
    return replace(handed.claims, make=maker.make, model=maker.model, serial=maker.serial)


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name) or "?"
