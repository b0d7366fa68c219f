"""Reading: everything a decision rests on, out of the store and into values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from model.detections import Box, Detection, Found
from rollout import caps, other_times, quiet, quieting, scopes, stops, terms, visits
from rollout.situations import Raised, Situation, has_done
from rollout.terms import Terms
from rollout.visits import Attached, Seen
from store import situations as rows
from store import tables
from store.rules import Deciding, cameras_of, canary_of, version_of
from store.session import Session
from store.visits import Known
from store.vocabulary import Audience, Origin, Reason, Stage

LEARNS = timedelta(minutes=10)
"""A stream's view is new for this long after its first frame."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One frame under the rule in force: what is fixed before its situation is read."""

    told: Deciding
    terms: Terms | None
    found: Found | None
    threshold: float
    now: datetime

    @property
    def frame(self) -> tables.Frame:
        """The frame."""
        return self.told.frame

    @property
    def camera(self) -> tables.Camera:
        """The camera that took it."""
        return self.told.camera

    @property
    def site(self) -> tables.Site:
        """The camera's site."""
        return self.told.site

    @property
    def is_bear(self) -> bool:
        """Whether somebody might be told of it: below the threshold in force nobody ever is."""
        return isinstance(self.found, Detection) and self.found.p_bear >= self.threshold

    @property
    def rule(self) -> tables.Rule | None:
        """The rule in force there."""
        return self.told.rule

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
    """Where the frame belongs among the visits of its camera group, those visits with their alerts, and the stop.

    same: camera, site and rule in force are still those of the case; where they are not, nothing may be decided.
    site: as it was read with them; None where nothing was read.
    """

    same: bool = True
    site: tables.Site | None = None
    stopped: str | None = None
    narrowed: str | None = None
    to: Attached | None = None
    known: Mapping[int, Known] = field(default_factory=dict)

    @property
    def home(self) -> Known | None:
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
    return Case(told=told, terms=said, found=found, threshold=own if threshold is None else threshold, now=now)


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
    """Which visit the frame belongs to, among those of its camera group as they are now."""
    seen, at = case.seen, case.frame.taken_at
    kind = None
    if seen is not None and case.rule is not None:
        kind = seen.kind or (visits.BEAR if seen.faint else None)
    found = rows.standing(
        session, case.told, kind=kind, model=case.model, since=at - visits.VISIT_GAP, until=at + visits.VISIT_GAP
    )  # fmt: skip
    to = visits.attach(seen, [_visit(one) for one in found.known.values()]) if seen is not None and kind else None
    return Near(
        same=found.same, site=found.site, stopped=found.stopped, narrowed=found.narrowed, to=to, known=found.known
    )


def situation(session: Session, case: Case, near: Near, *, data_dir: Path) -> Situation:
    """Read what the rules ask. Only a bear needs more than scope and kill switch."""
    site, frame = case.site, case.frame
    inside = _inside(case, frame.taken_at)
    bare = Situation(
        terms=case.terms, threshold=case.threshold, origin=frame.origin, inside=inside,
        inside_by_receipt=other_times.inside_else(case.frame, inside, partial(_inside, case)),
        taken_at=frame.taken_at, received_at=frame.received_at, now=case.now,
        stopped=near.stopped or ("by a stop file" if stops.held_by_file(data_dir, site.id) else None),
        narrowed=near.narrowed,
    )  # fmt: skip
    if case.terms is None or case.seen is None or case.seen.kind != visits.BEAR:
        return bare
    home, raised = near.home, _raised(near.home, real=frame.send) if near.home else ()
    around = rows.around(session, case.told, _asked(case, case.terms, home))
    return replace(
        bare, raised=raised, quiet=_quiet(case), before_p=home.visit.p_bear if home else 0.0,
        seen_at=_places(around.boxes) if raised else (), last_alert_at=around.last_alert_at,
        alerts_today=around.alerts_today,
        learning=_learning(case, around, case.terms), receivers=around.receivers,
    )  # fmt: skip


def _asked(case: Case, terms: Terms, home: Known | None) -> rows.Asked:
    return rows.Asked(
        visit=home.visit.id if home else None, least=case.threshold, now=case.now,
        cooling_since=case.now - timedelta(minutes=terms.cooldown_minutes), day=caps.day(case.site, case.now),
        campers=terms.audience is Audience.CAMPERS, real=case.frame.send,
    )  # fmt: skip


def _visit(known: Known) -> visits.Visit:
    row = known.visit
    return visits.Visit(
        id=row.id, kind=row.label, started_at=row.started_at, last_at=row.last_at, p_bear=row.p_bear,
        alerted=bool(known.alerts), closed_at=row.closed_at,
        shown=frozenset(camera for alert in known.alerts for camera in alert.cameras),
    )  # fmt: skip


def _raised(home: Known, *, real: bool) -> tuple[Raised, ...]:
    """What the visit's alerts have done for people; a replay's have done nothing for a real frame."""
    return tuple(
        Raised(
            act=has_done(alert.state, heard=alert.id not in home.unheard), taken_at=alert.taken_at,
            raised_at=alert.raised_at, quiet=alert.reason is Reason.QUIET_PLACE,
        )
        for alert in home.alerts
        if alert.send or not real
    )  # fmt: skip


def _quiet(case: Case) -> str | None:
    """Why what is seen asks nobody by itself: by the places in force when it came in, as for masks.

    Boxes of every label count: one kind of bear may be in the place, and another beside it.
    """
    held, found = quieting.of(case.told.quiet), case.found
    if not held or not isinstance(found, Detection):
        return None
    return quiet.why(found.boxes, found.p_bear, held, night=found.night, model=case.model)


def _inside(case: Case, at: datetime) -> scopes.Inside:
    if case.terms is None:
        return scopes.Inside(yes=False, says="there is no rule")
    return scopes.inside(
        case.terms, camera=case.camera.id, at=at, zone=ZoneInfo(case.site.time_zone),
        latitude=case.site.latitude, longitude=case.site.longitude,
        approved=cameras_of(case.rule) if case.rule else None,
    )  # fmt: skip


def _places(frames: Sequence[tuple[str, list[Any]]]) -> tuple[Box, ...]:
    """Where the visit's bears were in this camera's picture; another camera's places mean nothing in it."""
    found = []
    for label, boxes in frames:
        named = [Box(**box) for box in boxes]
        found += [box for box in named if box.label == label] or named
    return tuple(found)


def _learning(case: Case, around: rows.Around, terms: Terms) -> bool:
    """Whether a stream's view is new. Other doors bring single pictures; the demo's views are drawn."""
    if terms.stage is not Stage.LIVE or case.frame.origin is not Origin.STREAM or around.demo:
        return False
    return around.first_at is None or around.first_at >= case.now - LEARNS
