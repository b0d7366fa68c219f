"""Reading: everything a decision rests on, out of the store and into values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest import clocks
from model.detections import Box, Detection, Found
from rollout import caps, scopes, stops, terms, visits
from rollout.situations import Raised, Situation, has_done
from rollout.terms import Terms
from rollout.visits import Attached, Seen
from store import decisions, park, tables
from store import visits as rows
from store.rules import Deciding, cameras_of, canary_of, version_of
from store.session import Session
from store.vocabulary import Origin, Stage

LIVE = (Origin.STREAM, Origin.DOOR)
LEARNS = timedelta(minutes=10)
"""A stream's view is new for this long after its first frame."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One frame under the rule in force: what is fixed before its situation is read."""

    frame: tables.Frame
    camera: tables.Camera
    site: tables.Site
    rule: tables.Rule | None
    terms: Terms | None
    found: Found | None
    threshold: float
    stopped_by: str | None
    now: datetime

    @property
    def model(self) -> str:
        """The version that the rule in force names for this camera."""
        return version(self.rule, self.camera, self.site, self.now) if self.rule else ""

    @property
    def seen(self) -> Seen | None:
        """What the frame counts as; None where nothing was scored. A seeded one counts as nothing."""
        if not isinstance(self.found, Detection) or self.frame.origin is Origin.SEEDED:
            return None
        return visits.seen(
            self.found, camera=self.camera.id, at=self.frame.taken_at, threshold=self.threshold
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Near:
    """Where the frame belongs among the visits of its camera group, and those visits with their alerts."""

    to: Attached | None = None
    known: Mapping[int, rows.Known] = field(default_factory=dict)

    @property
    def home(self) -> rows.Known | None:
        """The visit that the frame joins; None where it makes a new one or belongs to none."""
        return self.known[self.to.visit] if self.to is not None and self.to.visit is not None else None

    @property
    def raised(self) -> Sequence[tables.Alert]:
        """The alerts of that visit, by turn."""
        return self.home.alerts if self.home else ()


def case(told: Deciding, found: Found | None, *, now: datetime) -> Case:
    """What the rule in force says of the frame."""
    said = terms.read(told.rule.body) if told.rule else None
    own = found.threshold if isinstance(found, Detection) else 0.0
    threshold = _threshold(said, told, now)
    threshold = own if threshold is None else threshold
    return Case(
        frame=told.frame, camera=told.camera, site=told.site, rule=told.rule, terms=said, found=found,
        threshold=threshold, stopped_by=f"by {told.stop.by}: {told.stop.reason}" if told.stop else None, now=now,
    )  # fmt: skip


def version(rule: tables.Rule, camera: tables.Camera, site: tables.Site, now: datetime) -> str:
    """The version that decides a camera's frames now: the rule's, or its canary's until its last day."""
    return version_of(rule, camera.id, now.astimezone(ZoneInfo(site.time_zone)).date())


def _threshold(said: Terms | None, told: Deciding, now: datetime) -> float | None:
    """What the rule says, of its canary where that decides; None: the version's own."""
    if said is None or told.rule is None:
        return None
    canary = canary_of(told.rule)
    day = now.astimezone(ZoneInfo(told.site.time_zone)).date()
    return canary.threshold if canary is not None and canary.holds(told.camera.id, day) else said.threshold


def near(session: Session, case: Case) -> Near:
    """Which visit the frame belongs to, among those of its camera group."""
    seen = case.seen
    if seen is None or case.rule is None or (seen.kind is None and not seen.faint):
        return Near()
    found = rows.near(
        session, case.camera.group_id, site=case.site.id, model=case.model, label=seen.kind or visits.BEAR,
        since=seen.at - visits.VISIT_GAP, until=seen.at + visits.VISIT_GAP,
    )  # fmt: skip
    return Near(
        to=visits.attach(seen, [_visit(known) for known in found]), known={known.visit.id: known for known in found}
    )


def situation(session: Session, case: Case, near: Near, *, data_dir: Path) -> Situation:
    """Read what the rules ask. Only a bear needs more than scope and kill switch."""
    site, frame = case.site, case.frame
    inside = _inside(case, frame.taken_at)
    bare = Situation(
        terms=case.terms, threshold=case.threshold, origin=frame.origin, inside=inside,
        inside_by_receipt=_inside_else(case, inside),
        taken_at=frame.taken_at, received_at=frame.received_at, now=case.now,
        stopped=case.stopped_by or ("by a stop file" if stops.held_by_file(data_dir, site.id) else None),
    )  # fmt: skip
    if case.terms is None or case.seen is None or case.seen.kind != visits.BEAR:
        return bare
    home, raised = near.home, _raised(near.home, real=frame.send) if near.home else ()
    real, (begins, ends) = frame.send, caps.day(site, case.now)
    return Situation(
        **vars(bare)
        | {
            "raised": raised,
            "before_p": home.visit.p_bear if home else 0.0,
            "seen_at": _seen_at(session, home.visit, case) if raised and home else (),
            "last_alert_at": rows.last_alert_at(
                session, case.camera.group_id, site=site.id, besides=home.visit.id if home else None, real=real,
                since=case.now - timedelta(minutes=case.terms.cooldown_minutes), until=case.now,
            ),
            "alerts_today": rows.count_alerts(session, site.id, since=begins, until=ends, real=real),
            "learning": _learning(session, case),
            "receivers": len(park.receivers(session, site.id, case.terms.audience)),
        }
    )  # fmt: skip


def _visit(known: rows.Known) -> visits.Visit:
    row = known.visit
    return visits.Visit(
        id=row.id, kind=row.label, started_at=row.started_at, last_at=row.last_at, p_bear=row.p_bear,
        alerted=bool(known.alerts), closed_at=row.closed_at,
        shown=frozenset(camera for alert in known.alerts for camera in alert.cameras),
    )  # fmt: skip


def _raised(home: rows.Known, *, real: bool) -> tuple[Raised, ...]:
    """What the visit's alerts have done for people; a replay's have done nothing for a real frame."""
    return tuple(
        Raised(
            act=has_done(alert.state, heard=alert.id not in home.unheard), taken_at=alert.taken_at,
            raised_at=alert.raised_at,
        )
        for alert in home.alerts
        if alert.send or not real
    )  # fmt: skip


def _inside_else(case: Case, inside: scopes.Inside) -> scopes.Inside | None:
    """By another time that may be true, one that disagrees before one that does not; None where the clock is right.

    A replay's times are true: they are what it is to be decided by.
    """
    frame = case.frame
    if frame.origin not in LIVE:
        return None
    others = clocks.also_possible(frame.stated_at, frame.taken_at, frame.received_at)
    found = [_inside(case, at) for at in others]
    return min(found, key=lambda other: other.yes is inside.yes, default=None)


def _inside(case: Case, at: datetime) -> scopes.Inside:
    if case.terms is None:
        return scopes.Inside(yes=False, says="there is no rule")
    return scopes.inside(
        case.terms, camera=case.camera.id, at=at, zone=ZoneInfo(case.site.time_zone),
        latitude=case.site.latitude, longitude=case.site.longitude,
        approved=cameras_of(case.rule) if case.rule else None,
    )  # fmt: skip


def _seen_at(session: Session, visit: tables.Visit, case: Case) -> tuple[Box, ...]:
    """Where the visit's bears were in this camera's picture; another camera's places mean nothing in it."""
    found = []
    for label, boxes in rows.boxes_of(session, visit.id, case.camera.id, least=case.threshold):
        named = [Box(**box) for box in boxes]
        found += [box for box in named if box.label == label] or named
    return tuple(found)


def _learning(session: Session, case: Case) -> bool:
    """Whether a stream's view is new. Other doors bring single pictures; the demo's views are drawn."""
    if case.terms is None or case.terms.stage is not Stage.LIVE or case.frame.origin is not Origin.STREAM:
        return False
    return not park.the_park(session).demo and not decisions.any_before(session, case.camera.id, case.now - LEARNS)
