"""States: how a site, a camera and the system itself are, as people see it."""

import shutil
from datetime import datetime, timedelta

from api import shown
from api.schemas.park import CameraOut, ModelOut, SiteOut
from api.wiring import System
from ingest.health import health
from rollout import proposals, protection
from rollout.actors import Actor
from rollout.visits import VISIT_GAP
from store import alerts, beats, notices, park, rules, tables, visits
from store.session import Session
from store.vocabulary import AlertState, CameraHealth, Role, RuleState, Stage

OPEN = (AlertState.PENDING, AlertState.CLAIMED)
PROCESSES = ("watch", "work", "clock")
BEAT_LATE = timedelta(seconds=20)
QUEUE_DEEP = 200
FAILED_WITHIN = timedelta(hours=24)


def site(session: Session, row: tables.Site, *, who: Actor, names: dict[str, str], now: datetime) -> SiteOut:
    """A site; coordinates rounded to about a kilometre for eyes that need no more."""
    safe, stop, gap = protection.of(session, row), rules.open_stop(session, row.id), rules.open_gap(session, row.id)
    present = rules.in_force(session, row.id)
    waiting = [rule for rule in rules.waiting(session) if rule.site_id == row.id and rule.state in WAITS]
    own = [camera(session, item, now=now) for item in park.cameras(session, row.id)]
    digits = 2 if row.sensitive and who.role is Role.AUDITOR else 6
    return SiteOut(
        id=row.id, name=row.name, time_zone=row.time_zone, latitude=round(row.latitude, digits),
        longitude=round(row.longitude, digits),
        rule=shown.rule(proposals.view(session, present, now), names) if present else None,
        proposals=[shown.rule(proposals.view(session, rule, now), names) for rule in waiting],
        stopped=safe.stopped, stop_reason=f"{stop.by}: {stop.reason}" if stop else None,
        protected=safe.protected, protected_says=safe.says,
        watch_needed=gap is not None and gap.accepted_at is None, cameras=len(own),
        cameras_alive=sum(item.health is CameraHealth.ALIVE for item in own),
        pending=len(alerts.page(session, states=OPEN, sites=(row.id,), cursor=None, limit=200)),
    )  # fmt: skip


WAITS = (RuleState.PROPOSED, RuleState.APPROVED)


def camera(session: Session, row: tables.Camera, *, now: datetime) -> CameraOut:
    """A camera, and whether a bear may be in front of it now."""
    status = session.get(tables.CameraStatus, row.id)
    state, says = health(
        row.kind,
        last_seen_at=status.last_seen_at if status else None,
        fault=status.fault if status else None,
        now=now,
    )
    bear = visits.open_bear(session, row.group_id, since=now - VISIT_GAP)
    return CameraOut(
        id=row.id, site=row.site_id, kind=row.kind, group=row.group_id, health=state, says=says,
        last_seen_at=status.last_seen_at if status else None,
        last_frame_at=status.last_frame_at if status else None,
        clock_offset_s=status.clock_offset_s if status else None,
        picture=f"/api/v1/cameras/{row.id}/latest.jpg" if status and status.last_seen_at else None,
        possible_bear=bear is not None, possible_bear_p=bear.p_bear if bear else None,
    )  # fmt: skip


def model(session: Session, row: tables.ModelVersion, *, default: str) -> ModelOut:
    """A model version and the stage it has at each site whose rule names it."""
    at_work: dict[str, Stage] = {}
    for place in park.sites(session):
        rule = rules.in_force(session, place.id)
        if rule is not None and rule.model_sha256 == row.sha256:
            at_work[place.id] = rule.stage
    return ModelOut(
        name=row.name, sha256=row.sha256, labels=row.labels, threshold=row.threshold,
        default=row.sha256 == default, demo=row.name == shown.DEMO_MODEL, stage_by_site=at_work,
    )  # fmt: skip


def faults(session: Session, system: System, now: datetime) -> list[str]:
    """What is wrong with the system itself, in words; a page that shows none says that these were looked at."""
    found = []
    known = {row.name: row.at for row in beats.beats(session)}
    for name in PROCESSES:
        if name not in known:
            found.append(f"the process {name} has never run: start `bearwatch up` or `bearwatch {name}`")
        elif now - known[name] > BEAT_LATE:
            since = int((now - known[name]).total_seconds())
            found.append(f"the process {name} has been silent for {since} s: {WITHOUT[name]}")
    depth = system.queue.depth()
    if depth > QUEUE_DEEP:
        found.append(f"{depth} frames wait for the model: what is shown here is late")
    failed = notices.failed_since(session, now - FAILED_WITHIN)
    if failed:
        found.append(f"{failed} messages could not be delivered in the last 24 hours")
    free = shutil.disk_usage(system.data_dir).free
    if free < system.intake.disk_floor_bytes:
        found.append(f"the disk is nearly full ({free // 1_000_000} MB free): new frames are refused")
    return found


WITHOUT = {
    "watch": "no camera is watched",
    "work": "no frame is scored",
    "clock": "no message is sent and no deadline kept",
}
