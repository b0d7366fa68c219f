"""Replaying: footage taken in and worked off until each of its frames has its decision, then told."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from api import wiring
from api.wiring import System
from ingest import replay
from ingest.replay import Wanted
from rollout import worker
from store import decisions, notices, tables, visits
from store.errors import QueueStuck
from store.session import Session, reading
from store.vocabulary import NoticeKind

PATIENCE_S = 60.0
"""How long nothing may be decided before the replay gives up: somebody else holds a frame."""

IDLE_S = 0.2


def run(
    system: System, paths: Sequence[Path], *, camera: str, start: datetime | None, every_s: float, send: bool,
    bulk: bool, progress: Callable[[str], None],
) -> dict[str, Any]:  # fmt: skip
    """The object that `replay --json` prints."""
    begun = time.monotonic()
    wanted = Wanted(
        camera=camera, start=start, now=wiring.now(), every_s=every_s, bulk=bulk, send=send
    )  # fmt: skip
    taken = replay.take_in(system.intake, system.decoder, paths, wanted, progress)
    _work(system, taken.frames)
    with reading(system.engine) as session:
        seen = visits.of_frames(session, taken.frames)
        raised = [alert for visit in seen for alert in visits.alerts_of(session, visit.id)]
        ids = [alert.id for alert in raised]
        counts = notices.kinds_of_alerts(session, ids)
        return {
            "camera": camera, "files": taken.files, "frames_read": taken.frames_read,
            "frames_kept": len(set(taken.frames)), "frames_new": taken.new,
            "visits": [_visit(session, visit) for visit in seen],
            "alerts": [_alert(alert) for alert in raised],
            "notices": {kind.value: counts.get(kind, 0) for kind in (NoticeKind.REQUEST, NoticeKind.WARNING)},
            "decisions": decisions.reasons_of(session, taken.frames),
            "seconds": round(time.monotonic() - begun, 2), "errors": [vars(error) for error in taken.errors],
        }  # fmt: skip


def sentences(told: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    yield f"{told['files']} files, {told['frames_read']} frames read, {told['frames_new']} new to {told['camera']}"
    for visit in told["visits"]:
        decided = visit["decision"]
        yield (
            f"visit {visit['id']}: {visit['label']}, bear {visit['p_bear']:.4f}, {visit['frames']} frames from "
            f"{visit['started_at']} on; {decided['act']}: {decided['reason']} (stage {decided['stage']})"
        )
    if not told["visits"]:
        yield "no visit"
    yield "decisions: " + (", ".join(f"{reason} {count}" for reason, count in told["decisions"].items()) or "none")
    for error in told["errors"]:
        yield f"{error['file']}: {error['detail']}"


def _work(system: System, frames: Sequence[int]) -> None:
    """Work the queue off until each of these frames is decided; other workers may help."""
    wait_until = time.monotonic() + PATIENCE_S
    left = len(set(frames))
    while left:
        outcome = worker.once(system.parts, name="replay", now=wiring.now())
        with reading(system.engine) as session:
            now_left = decisions.undecided(session, frames)
        if now_left < left:
            wait_until = time.monotonic() + PATIENCE_S
        elif time.monotonic() > wait_until:
            raise QueueStuck(f"{now_left} frames got no decision within {PATIENCE_S:g} s: look at `bearwatch doctor`")
        left = now_left
        if outcome is None and left:
            time.sleep(IDLE_S)


def _visit(session: Session, row: tables.Visit) -> dict[str, Any]:
    strongest = decisions.strongest(session, row.id)
    found = visits.alerts_of(session, row.id)
    return {
        "id": row.id, "label": row.label, "p_bear": row.p_bear, "bear": row.bear,
        "started_at": row.started_at.isoformat(), "ended_at": row.last_at.isoformat(), "frames": row.frames,
        "alert": found[0].id if found else None,
        "decision": None if strongest is None else {
            "act": strongest.act.value, "reason": strongest.reason.value, "stage": strongest.stage.value,
            "rule": strongest.rule_id,
        },
    }  # fmt: skip


def _alert(row: tables.Alert) -> dict[str, Any]:
    return {
        "id": row.id, "visit": row.visit_id, "state": row.state.value, "stage": row.stage.value,
        "reason": row.reason.value, "p_bear": row.p_bear, "raised_at": row.raised_at.isoformat(),
    }  # fmt: skip
