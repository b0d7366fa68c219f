"""Reading: everything a decision rests on, out of the store and into values."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from model.detections import Box, Detection, Found
from rollout import scopes, stops, terms, visits
from rollout.situations import HAS_DONE, Raised, Situation
from rollout.terms import Terms
from rollout.visits import Attached, Seen
from store import decisions, park, rules, tables
from store import visits as rows
from store.session import Session
from store.vocabulary import Origin, Stage

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
    now: datetime

    @property
    def model(self) -> str:
        """The version that the rule in force names."""
        return self.rule.model_sha256 if self.rule else ""

    @property
    def seen(self) -> Seen | None:
        """What the frame counts as; None where nothing was scored. A seeded one counts as nothing."""
        if not isinstance(self.found, Detection) or self.frame.origin is Origin.SEEDED:
            return None
        return visits.seen(self.found, at=self.frame.taken_at, threshold=self.threshold)


def case(session: Session, frame: tables.Frame, found: Found | None, *, now: datetime) -> Case:
    """Read the rule in force and what it says."""
    camera = session.get_one(tables.Camera, frame.camera_id)
    site = session.get_one(tables.Site, camera.site_id)
    rule = rules.in_force(session, site.id)
    said = terms.read(rule.body) if rule else None
    own = found.threshold if isinstance(found, Detection) else 0.0
    threshold = said.threshold if said and said.threshold is not None else own
    return Case(
        frame=frame, camera=camera, site=site, rule=rule, terms=said, found=found, threshold=threshold, now=now
    )


def attached(session: Session, case: Case) -> Attached | None:
    """Which visit the frame belongs to, among those of its camera group."""
    seen = case.seen
    if seen is None or case.rule is None or (seen.kind is None and not seen.faint):
        return None
    near = rows.near(
        session, case.camera.group_id, model=case.model, label=seen.kind or visits.BEAR,
        since=seen.at - visits.VISIT_GAP, until=seen.at + visits.VISIT_GAP,
    )  # fmt: skip
    alerted = {alert.visit_id for alert in rows.alerts_of_all(session, [row.id for row in near])} if near else set()
    known = [
        visits.Visit(
            id=row.id, kind=row.label, started_at=row.started_at, last_at=row.last_at, p_bear=row.p_bear,
            alerted=row.id in alerted, closed_at=row.closed_at,
        )
        for row in near
    ]  # fmt: skip
    return visits.attach(seen, known)


def situation(session: Session, case: Case, *, visit: int | None, data_dir: Path) -> Situation:
    """Read what the rules ask. Only a bear needs more than scope and kill switch."""
    site, frame = case.site, case.frame
    bare = Situation(
        terms=case.terms, threshold=case.threshold, inside=_inside(case), origin=frame.origin,
        taken_at=frame.taken_at, received_at=frame.received_at, now=case.now,
        stopped=_stopped(session, site.id, data_dir),
    )  # fmt: skip
    if case.terms is None or case.seen is None or case.seen.kind != visits.BEAR:
        return bare
    home = session.get_one(tables.Visit, visit) if visit is not None else None
    told = [alert for alert in rows.alerts_of(session, home.id) if alert.send or not frame.send] if home else []
    real, today = frame.send, _day_begins(case)
    return Situation(
        **vars(bare)
        | {
            "raised": tuple(Raised(act=HAS_DONE[alert.state], taken_at=alert.taken_at) for alert in told),
            "before_p": home.p_bear if home else 0.0,
            "seen_at": _seen_at(session, home, case.threshold) if told and home else (),
            "last_alert_at": rows.last_alert_at(
                session, case.camera.group_id, besides=visit, real=real, until=case.now,
                since=case.now - timedelta(minutes=case.terms.cooldown_minutes),
            ),
            "alerts_today": rows.count_alerts(
                session, site.id, since=today, until=today + timedelta(days=1), real=real
            ),
            "learning": _learning(session, case),
        }
    )  # fmt: skip


def _inside(case: Case) -> scopes.Inside:
    if case.terms is None:
        return scopes.Inside(yes=False, says="there is no rule")
    return scopes.inside(
        case.terms, camera=case.camera.id, at=case.frame.taken_at, zone=ZoneInfo(case.site.time_zone),
        latitude=case.site.latitude, longitude=case.site.longitude,
    )  # fmt: skip


def _stopped(session: Session, site: str, data_dir: Path) -> str | None:
    stop = rules.open_stop(session, site)
    if stop is not None:
        return f"by {stop.by}: {stop.reason}"
    return "by a stop file" if stops.held_by_file(data_dir, site) else None


def _seen_at(session: Session, visit: tables.Visit, least: float) -> tuple[Box, ...]:
    """Where the visit's bears were."""
    found = []
    for label, boxes in rows.boxes_of(session, visit.id, least=least):
        named = [Box(**box) for box in boxes]
        found += [box for box in named if box.label == label] or named
    return tuple(found)


def _day_begins(case: Case) -> datetime:
    zone = ZoneInfo(case.site.time_zone)
    return datetime.combine(case.now.astimezone(zone).date(), time(), zone)


def _learning(session: Session, case: Case) -> bool:
    """Whether a stream's view is new. Other doors bring single pictures; the demo's views are drawn."""
    if case.terms is None or case.terms.stage is not Stage.LIVE or case.frame.origin is not Origin.STREAM:
        return False
    return not park.the_park(session).demo and not decisions.any_before(session, case.camera.id, case.now - LEARNS)
