"""Holding: what an admin does with files that the doors held back. Each act is in the audit chain."""

from datetime import datetime

from api.schemas.held import HeldOut, HeldPage, SettledOut
from api.wiring import System
from ingest import handed
from ingest.retention import REGRETTED
from rollout.actors import Actor
from store import audit, held, park, tables
from store.errors import NotAllowedNow, NotFound
from store.session import Session, reading, transaction
from store.vocabulary import HeldState

WAITS = (HeldState.UNRECOGNISED, HeldState.REFUSED)


def page(session: Session, *, state: HeldState | None, cursor: int | None, limit: int) -> HeldPage:
    """Newest first."""
    rows = held.page(session, state=state, cursor=cursor, limit=limit + 1)
    return HeldPage(
        items=[_out(row) for row in rows[:limit]], next=rows[limit - 1].id if len(rows) > limit else None,
        waiting={one: held.count(session, one) for one in WAITS},
    )  # fmt: skip


def again(system: System, number: int, *, camera: str | None, by: Actor, now: datetime) -> SettledOut:
    """Try a held file once more, as this camera's where one is named.

    Raises NotFound, NotAllowedNow, ArchiveFileMissing, DiskNearlyFull.
    """
    with reading(system.engine) as session:
        row = held.get(session, number)
        _require(row, (*WAITS, HeldState.DISCARDED))
        known = [item.id for item in park.cameras(session)]
    if camera is not None and camera not in known:
        raise NotFound(f'there is no camera "{camera}"; cameras are: {", ".join(known) or "none yet"}')
    done = handed.again(system.desk, number, as_camera=camera, who=by.name, now=now)
    says = f"{row.name}: {done.state}" + (f", camera {done.camera}" if done.camera else f": {done.says}")
    action = "held.tried" if camera is None else "held.assigned"
    _told(system, number, action, says, by=by, now=now)
    return SettledOut(held=number, state=done.state, camera=done.camera, upload=done.upload, says=says)


def discard(system: System, number: int, *, by: Actor, now: datetime) -> SettledOut:
    """Take it off the list of what waits; for some days it can still be tried. Raises NotFound, NotAllowedNow."""
    with transaction(system.engine) as session:
        row = held.get(session, number, lock=True)
        _require(row, (HeldState.UNRECOGNISED,))
        row.state, row.settled_at, row.settled_by = HeldState.DISCARDED, now, by.name
        says = f"{row.name}: discarded; for {REGRETTED.days} days it can still be tried again"
        audit.append(session, at=now, who=by.name, action="held.discarded", subject=f"held:{number}", says=says)
    return SettledOut(held=number, state=HeldState.DISCARDED, camera=None, upload=None, says=says)


def _told(system: System, number: int, action: str, says: str, *, by: Actor, now: datetime) -> None:
    with transaction(system.engine) as session:
        audit.append(session, at=now, who=by.name, action=action, subject=f"held:{number}", says=says)


def _require(row: tables.HeldFile, states: tuple[HeldState, ...]) -> None:
    if row.state not in states:
        raise NotAllowedNow(f"held file {row.id} is {row.state}: only {' or '.join(states)} ones can be")


def _out(row: tables.HeldFile) -> HeldOut:
    return HeldOut(
        id=row.id, door=row.door, state=row.state, name=row.name, size=row.size, kept=row.kept, claims=row.claims,
        why=row.why, says=row.says, times=row.times, received_at=row.received_at, last_at=row.last_at,
        upload=row.upload_id, settled_at=row.settled_at, settled_by=row.settled_by,
    )  # fmt: skip
