"""Absences: what no picture shows: silence, a wrong clock, a disk without room. By the server's clock."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from ingest import offsets
from ingest.clocks import BEHIND, doubtful, off_by
from ingest.health import SILENT_AFTER, in_words, learned_patience
from store import cameras, episodes, frames, park, tables
from store.session import Session
from store.vocabulary import CameraFault, CameraKind

STEADY = timedelta(minutes=2)
"""A stream is silent until it has given pictures for so long: one picture now and then is no watching."""

ROOM, ROOM_AGAIN = 2.0, 2.5
"""Times the floor: told early, and over when there is clearly room again."""


def keep(session: Session, *, now: datetime) -> None:
    """Begin and end silences and wrong clocks of every camera; end what is open at cameras that were retired."""
    present = park.cameras(session)
    for camera in present:
        status = cameras.status(session, camera.id)
        status.expected_since = status.expected_since or status.last_seen_at or now
        _silence(session, camera, status, now)
        _clock(session, camera, now)
    names = {camera.id for camera in present}
    for row in episodes.between(session, only_open=True):
        if row.camera_id is not None and row.camera_id not in names:
            row.ended_at = now


def learn(session: Session, *, now: datetime) -> None:
    """Learn how long each trail camera is silent of itself."""
    for camera in park.cameras(session):
        if camera.kind is CameraKind.TRAIL:
            patience = learned_patience(frames.received_times(session, camera.id, since=now - timedelta(days=60)))
            cameras.status(session, camera.id).patience_s = None if patience is None else patience.total_seconds()


def keep_room(session: Session, *, data_dir: Path, floor_bytes: int, now: datetime) -> None:
    """Tell of a disk that fills before frames are refused; from then on that time is no exposure."""
    free = shutil.disk_usage(data_dir).free
    opened = next((row for row in episodes.open_of(session, None) if row.kind is CameraFault.DISK_NEARLY_FULL), None)
    refusing = free < floor_bytes
    if opened is not None and (free > ROOM_AGAIN * floor_bytes or opened.blind is not refusing):
        opened.ended_at = now
        session.flush()
        opened = None
    if opened is None and (refusing or free < ROOM * floor_bytes):
        told = "new frames are refused" if refusing else f"below {floor_bytes // 1_000_000} MB new frames are refused"
        episodes.begin(
            session, None, CameraFault.DISK_NEARLY_FULL, since=now, now=now, blind=refusing,
            says=f"{free // 1_000_000} MB are free: {told}", measured={"free_mb": free // 1_000_000},
        )  # fmt: skip


def _silence(session: Session, camera: tables.Camera, status: tables.CameraStatus, now: datetime) -> None:
    since = max(filter(None, (status.last_seen_at, status.expected_since)))
    patience = patience_of(camera, status)
    opened = next((row for row in episodes.open_of(session, camera.id) if row.kind is CameraFault.SILENT), None)
    if now - since <= patience:
        if opened is not None:
            _back(opened, since, now, steady=timedelta(0) if camera.kind is CameraKind.TRAIL else STEADY)
        return
    why = f" ({status.fault})" if status.fault else ""
    says = f"no picture for {in_words(now - since)}{why}"
    measured = {"silent_s": round((now - since).total_seconds()), "patience_s": patience.total_seconds()}
    if opened is None:
        episodes.begin(session, camera.id, CameraFault.SILENT, since=since, now=now, says=says, measured=measured)
    else:
        opened.says, opened.measured = says, measured


def _back(opened: tables.Episode, since: datetime, now: datetime, *, steady: timedelta) -> None:
    """End a silence once there were pictures for long enough: it ended with the first of them."""
    told = opened.measured.get("back_at")
    back = max(datetime.fromisoformat(told) if told else since, opened.began_at)
    if now - back >= steady:
        opened.ended_at = back
    elif told is None:
        opened.measured = {**opened.measured, "back_at": back.isoformat()}


def patience_of(camera: tables.Camera, status: tables.CameraStatus | None) -> timedelta:
    """How long this camera may be silent."""
    if status is None or status.patience_s is None:
        return SILENT_AFTER[camera.kind]
    return timedelta(seconds=status.patience_s)


def _clock(session: Session, camera: tables.Camera, now: datetime) -> None:
    if camera.kind is not CameraKind.TRAIL:
        return
    told = frames.stated_times(session, camera.id, limit=offsets.LOOKED_AT)
    offset = offsets.measured_offset(told)
    cameras.clock_off(session, camera.id, offset)
    opened = next((row for row in episodes.open_of(session, camera.id) if row.kind is CameraFault.CLOCK_OFF), None)
    if offset is None or abs(offset) <= BEHIND:
        if opened is not None and (offset is not None or not doubtful(*told[-1])):
            opened.ended_at = now  # it was set; where nobody can tell it stays as it is
        return
    says = f"the camera's clock is {off_by(offset)}"
    measured = {"offset_s": round(offset.total_seconds())}
    if opened is None:
        episodes.begin(session, camera.id, CameraFault.CLOCK_OFF, since=now, now=now, says=says, measured=measured)
    else:
        opened.says, opened.measured = says, measured
