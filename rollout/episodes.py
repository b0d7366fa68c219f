"""Episodes: people are told of each once, reminded daily, and say what they know of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ingest.mending import MEND, name_of
from rollout import operations, quieting
from rollout.actors import Actor
from store import audit, cameras, episodes, park, tables, views
from store.errors import NotAllowedNow, NotFound
from store.session import Session
from store.vocabulary import CameraFault, Role

TELL_AFTER = {CameraFault.SILENT: timedelta(minutes=5)}
"""A stream that comes back by itself wakes nobody."""

REMIND = timedelta(days=1)
SHOWN = 8
VIEW = (CameraFault.MOVED, CameraFault.COVERED, CameraFault.BLURRED)
"""What a new reference view ends."""


def tell(session: Session, now: datetime) -> int:
    """One operations notice a site for all that begins, still lasts after a day, or is over; gives how many."""
    due = [row for row in episodes.still_untold(session) if is_due(row, now)]
    told = 0
    for site in park.sites(session):
        own = {camera.id for camera in park.cameras(session, site.id)}
        lines = [_line(row) for row in due if row.camera_id is None or row.camera_id in own]
        if lines:
            more = [f"and {len(lines) - SHOWN} more: see the page Cameras"] if len(lines) > SHOWN else []
            says = f"{site.name}: " + "; ".join([*lines[:SHOWN], *more]) + "."
            operations.tell(session, site.id, key=f"cameras:{site.id}:{now:%Y%m%d%H%M%S%f}", says=says, now=now)
            told += 1
    for row in due:
        if row.ended_at is None:
            row.told_at, row.told = now, row.told + 1
        else:
            row.end_told_at = now
    return told


def is_due(row: tables.Episode, now: datetime) -> bool:
    """Whether somebody is to be told of it now."""
    if row.ended_at is not None:
        return True
    if row.told_at is None:
        return now - row.noticed_at >= TELL_AFTER.get(row.kind, timedelta(0))
    return now - row.told_at >= REMIND


def acknowledge(session: Session, episode: int, *, note: str, by: Actor, now: datetime) -> tables.Episode:
    """Somebody knows of it and says what is done: no more reminders. Its time is still no exposure."""
    row = episodes.get(session, episode, lock=True)
    _require(session, row.camera_id, by)
    if row.acknowledged_at is not None:
        raise NotAllowedNow(f"episode {episode} is acknowledged already")
    row.acknowledged_by, row.acknowledged_at, row.note = by.id, now, note
    subject = f"camera:{row.camera_id}" if row.camera_id else "park"
    says = f"{name_of(row.kind)} is known: {note}"
    audit.append(
        session, at=now, who=by.name, action="camera.acknowledged", subject=subject, says=says,
        body={"episode": row.id, "kind": row.kind.value},
    )  # fmt: skip
    return row


def accept_view(session: Session, camera: str, *, note: str, by: Actor, now: datetime) -> None:
    """The camera looks elsewhere on purpose: its next good pictures are the reference, a new segment begins."""
    row = cameras.find(session, camera)
    if row is None:
        raise NotFound(f'there is no camera "{camera}"')
    _require(session, camera, by)
    ended = [one for one in episodes.open_of(session, camera) if one.kind in VIEW]
    since = min((one.began_at for one in ended), default=now)
    for one in ended:
        one.ended_at = now
    status = cameras.status(session, camera)
    status.streaks = {name: told for name, told in status.streaks.items() if name not in VIEW}
    quieting.view_changed(session, camera, by=by, now=now)
    views.change(session, camera, person=by.id, since=since, note=note, now=now)
    audit.append(
        session, at=now, who=by.name, action="camera.view_accepted", subject=f"camera:{camera}",
        says=f"the view of {camera} was changed on purpose: {note}", body={"since": since.isoformat()},
    )  # fmt: skip


def _require(session: Session, camera: str | None, by: Actor) -> None:
    by.require(Role.SUPERVISOR, session.get_one(tables.Camera, camera).site_id if camera else None)


def _line(row: tables.Episode) -> str:
    what = f"camera {row.camera_id}" if row.camera_id else "Bearwatch"
    name = name_of(row.kind)
    if row.ended_at is not None:
        return f"{what} is no longer {name}" if row.camera_id else f"no longer: {name}"
    again = "still " if row.told else ""
    blind = ", this time counts as not watched" if row.blind else ""
    return f"{what} is {again}{name} ({row.says}){blind}. Mend: {MEND[row.kind]}"


def of_week(session: Session, *, sites: Sequence[str], since: datetime, until: datetime) -> list[tables.Episode]:
    """What was wrong in a period, the oldest first, for a report."""
    found = episodes.between(session, since=since, until=until, sites=sites)
    return sorted(found, key=lambda row: (row.began_at, row.id))
