"""Quieting: places where false boxes keep falling are proposed, accepted by a person until a day, and ended.

An accepted place narrows what people are asked about: it is told to the rangers, kept in the audit, shown while it is
in force, and begins a segment of evidence. What lies in it is scored as ever, and on record as what would have been.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ingest import masking
from ingest.masks import MOST, covered, lies_in, percent
from rollout import operations, quiet
from rollout.actors import Actor
from rollout.quiet import Quiet
from rollout.quiet_proposals import boxes_of, bring_up_to_date, region_of
from store import audit, park, tables, views
from store import masks as mask_rows
from store import quiet as rows
from store.errors import NotAllowedNow, NotFound, TooMuchMasked
from store.rules import deciders
from store.session import Session
from store.vocabulary import Light, QuietState, Role

LIGHTS = {Light.BOTH: "", Light.DAY: ", by day", Light.NIGHT: ", by night"}


def keep(session: Session, *, now: datetime) -> int:
    """End what is past its last moment, and bring the proposals of all cameras up to date; gives how many are new."""
    for row in rows.past(session, now):
        end_row(session, row, at=row.until or now, by=None, why="its last moment has come", now=now)
    return sum(bring_up_to_date(session, camera, now=now) for camera in park.cameras(session))


def of(held: Sequence[tables.QuietPlace]) -> tuple[Quiet, ...]:
    """Places as the decision knows them."""
    return tuple(
        Quiet(
            model=row.model_sha256,
            region=region_of(row),
            light=row.light,
            most_p=row.most_p,
            says=f"quiet place {row.id}, {_until(row)}",
        )
        for row in held
    )


def accept(
    session: Session, place: int, *, days: int = quiet.DAYS, why: str, by: Actor, now: datetime
) -> tables.QuietPlace:
    """Put a proposal in force for so many days.

    Raises NotFound, NotPermitted, TooMuchMasked, NotAllowedNow: it is settled, the days do not fit, it is of another
    version than decides there now, or every verdict behind it is from the one who accepts.
    """
    row, camera = _held(session, place, by, Role.ADMIN)
    _require(row, QuietState.PROPOSED)
    if deciders(session, [camera.id], now=now).get(camera.id) != row.model_sha256:
        raise NotAllowedNow("another model version decides there now: these false alarms are not of that one")
    if not 1 <= days <= quiet.MOST_DAYS:
        raise NotAllowedNow(f"a quiet place lasts 1 to {quiet.MOST_DAYS} days, not {days}")
    if rows.reviewers(session, row.alerts) <= {by.id}:
        raise NotAllowedNow(
            "every verdict behind this proposal is yours: another admin must accept it, or somebody else review there"
        )
    _require_watched(session, row, now)
    row.state, row.until = QuietState.ACCEPTED, now + timedelta(days=days)
    row.settled_by, row.settled_at, row.why = by.id, now, why
    session.flush()
    says = f"{_what(row)} at {camera.id} is quiet {_until(row)}: {why}"
    _write_down(session, camera, row, "accepted", says, who=by.name, now=now)
    told = f"{says} ({by.name}). A bear seen only there asks and warns nobody by itself; it is on record."
    _tell(session, camera, row, "accepted", told, person=by.id, now=now)
    return row


def refuse(session: Session, place: int, *, why: str, by: Actor, now: datetime) -> tables.QuietPlace:
    """Leave everything as it is; what was dismissed there until now proposes it no more."""
    row, camera = _held(session, place, by, Role.SUPERVISOR)
    _require(row, QuietState.PROPOSED)
    row.state, row.settled_by, row.settled_at, row.why = QuietState.REFUSED, by.id, now, why
    session.flush()
    says = f"{_what(row)} at {camera.id} stays as it is: {why}"
    _write_down(session, camera, row, "refused", says, who=by.name, now=now)
    return row


def end(session: Session, place: int, *, why: str, by: Actor, now: datetime) -> tables.QuietPlace:
    """End one that is in force."""
    row, _ = _held(session, place, by, Role.SUPERVISOR)
    _require(row, QuietState.ACCEPTED)
    end_row(session, row, at=now, by=by, why=why, now=now)
    return row


def bear_seen(session: Session, alert: tables.Alert, *, by: Actor, now: datetime) -> None:
    """Somebody said that an alert was a bear: no place in which it was stays quiet."""
    boxes = boxes_of(alert)
    for row in rows.of_cameras(session, [alert.camera_id], [QuietState.ACCEPTED], lock=True):
        if any(lies_in(box, [region_of(row)]) for box in boxes):
            end_row(session, row, at=now, by=by, why=f"a bear was seen there (alert {alert.id})", now=now)


def view_changed(session: Session, camera: str, *, by: Actor, now: datetime) -> None:
    """The camera looks elsewhere on purpose: what is quiet in its picture is another place now."""
    for row in rows.of_cameras(session, [camera], [QuietState.ACCEPTED], lock=True):
        end_row(session, row, at=now, by=by, why="the camera's view was changed on purpose", now=now)


def end_row(
    session: Session, row: tables.QuietPlace, *, at: datetime, by: Actor | None, why: str, now: datetime
) -> None:  # fmt: skip
    """Write an end down, and say it. by None: it ended by itself."""
    camera = session.get_one(tables.Camera, row.camera_id)
    row.state, row.ended_at, row.ended_why = QuietState.ENDED, at, why
    row.ended_by = by.id if by else None
    session.flush()
    says = f"{_what(row)} at {camera.id} is quiet no more: {why}"
    _write_down(session, camera, row, "ended", says, who=by.name if by else "Bearwatch", now=now)
    person = by.id if by else row.settled_by
    assert person is not None, "the database lets nothing end that nobody settled"
    _tell(session, camera, row, "ended", f"{says}.", person=person, now=now)


def holding(session: Session, cameras: Sequence[str], *, at: datetime) -> list[tables.QuietPlace]:
    """The places in force that are of the version which decides there now; the others rest."""
    deciding = deciders(session, cameras, now=at)
    return [row for row in rows.in_force(session, cameras, at=at) if row.model_sha256 == deciding.get(row.camera_id)]


def says_of(session: Session, site: str, *, at: datetime) -> str:
    """What is quiet at a site, in words; empty: nothing is."""
    cameras = [camera.id for camera in park.cameras(session, site)]
    held = [f"a place at {row.camera_id} {_until(row)}" for row in holding(session, cameras, at=at)]
    return f"asks nobody by itself about {', '.join(held)}" if held else ""


def _require_watched(session: Session, row: tables.QuietPlace, now: datetime) -> None:
    """Raise TooMuchMasked where masks and quiet places together would take more than half of the view."""
    mask_rows.hold(session, row.camera_id)
    masks = masking.in_force(session, row.camera_id, at=now)
    taken = [*masks.day, *masks.night, *(region_of(old) for old in rows.in_force(session, [row.camera_id], at=now))]
    share = covered([*taken, region_of(row)])
    if share > MOST:
        raise TooMuchMasked(
            f"with what is masked or quiet already {share:.0%} of the view of {row.camera_id} would be left out, and "
            f"{MOST:.0%} is the most: end another one, or turn the camera"
        )


def _held(session: Session, place: int, by: Actor, role: Role) -> tuple[tables.QuietPlace, tables.Camera]:
    row = rows.get(session, place, lock=True)
    camera = session.get_one(tables.Camera, row.camera_id)
    if by.sites and camera.site_id not in by.sites:
        raise NotFound(f"there is no quiet place {place}")
    by.require(role, camera.site_id)
    return row, camera


def _require(row: tables.QuietPlace, state: QuietState) -> None:
    if row.state is not state:
        raise NotAllowedNow(f"quiet place {row.id} is {row.state}: only {state} ones can be")


def _write_down(
    session: Session, camera: tables.Camera, row: tables.QuietPlace, act: str, says: str, *, who: str, now: datetime
) -> None:  # fmt: skip
    body = {
        "place": row.id, "x": row.x, "y": row.y, "w": row.w, "h": row.h, "light": row.light.value,
        "most_p": row.most_p, "model": row.model_sha256,
        "alerts": row.alerts, "until": row.until.isoformat() if row.until else None,
    }  # fmt: skip
    subject = f"camera:{camera.id}"
    audit.append(session, at=now, who=who, action=f"camera.quiet_{act}", subject=subject, says=says, body=body)


def _tell(
    session: Session, camera: tables.Camera, row: tables.QuietPlace, act: str, says: str, *, person: int,
    now: datetime,
) -> None:  # fmt: skip
    """What changes what people are asked about begins a segment of evidence, and is told to the rangers."""
    views.begin_segment(session, camera.id, person=person, since=now, note=says, now=now)
    operations.tell(session, camera.site_id, key=f"quiet:{row.id}:{act}", says=says, now=now, waits=act == "ended")


def _what(row: tables.QuietPlace) -> str:
    return f"a place of {percent(row.w * row.h)} of the view{LIGHTS[row.light]}"


def _until(row: tables.QuietPlace) -> str:
    return f"until {row.until:%Y-%m-%d}" if row.until else ""
