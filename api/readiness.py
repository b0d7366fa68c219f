"""Readiness: can this installation do its work now? Used by /ready and `bearwatch doctor`."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from api import states
from api.schemas.health import KnownClipOut
from api.schemas.park import CameraOut
from api.wiring import System
from ingest.masks import percent
from ingest.mending import MEND, NO_KNOWN_CLIP
from rollout import stops
from store import audit, beats, keeping, migrating, models, park, rules
from store.errors import AuditChainBroken, BearwatchError, DiskNearlyFull, ModelError, NotFound, StoreError
from store.session import reading
from store.vocabulary import CameraFault, CameraHealth


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
        _tried(
            "model",
            lambda: _model(system),
            "put the approved bundle back with `bearwatch model add BUNDLE`, or set BEARWATCH_MODEL to a whole one",
        ),
        _tried("disk", lambda: _disk(system), "make room on the disk that holds BEARWATCH_DATA_DIR"),
    ]


def all_checks(system: System, now: datetime) -> list[Check]:
    """The same, and the processes, the audit chain and every model version."""
    found = checks(system)
    found.append(_tried("stop files", lambda: _stop_files(system), states.STRAY))
    found.append(_tried("audit", lambda: _audit(system), "keep the database as it is, and find out who changed it"))
    try:
        with reading(system.engine) as session:
            known = {row.name: row.at for row in beats.beats(session)}
            versions = [(row.name, row.sha256) for row in models.versions(session)]
    except StoreError:
        return found  # the checks of the database say so
    for name in states.PROCESSES:
        alive = name in known and now - known[name] < states.BEAT_LATE
        says = "alive" if alive else f"silent: {states.WITHOUT[name]}"
        found.append(
            Check(name=name, ok=alive, says=says, mend="" if alive else f"start `bearwatch {name}`, or `up`")
        )
    for name, sha256 in versions:
        mend = "put the approved bundle back with `bearwatch model add BUNDLE`"
        found.append(_tried(f"model {name}", partial(_version, system, sha256), mend))
    found += [*_cameras(system, now), _tried("storage", lambda: _storage(system), "start `bearwatch clock`, or `up`")]
    return found


def _cameras(system: System, now: datetime) -> list[Check]:
    """Each camera: how it is, or what is wrong with it since when, and the mend."""
    found = []
    with reading(system.engine) as session:
        for row in park.cameras(session):
            seen = states.camera(session, row, now=now)
            wrong = [f"{one.name} since {one.began_at:%Y-%m-%d %H:%M} UTC ({one.says})" for one in seen.episodes]
            ok = not wrong and seen.health is CameraHealth.ALIVE
            mend = "; ".join(one.mend for one in seen.episodes) or MEND[CameraFault.SILENT]
            says = "; ".join(wrong) or seen.says
            says += "".join(f"; {one}" for one in _narrowed(seen))
            found.append(Check(name=f"camera {row.id}", ok=ok, says=says, mend="" if ok else mend))
            found.append(_known(row.id, seen.known_clip))
    return found


def _narrowed(seen: CameraOut) -> Iterator[str]:
    """What people took out of the model's sight: no fault, and said all the same."""
    day, night = percent(seen.unwatched_day), percent(seen.unwatched_night)
    if seen.unwatched_day or seen.unwatched_night:
        yield f"masks: {day} of its view by day and {night} by night is NOT watched"
    if seen.quiet_places:
        yield f"{seen.quiet_places} quiet places ask nobody by themselves: see `bearwatch quiet list`"
    if seen.quiet_proposed:
        yield f"{seen.quiet_proposed} quiet places are proposed: see `bearwatch quiet list`"


def _known(camera: str, last: KnownClipOut | None) -> Check:
    """How the last known bear fared. A camera of which none is known is not tested: said, and no fault."""
    if last is None:
        return Check(name=f"known clip {camera}", ok=True, says=f"never tested: {NO_KNOWN_CLIP}")
    says = f"{last.says} ({last.played_at:%Y-%m-%d %H:%M} UTC)"
    ok = last.found is not False
    return Check(
        name=f"known clip {camera}", ok=ok, says=says, mend="" if ok else MEND[CameraFault.KNOWN_CLIP_MISSED]
    )


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
    """The default bundle, and every version that a rule in force names."""
    bundle = system.default_bundle
    with reading(system.engine) as session:
        at_work = rules.works_in(session, states.SCORES)
    for site, version in at_work:
        if fault := system.bundles.fault(version):
            raise ModelError(f"{version.name}, in force at {site.id}: {fault}")
    return f"{bundle.name} {bundle.sha256[:12]}"


def _version(system: System, sha256: str) -> str:
    system.detectors.get(sha256)
    return "whole"


def _disk(system: System) -> str:
    free = shutil.disk_usage(system.data_dir).free
    if free < system.intake.disk_floor_bytes:
        raise DiskNearlyFull(f"{free // 1_000_000} MB free, {system.settings.disk_floor_mb} MB are the least")
    return f"{free // 1_000_000_000} GB free"


def _storage(system: System) -> str:
    """What is kept of each kind, and the oldest of it."""
    with reading(system.engine) as session:
        rows = keeping.counted(session)
        gone, _ = keeping.dropped_in_all(session)
    told = [
        f"{row.kind.value}: {row.pictures} of {row.size_bytes / 1e6:.0f} MB, the oldest of {row.oldest_at:%Y-%m-%d}"
        for row in rows
        if row.oldest_at is not None
    ]
    return "; ".join([*told, f"{gone} dropped in all"]) if rows else "nothing was counted yet"


def _stop_files(system: System) -> str:
    with reading(system.engine) as session:
        stray = stops.stray_files(session, system.data_dir)
    if stray:
        raise NotFound(f"{', '.join(stray)} stops nothing")
    return "none that stops nothing"


def _audit(system: System) -> str:
    with reading(system.engine) as session:
        state = audit.verify(session)
    if not state.ok:
        raise AuditChainBroken(state.says)
    return state.says
