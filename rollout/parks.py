"""The park as park.toml wants it: added, changed and retired, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rollout import cover, proposals
from store import audit, park, rules, tables
from store.session import Session
from store.vocabulary import Audience, CameraKind


@dataclass(frozen=True, kw_only=True)
class SitePlan:
    """A [[site]] with its time zone worked out."""

    id: str
    name: str
    time_zone: str
    latitude: float
    longitude: float
    sensitive: bool


@dataclass(frozen=True, kw_only=True)
class CameraPlan:
    """A [[camera]]; group worked out."""

    id: str
    site_id: str
    kind: CameraKind
    url: str | None
    group_id: str
    time_zone: str | None = None
    recognise: Mapping[str, Any] = field(default_factory=dict)
    watch_url: str | None = None
    transport: str = "tcp"
    latitude: float | None = None
    longitude: float | None = None
    known_clip: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReceiverPlan:
    """A [[receiver]]."""

    id: str
    site_id: str
    audience: Audience
    url: str
    second: str | None
    hours: str | None
    reports: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyPlan:
    """A [[duty]]. chain: [{"receivers": [id], "after_minutes": n}]."""

    site_id: str
    hours: str | None
    chain: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ParkPlan:
    """All of park.toml, checked."""

    name: str
    time_zone: str
    heartbeat: str | None = None
    objective: Mapping[str, Any] = field(default_factory=dict)
    exit: Mapping[str, Any] = field(default_factory=dict)
    trust: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    storage: Mapping[str, Any] = field(default_factory=dict)
    camera_networks: Sequence[str] = ()
    pictures_leave: bool = False
    blur_people: bool = True
    match_minutes: int = 30
    alarm_hours: float = 24.0
    sites: Sequence[SitePlan] = ()
    cameras: Sequence[CameraPlan] = ()
    receivers: Sequence[ReceiverPlan] = ()
    duties: Sequence[DutyPlan] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference that applying makes, in words."""

    kind: str
    id: str
    action: str
    says: str


def apply(session: Session, plan: ParkPlan, *, who: str, default_model: str, now: datetime) -> tuple[Change, ...]:
    """Bring the park to the plan; the same plan again changes nothing. New sites begin in shadow.

    Raises ParkFileMalformed where the plan would leave a site in trial or live with nobody to tell.
    """
    promised, asked_before = cover.hold(session), _exit(session)
    cover.leave(session, promised, {site.id for site in plan.sites}, who=who, now=now)
    changes = [*_park(session, plan)]
    for site in plan.sites:
        changes += _put(session, tables.Site, site.id, vars(site))
    session.flush()
    for group in sorted({camera.group_id for camera in plan.cameras}):
        if session.get(tables.CameraGroup, group) is None:
            session.add(tables.CameraGroup(id=group))
    session.flush()
    for camera in plan.cameras:
        changes += _put(session, tables.Camera, camera.id, {**vars(camera), "recognise": dict(camera.recognise)})
    for receiver in plan.receivers:
        changes += _put(session, tables.Receiver, receiver.id, vars(receiver))
    session.flush()
    changes += _duties(session, plan, now)
    changes += _retired(session, plan, now)
    session.flush()
    cover.keep(session, promised, now=now)
    for site in plan.sites:
        if not rules.history(session, site.id):
            proposals.first_rule(session, park.site(session, site.id), model=default_model, now=now)
    if changes:
        body: dict[str, Any] = {"changes": [vars(change) for change in changes]}
        if asked_before != plan.exit:
            body["exit"] = dict(plan.exit)
        says = f"{len(changes)} changes by park.toml"
        audit.append(session, at=now, who=who, action="park.applied", subject="park", says=says, body=body)
    return tuple(changes)


def _exit(session: Session) -> Mapping[str, Any] | None:
    """What the park asks of a site before its next step; the audit chain keeps who changed it."""
    row = session.get(tables.Park, 1)
    return None if row is None else dict(row.exit)


def _park(session: Session, plan: ParkPlan) -> list[Change]:
    values = {
        "name": plan.name, "time_zone": plan.time_zone, "heartbeat": plan.heartbeat,
        "objective": dict(plan.objective), "exit": dict(plan.exit), "training": dict(plan.training),
        "storage": dict(plan.storage), "trust": dict(plan.trust),
        "camera_networks": list(plan.camera_networks), "pictures_leave": plan.pictures_leave,
        "blur_people": plan.blur_people, "match_minutes": plan.match_minutes, "alarm_hours": plan.alarm_hours,
    }  # fmt: skip
    row = session.get(tables.Park, 1)
    if row is None:
        session.add(tables.Park(id=1, **values))
        return [Change(kind="park", id=plan.name, action="add", says=f"the park {plan.name} is new")]
    told = _changed(row, values)
    return [Change(kind="park", id=plan.name, action="change", says=told)] if told else []


def _put(session: Session, table: type[Any], row_id: str, values: Mapping[str, Any]) -> list[Change]:
    kind = str(table.__tablename__)
    row = session.get(table, row_id)
    if row is None:
        session.add(table(**values))
        return [Change(kind=kind, id=row_id, action="add", says=f"{kind} {row_id} is new")]
    back = row.retired_at is not None
    row.retired_at = None
    told = _changed(row, values)
    if back:
        return [Change(kind=kind, id=row_id, action="restore", says=f"{kind} {row_id} is back. {told}".strip())]
    return [Change(kind=kind, id=row_id, action="change", says=f"{kind} {row_id}: {told}")] if told else []


def _changed(row: Any, values: Mapping[str, Any]) -> str:
    """Set what differs, and say it. Addresses may hold a password, so they are not shown."""
    told = []
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            told.append(
                f"{name} changed" if name in ("url", "watch_url", "heartbeat") else f"{name}: {before} -> {value}"
            )
    return ", ".join(told)


def _duties(session: Session, plan: ParkPlan, now: datetime) -> list[Change]:
    changes = []
    for site in sorted({row.id for row in park.sites(session)}):
        wanted = [(duty.hours, [dict(step) for step in duty.chain]) for duty in plan.duties if duty.site_id == site]
        present = park.duties(session, site)
        if [(row.hours, row.chain) for row in present] == wanted:
            continue
        for row in present:
            row.retired_at = now
        for position, (hours, chain) in enumerate(wanted):
            session.add(tables.Duty(site_id=site, position=position, hours=hours, chain=chain))
        says = f"duty of {site}: {len(present)} -> {len(wanted)} entries"
        changes.append(Change(kind="duty", id=site, action="change" if present else "add", says=says))
    return changes


def _retired(session: Session, plan: ParkPlan, now: datetime) -> list[Change]:
    """What the plan no longer names. Its history stays."""
    changes = []
    rows: list[tuple[str, Any, set[str]]] = [
        *(("receiver", row, {item.id for item in plan.receivers}) for row in park.all_receivers(session)),
        *(("camera", row, {item.id for item in plan.cameras}) for row in park.cameras(session)),
        *(("site", row, {item.id for item in plan.sites}) for row in park.sites(session)),
    ]
    for kind, row, kept in rows:
        if row.id in kept:
            continue
        row.retired_at = now
        keeps = "" if kind == "receiver" else f"; its {park.visits_of(session, kind, row.id)} visits stay"
        changes.append(Change(kind=kind, id=row.id, action="retire", says=f"{kind} {row.id} is retired{keeps}"))
    return changes
