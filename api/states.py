"""States: how a site, a camera and the system itself are, as people see it."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta

from api import ailing, drifted, shown
from api.schemas.park import CameraOut, GapOut, LiftOut, ModelOut, SiteOut
from api.wiring import System
from ingest import absences, masking
from ingest.health import health
from ingest.masks import covered
from rollout import proposals, protection, quieting, stops, versions
from rollout.actors import Actor
from rollout.visits import VISIT_GAP
from store import alerts, beats, challenges, held, models, notices, park, quiet, rules, tables, views, visits
from store.session import Session
from store.vocabulary import OPEN, CameraHealth, HeldState, QuietState, Role, RuleState, Stage

PROCESSES = ("watch", "work", "clock")
BEAT_LATE = timedelta(seconds=20)
QUEUE_DEEP = 200
MAILBOX_LATE = timedelta(minutes=5)
FAILED_WITHIN = timedelta(hours=24)
SCORES = (Stage.SHADOW, Stage.TRIAL, Stage.LIVE)
"""Stages in which frames are looked at."""


def site(session: Session, row: tables.Site, *, who: Actor, names: dict[str, str], now: datetime) -> SiteOut:
    """A site; coordinates rounded to about a kilometre for eyes that need no more."""
    safe, stop = protection.of(session, row, now), rules.open_stop(session, row.id)
    gap = rules.open_gap(session, row.id)
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
        own_stop=rules.open_stop_of(session, row.id) is not None, lift_asked=lift_asked(session, row.id, now),
        protected=safe.protected, protected_says=safe.says, gap=_gap(session, gap) if gap else None,
        watch_needed=gap is not None and gap.accepted_at is None, cameras=len(own),
        cameras_alive=sum(item.health is CameraHealth.ALIVE for item in own),
        pending=len(alerts.page(session, states=OPEN, sites=(row.id,), cursor=None, limit=200)),
        alarms=drifted.open_at_site(session, who, row.id, now),
    )  # fmt: skip


def lift_asked(session: Session, site: str | None, now: datetime) -> LiftOut | None:
    """Who asked to lift the stop of one site or (None) of all, where that waits for a second person."""
    asked = stops.lift_asked(session, site, now)
    return LiftOut(by=asked.by, at=asked.at) if asked else None


def _gap(session: Session, gap: tables.Gap) -> GapOut:
    taken = rules.name_of(session, gap.accepted_by) if gap.accepted_at else None
    return GapOut(since=gap.since, cause=gap.cause, taken_by=taken)


WAITS = (RuleState.PROPOSED, RuleState.APPROVED)


def camera(
    session: Session, row: tables.Camera, *, now: datetime, exact: bool = False, blind: bool = False
) -> CameraOut:
    """A camera, and whether a bear may be in front of it now.

    exact: for eyes that may know where it stands; blind: for eyes that must not know what the model saw.
    """
    status = session.get(tables.CameraStatus, row.id)
    state, says = health(
        row.kind,
        last_seen_at=status.last_seen_at if status else None,
        fault=status.fault if status else None,
        now=now,
        patience=absences.patience_of(row, status),
    )
    hidden = masking.in_force(session, row.id, at=now)
    bear = None if blind else visits.open_bear(session, row.group_id, site=row.site_id, since=now - VISIT_GAP)
    return CameraOut(
        id=row.id, site=row.site_id, kind=row.kind, group=row.group_id, health=state, says=says,
        last_seen_at=status.last_seen_at if status else None,
        last_frame_at=status.last_frame_at if status else None,
        clock_offset_s=status.clock_offset_s if status else None,
        picture=f"/api/v1/cameras/{row.id}/latest.jpg" if status and status.last_seen_at else None,
        possible_bear=bear is not None, possible_bear_p=bear.p_bear if bear else None,
        watched_blind=blind,
        episodes=list(ailing.of_camera(session, row.id)),
        latitude=row.latitude if exact else None, longitude=row.longitude if exact else None,
        patience_s=absences.patience_of(row, status).total_seconds(), unwatched_day=covered(hidden.day),
        unwatched_night=covered(hidden.night), quiet_places=len(quieting.holding(session, [row.id], at=now)),
        quiet_proposed=len(quiet.of_cameras(session, [row.id], [QuietState.PROPOSED])),
        known_clip=ailing.known_clip(session, row.id),
        reference=[
            f"/api/v1/cameras/{row.id}/reference.jpg?night={str(night).lower()}"
            for night in (False, True)
            if views.has_reference(session, row.id, night=night)
        ],
    )  # fmt: skip


def model(session: Session, row: tables.ModelVersion, *, default: str, sites: Sequence[str] = ()) -> ModelOut:
    """A model version and the stage it has at each of these sites (none: all) whose rule names it."""
    at_work: dict[str, Stage] = {}
    for place in (site for site in park.sites(session) if not sites or site.id in sites):
        rule = rules.in_force(session, place.id)
        if rule is not None and rule.model_sha256 == row.sha256:
            at_work[place.id] = rule.stage
    return ModelOut(
        name=row.name, sha256=row.sha256, labels=row.labels, threshold=row.threshold,
        default=row.sha256 == default, demo=row.name == models.DEMO_SCENERY, stage_by_site=at_work,
        challenger=[site for site in challenges.by_model(session, row.sha256) if not sites or site in sites],
        canary={
            site: cameras
            for site, cameras in versions.canary_sites(session, row.sha256).items()
            if not sites or site in sites
        },
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
    for place, version in rules.works_in(session, SCORES, now=now):
        said = system.bundles.fault(version)
        if said:
            found.append(f"no frame of {place.name} is scored: its model {version.name} cannot be opened: {said}")
    found += [f"the file {name} stops NOTHING: {STRAY}" for name in stops.stray_files(session, system.data_dir)]
    found += _mailbox(system, known.get("mailbox"), now)
    depth = system.queue.live_depth()
    if depth > QUEUE_DEEP:
        found.append(f"{depth} frames wait for the model: what is shown here is late")
    unknown = held.count(session, HeldState.UNRECOGNISED)
    if unknown:
        where = "page Unrecognised, or `bearwatch held list`"
        found.append(f"{unknown} pictures of no known camera wait, unseen by the model: {where}")
    failed = notices.failed_since(session, now - FAILED_WITHIN)
    if failed:
        found.append(f"{failed} messages could not be delivered in the last 24 hours")
    free = shutil.disk_usage(system.data_dir).free
    if free < system.intake.disk_floor_bytes:
        found.append(f"the disk is nearly full ({free // 1_000_000} MB free): new frames are refused")
    return found


def _mailbox(system: System, read_at: datetime | None, now: datetime) -> list[str]:
    """What mails hold is not known while their server is away."""
    if not system.settings.imap_url or (read_at is not None and now - read_at <= MAILBOX_LATE):
        return []
    since = f"not been read for {int((now - read_at).total_seconds()) // 60} min" if read_at else "never been read"
    return [f"the mailbox has {since}: pictures that were mailed may wait there; the log of watch says why"]


STRAY = "no site has that name; rename it to STOP-<site>, or to STOP for all sites"
WITHOUT = {
    "watch": "no camera is watched",
    "work": "no frame is scored",
    "clock": "no message is sent and no deadline kept",
}
