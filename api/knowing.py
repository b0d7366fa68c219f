"""Knowing: known clips are played to the cameras that are due, by the clock; to those that are named, at once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from api import replaying, wiring
from api.replaying import Progress
from api.wiring import System
from ingest.mending import NO_KNOWN_CLIP
from rollout import known_clips
from store import cameras, park, tables
from store.errors import ArchiveFileMissing, NotAPicture, NotFound, Undecodable
from store.session import reading, transaction

UNPLAYABLE = (Undecodable, NotAPicture, ArchiveFileMissing)
ASK_AGAIN = timedelta(hours=1)
log = structlog.get_logger()


class Daily:
    """The tests of every camera, once a day. A camera of which no bear is known is looked at again after an hour."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._none_until: dict[str, datetime] = {}

    def keep(self, now: datetime) -> None:
        """Judge what was played, and play to one camera that is due: one at a time, so that nothing else waits."""
        with transaction(self._system.engine) as session:
            for row in known_clips.judge_all(session, now=now):
                log.info("known_clip.judged", camera=row.camera_id, found=row.found, says=row.says)
        with reading(self._system.engine) as session:
            waiting = known_clips.due(session, now=now)
        for camera in [one for one in waiting if self._none_until.get(one, now) <= now]:
            if _play(self._system, camera, day=now.date(), now=now) is not None:
                break
            self._none_until[camera] = now + ASK_AGAIN
        self._system.clip_decoder.close()


def run(
    system: System, named: Sequence[str], progress: Progress = lambda _says, _share: None
) -> list[dict[str, Any]]:
    """Play now, to these cameras or (none named) all, and wait for the outcome. Raises NotFound, QueueStuck."""
    with reading(system.engine) as session:
        known_ids = [row.id for row in park.cameras(session)]
        for camera in named:
            if cameras.find(session, camera) is None:
                raise NotFound(f'there is no camera "{camera}"; cameras are: {", ".join(known_ids) or "none yet"}')
    wanted, told = list(named) or known_ids, []
    for number, camera in enumerate(wanted):
        progress(camera, number / len(wanted))
        told.append(_told(system, camera))
    return told


def _told(system: System, camera: str) -> dict[str, Any]:
    """One camera's test, as `known-clip --json` prints it."""
    row = _play(system, camera, day=None, now=wiring.now())
    if row is None:
        return {"camera": camera, "found": None, "p_bear": None, "says": NO_KNOWN_CLIP, "source": None}
    if row.judged_at is None:
        replaying.work_off(system.parts, row.frames)
        with transaction(system.engine) as session:
            known_clips.judge_all(session, now=wiring.now())
    with reading(system.engine) as session:
        row = session.get_one(tables.KnownClip, row.id)
    return {
        "camera": camera, "found": row.found, "p_bear": row.p_bear, "says": row.says, "source": row.source,
        "frames": row.frames, "pictures": row.read, "moved": row.moved, "played_at": row.played_at.isoformat(),
    }  # fmt: skip


def _play(system: System, camera: str, *, day: date | None, now: datetime) -> tables.KnownClip | None:
    """Play a clip to one camera; None where there is none to play. One that cannot be played is noted as such."""
    with reading(system.engine) as session:
        clip = known_clips.choose(session, session.get_one(tables.Camera, camera), system.intake, now=now)
    if clip is None:
        return None
    try:
        number = known_clips.play(system.intake, system.clip_decoder, camera, clip, day=day, now=now)
    except UNPLAYABLE as fault:
        says = f"not played: {fault.detail}"
        with transaction(system.engine) as session:
            number = known_clips.cannot_play(session, camera, clip.source, day=day, says=says, now=now)
        log.warning("known_clip.unplayable", camera=camera, detail=fault.detail)
    with reading(system.engine) as session:
        return None if number is None else session.get(tables.KnownClip, number)
