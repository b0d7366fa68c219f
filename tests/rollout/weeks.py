"""Weeks of a site as rows: blind watches, bears that the model saw, that people saw, or both."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store import cameras, tables
from store.session import Engine, Session, transaction
from store.vocabulary import (
    Act,
    AlertState,
    Audience,
    CameraFault,
    Origin,
    Reason,
    RuleState,
    Stage,
    Sureness,
    Verdict,
    WatchMode,
    WatchPlace,
)

MODEL = "a" * 64
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """Site camp with one camera, in shadow since a moment. Rows come in when they happen, unless told otherwise."""

    engine: Engine
    begun: datetime
    person: int
    name: str = "riley"
    site: str = "camp"
    camera: str = "creek"

    def shadow(
        self, *, threshold: float | None = None, at: datetime | None = None, stage: Stage = Stage.SHADOW
    ) -> None:
        """A revision of the rule in force from a moment on."""
        since = at or self.begun
        with transaction(self.engine) as session:
            before = session.query(tables.Rule).filter_by(site_id=self.site, state=RuleState.IN_FORCE).one_or_none()
            if before is not None:
                before.state, before.ended_at = RuleState.SUPERSEDED, since
                session.flush()
            model = before.model_sha256 if before else MODEL
            cameras.status(session, self.camera).expected_since = self.begun
            session.add(tables.Rule(
                site_id=self.site, revision=(before.revision if before else 0) + 1, model_sha256=model,
                stage=stage, audience=Audience.RANGERS,
                body={
                    "site": self.site, "stage": stage.value, "threshold": threshold,
                    **({"last_day": "2027-01-01"} if stage is Stage.TRIAL else {}),
                }, state=RuleState.IN_FORCE,
                widens=False, needs_second=False, reason="try", evidence={}, bound_to="x", proposed_at=since,
                in_force_at=since,
            ))  # fmt: skip

    def watch(self, at: datetime, *, hours: float = 4, flags: tuple[str, ...] = (), ended: bool = True) -> int:
        """A blind session in the field."""
        with transaction(self.engine) as session:
            row = tables.WatchSession(
                site_id=self.site, person_id=self.person, observer=self.name, mode=WatchMode.BLIND,
                place=WatchPlace.FIELD, started_at=at, ended_at=at + hours * HOUR if ended else None,
                told_otherwise=False, hours=[], flags=list(flags), received_at=at,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def desk(self, begins: datetime, *, looked: datetime) -> None:
        """A recorded hour that was drawn before it began, and gone through blind at a desk."""
        with transaction(self.engine) as session:
            hour = tables.DrawnHour(
                camera_id=self.camera, begins_at=begins, drawn_at=begins - DAY, probability=0.1, seed=1
            )
            watch = tables.WatchSession(
                site_id=self.site, person_id=self.person, observer=self.name, mode=WatchMode.BLIND,
                place=WatchPlace.DESK, started_at=looked, ended_at=looked + HOUR / 6, told_otherwise=False, hours=[],
                flags=[], received_at=looked,
            )  # fmt: skip
            session.add_all([hour, watch])
            session.flush()
            seen = [[begins.isoformat(), (begins + HOUR).isoformat()]]
            session.add(tables.DeskHour(
                session_id=watch.id, hour_id=hour.id, person_id=self.person, given_at=looked, probability=0.1,
                done_at=looked + HOUR / 6, seen=seen,
            ))  # fmt: skip

    def see(self, at: datetime, *, watch: int | None, received: datetime | None = None) -> int:
        """A sighting."""
        with transaction(self.engine) as session:
            row = tables.Sighting(
                site_id=self.site, session_id=watch, at=at, species="bear", bears=1, sure=Sureness.CERTAIN,
                observer=self.name, person_id=self.person, source="watch", flags=[], received_at=received or at,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def find(self, at: datetime, *, verdict: Verdict | None = None, decided: datetime | None = None) -> int:
        """A bear that the model saw; gives its alert."""
        with transaction(self.engine) as session:
            return _found(session, self, at, verdict, decided or at)

    def both(self, at: datetime, watch: int, *, verdict: Verdict | None = None) -> int:
        """One bear that both saw, joined."""
        alert, seen = self.find(at, verdict=verdict), self.see(at + timedelta(minutes=3), watch=watch)
        with transaction(self.engine) as session:
            visit = session.get_one(tables.Alert, alert).visit_id
            session.add(tables.Match(site_id=self.site, visit_id=visit, sighting_id=seen, made_at=at + HOUR))
        return alert

    def answer(self, alert: int, verdict: Verdict, at: datetime, *, took_s: float = 20) -> None:
        """A verdict."""
        with transaction(self.engine) as session:
            session.add(tables.Review(alert_id=alert, person_id=self.person, verdict=verdict, at=at, took_s=took_s))

    def fault(self, kind: CameraFault, at: datetime, until: datetime | None) -> None:
        """Something is wrong with the camera."""
        with transaction(self.engine) as session:
            session.add(tables.Episode(
                camera_id=self.camera, kind=kind, began_at=at, noticed_at=at, ended_at=until, blind=True, says="",
                measured={},
            ))  # fmt: skip

    def week(self, begins: datetime, *, both: int = 2, model: int = 1, people: int = 1) -> None:
        """A week like any other: four watches of four hours, with bears in them, all answered."""
        for number in range(4):
            at = begins + number * DAY + 8 * HOUR
            watch = self.watch(at)
            if number < both:
                self.both(at + HOUR, watch, verdict=Verdict.BEAR)
            if number < model:
                self.find(at + 2 * HOUR, verdict=Verdict.BEAR)
            if number < people:
                self.see(at + 3 * HOUR, watch=watch)


def _found(session: Session, weeks: Weeks, at: datetime, verdict: Verdict | None, decided: datetime) -> int:
    rule = session.query(tables.Rule).filter(
        tables.Rule.site_id == weeks.site, tables.Rule.in_force_at <= at
    ).order_by(tables.Rule.in_force_at.desc()).first()  # fmt: skip
    assert rule is not None
    frame = tables.Frame(
        camera_id=weeks.camera, sha256=f"{session.query(tables.Frame).count():064d}", stated_key="", taken_at=at,
        received_at=decided, origin=Origin.DOOR, width=640, height=360, motion=[], send=True,
    )  # fmt: skip
    session.add(frame)
    session.flush()
    session.add(tables.Detection(
        frame_id=frame.id, model_sha256=rule.model_sha256, label="bear", p_bear=0.9, probabilities={"bear": 0.9},
        out_of_domain_p=0.4, night=False, boxes=[{"x": 0.4, "y": 0.4, "w": 0.3, "h": 0.2, "label": "bear", "p": 0.9}],
        seconds=0.1,
    ))  # fmt: skip
    visit = tables.Visit(
        group_id=weeks.camera, site_id=weeks.site, camera_id=weeks.camera, model_sha256=rule.model_sha256,
        label="bear", bear=True, started_at=at, last_at=at, frames=1, p_bear=0.9, best_frame_id=frame.id,
    )  # fmt: skip
    session.add(visit)
    session.flush()
    session.add(tables.Decision(
        frame_id=frame.id, camera_id=weeks.camera, rule_id=rule.id, stage=Stage.SHADOW, act=Act.RECORD,
        reason=Reason.SHADOW, says="", visit_id=visit.id, model_sha256=rule.model_sha256, p_bear=0.9, threshold=0.5,
        decided_at=decided,
    ))  # fmt: skip
    alert = tables.Alert(
        visit_id=visit.id, site_id=weeks.site, camera_id=weeks.camera, cameras=[weeks.camera],
        state=AlertState.SHADOW, stage=Stage.SHADOW, audience=Audience.RANGERS, reason=Reason.SHADOW, says="",
        rule_id=rule.id, frame_id=frame.id, label="bear", p_bear=0.9, boxes=[], raised_at=decided, taken_at=at,
        would_have={},
    )  # fmt: skip
    session.add(alert)
    session.flush()
    if verdict is not None:
        session.add(tables.Review(
            alert_id=alert.id, person_id=weeks.person, verdict=verdict, at=decided + HOUR, took_s=20
        ))  # fmt: skip
    return alert.id
