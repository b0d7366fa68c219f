"""Readiness: can this installation do its work now? Used by /ready and `bearwatch doctor`."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from api import states
from api.wiring import System
from store import audit, beats, migrating, models
from store.errors import AuditChainBroken, BearwatchError, DiskNearlyFull
from store.session import reading


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at, what was seen, and the mend where it is not right."""

    name: str
    ok: bool
    says: str
    mend: str = ""


def checks(system: System) -> list[Check]:
    """Database, queue, model, disk."""
    return [
        _tried("database", lambda: _database(system), "run `bearwatch migrate`, and look whether the database runs"),
        _tried("queue", lambda: f"{system.queue.depth()} frames wait", "look whether the database runs"),
        _tried("model", lambda: _model(system), "set BEARWATCH_MODEL to a whole bundle"),
        _tried("disk", lambda: _disk(system), "make room on the disk that holds BEARWATCH_DATA_DIR"),
    ]


def all_checks(system: System, now: datetime) -> list[Check]:
    """The same, and the processes, the audit chain and every model version."""
    found = checks(system)
    found.append(_tried("audit", lambda: _audit(system), "keep the database as it is, and find out who changed it"))
    with reading(system.engine) as session:
        known = {row.name: row.at for row in beats.beats(session)}
        versions = [(row.name, row.sha256) for row in models.versions(session)]
    for name in states.PROCESSES:
        alive = name in known and now - known[name] < states.BEAT_LATE
        says = "alive" if alive else f"silent: {states.WITHOUT[name]}"
        found.append(
            Check(name=name, ok=alive, says=says, mend="" if alive else f"start `bearwatch {name}`, or `up`")
        )
    for name, sha256 in versions:
        mend = "put the approved bundle back where it was"
        found.append(_tried(f"model {name}", partial(_version, system, sha256), mend))
    return found


def _tried(name: str, look: Callable[[], str], mend: str) -> Check:
    try:
        return Check(name=name, ok=True, says=look())
    except (BearwatchError, OSError) as fault:
        says = fault.detail if isinstance(fault, BearwatchError) else str(fault)
        return Check(name=name, ok=False, says=says or type(fault).__name__, mend=mend)


def _database(system: System) -> str:
    migrating.require_head(system.engine)
    return f"{system.engine.dialect.name} at {migrating.head()}"


def _model(system: System) -> str:
    bundle = system.default_bundle
    return f"{bundle.name} {bundle.sha256[:12]}"


def _version(system: System, sha256: str) -> str:
    system.detectors.get(sha256)
    return "whole"


def _disk(system: System) -> str:
    free = shutil.disk_usage(system.data_dir).free
    if free < system.intake.disk_floor_bytes:
        raise DiskNearlyFull(f"{free // 1_000_000} MB free, {system.settings.disk_floor_mb} MB are the least")
    return f"{free // 1_000_000_000} GB free"


def _audit(system: System) -> str:
    with reading(system.engine) as session:
        state = audit.verify(session)
    if not state.ok:
        raise AuditChainBroken(state.says)
    return state.says
