"""Replaying: footage taken in and worked off until each of its frames has its decision, then told."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from api import wiring
from api.wiring import System
from ingest import replay
from ingest.replay import FileError, Taken, Wanted
from ingest.threads import beside
from rollout import worker
from rollout.parts import Parts
from store import decisions, notices, tables, visits
from store.errors import QueueStuck
from store.session import Session, reading
from store.vocabulary import NoticeKind

PATIENCE_S = 60.0
"""How long nothing may be decided before the replay gives up: somebody else holds a frame."""

IDLE_S, LOOKS_S = 0.2, 2.0

HELPERS = 2
"""Threads that work a card off while it is taken in: one opens a picture while the network looks at another."""

Progress = Callable[[str, float], None]


def run(
    system: System, paths: Sequence[str | Path], *, camera: str, start: datetime | None, every_s: float, send: bool,
    bulk: bool, progress: Progress,
) -> dict[str, Any]:  # fmt: skip
    """The object that `replay --json` prints."""
    begun = time.monotonic()
    wanted = Wanted(
        camera=camera, start=start, now=wiring.now(), every_s=every_s, bulk=bulk, send=send
    )  # fmt: skip
    with helped(system.parts, HELPERS if bulk else 0):
        taken = replay.take_in(system.intake, system.clip_decoder, paths, wanted, progress)
        work_off(system.parts, taken.frames, progress)
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
            "seconds": round(time.monotonic() - begun, 2),
            "errors": [vars(error) for error in (*taken.errors, *_unreadable(session, taken))],
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


def helped(parts: Parts, helpers: int) -> AbstractContextManager[None]:
    """Have so many threads work the queue off beside what is done meanwhile."""
    names = [f"card-{number}" for number in range(helpers)]
    return beside({name: partial(worker.run, parts, name=name, clock=wiring.now) for name in names})


def work_off(parts: Parts, frames: Collection[int], progress: Progress = lambda _says, _share: None) -> None:
    """Work the queue off until each of these frames is decided. Raises QueueStuck.

    Other workers may help: what they decided is looked up now and then, or when nothing is left for this one.
    """
    left, moved_at = _undecided(parts, frames), time.monotonic()
    of, looked_at = len(left), moved_at
    while left:
        progress("deciding", 1 - len(left) / of)
        outcome, before = worker.once(parts, name="replay", now=wiring.now()), len(left)
        left.discard(outcome.frame if outcome else 0)
        if outcome is None or time.monotonic() - looked_at > LOOKS_S:
            left, looked_at = _undecided(parts, left), time.monotonic()
        if outcome is not None or len(left) < before:
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > PATIENCE_S:
            raise QueueStuck(
                f"{len(left)} frames got no decision within {PATIENCE_S:g} s: look at `bearwatch doctor`"
            )
        if outcome is None and left:
            time.sleep(IDLE_S)
    if of:
        progress("deciding", 1.0)


def _undecided(parts: Parts, frames: Collection[int]) -> set[int]:
    with reading(parts.engine) as session:
        return decisions.undecided(session, frames)


def _unreadable(session: Session, taken: Taken) -> Iterator[FileError]:
    """The pictures of a card that broke only when they were opened."""
    for frame, says in decisions.unreadable(session, taken.names).items():
        yield FileError(file=taken.names[frame], type="undecodable", detail=says)


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
