"""A site in trial with people, receivers and a duty chain of two steps, and a bear that was seen there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from model.detections import Detection
from rollout import alerts, claims, deadlines, outbox, proposals, reviews
from rollout.actors import Actor
from rollout.alerts import Cause
from rollout.notify import Notifiers
from rollout.notify.folder import FolderNotifier
from rollout.notify.webhook import WebhookNotifier
from rollout.situations import Decision
from rollout.terms import read
from store import alerts as alert_rows
from store import park, tables
from store.session import Engine, reading, transaction
from store.vocabulary import Act, AlertState, Audience, NoticeKind, NoticeState, Origin, Reason, Role, Stage, Verdict

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""Eight in the evening at the site."""

SECRET = b"a secret of the tests"
MODEL = "a" * 64
RILEY, ROSA, SAM, ADA = (
    Actor(id=number, name=name, role=role)
    for number, (name, role) in enumerate(
        [("riley", Role.RANGER), ("rosa", Role.RANGER), ("sam", Role.SUPERVISOR), ("ada", Role.ADMIN)], 1
    )
)
RECEIVERS = {"team": "folder:team", "chief": "folder:chief"}
CHAIN = [{"receivers": ["team"], "after_minutes": 0}, {"receivers": ["chief"], "after_minutes": 3}]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The trial site, the clock of the scene, and what people do there."""

    engine: Engine
    data_dir: Path
    now: datetime = NOW

    def later(self, **span: float) -> "Scene":
        """The same site some time later."""
        return replace(self, now=self.now + timedelta(**span))

    def see_a_bear(self, *, send: bool = True) -> int:
        """A frame, its visit and the alert that the rule in force raises; gives the alert."""
        with transaction(self.engine) as session:
            site = park.site(session, "camp")
            rule = session.query(tables.Rule).filter_by(state="in_force").one()
            act = {Stage.SHADOW: Act.RECORD, Stage.TRIAL: Act.ASK, Stage.LIVE: Act.WARN}[rule.stage]
            frame = _frame(self.now, number=session.query(tables.Frame).count(), send=send)
            session.add(frame)
            session.flush()
            visit = _visit(frame)
            session.add(visit)
            session.flush()
            decision = Decision(act=act, reason=Reason.HELD_FOR_REVIEW, stage=rule.stage, says="a bear")
            cause = Cause(
                frame=frame, visit=visit, rule=rule, terms=read(rule.body), site=site, found=BEAR, decision=decision,
                turn=1,
            )  # fmt: skip
            return alerts.raise_one(session, cause, now=self.now).id

    def claim(self, alert: int, by: Actor = RILEY, *, take_over: bool = False) -> None:
        """Say that one is looking."""
        with transaction(self.engine) as session:
            claims.claim(session, alert, by=by, now=self.now, take_over=take_over)

    def release(self, alert: int, by: Actor = RILEY) -> None:
        """Give a claim back."""
        with transaction(self.engine) as session:
            claims.release(session, alert, by=by, now=self.now)

    def answer(self, alert: int, verdict: Verdict, by: Actor = RILEY) -> None:
        """Answer an alert."""
        with transaction(self.engine) as session:
            reviews.record(session, alert, verdict=verdict, species=None, note=None, by=by, now=self.now)

    def correct(self, alert: int, verdict: Verdict, by: Actor = RILEY) -> None:
        """Correct the answer."""
        with transaction(self.engine) as session:
            reviews.correct(session, alert, verdict=verdict, note=None, by=by, now=self.now)

    def keep(self) -> int:
        """Look at the deadlines."""
        return deadlines.keep(self.engine, self.now)

    def send(self) -> int:
        """Send what is due."""
        return outbox.send_due(self.engine, notifiers(self.data_dir), data_dir=self.data_dir, now=self.now)

    def alert(self, alert: int) -> tables.Alert:
        """The alert as it stands."""
        with reading(self.engine) as session:
            return alert_rows.get(session, alert)

    def state(self, alert: int) -> AlertState:
        """Where it stands."""
        return self.alert(alert).state

    def visit_is_closed(self, alert: int) -> bool:
        """Whether the alert's visit has ended."""
        with reading(self.engine) as session:
            return session.get_one(tables.Visit, alert_rows.get(session, alert).visit_id).closed_at is not None

    def notices(self, kind: NoticeKind | None = None) -> Sequence[tables.Notice]:
        """Every notice there is, oldest first."""
        with reading(self.engine) as session:
            wanted = session.query(tables.Notice).order_by(tables.Notice.created_at, tables.Notice.key)
            return (wanted if kind is None else wanted.filter_by(kind=kind)).all()

    def asked(self) -> list[str]:
        """Who was asked to look, in order."""
        return [row.receiver_id for row in self.notices(NoticeKind.REQUEST)]

    def warned(self) -> list[str]:
        """Who is warned, or was to be."""
        return [row.receiver_id for row in self.notices(NoticeKind.WARNING)]

    def told(self) -> list[str]:
        """What people were told of the system itself."""
        return [row.body["says"] for row in self.notices(NoticeKind.OPERATIONS)]

    def fates(self, kind: NoticeKind) -> dict[str, NoticeState]:
        """Where the last message of a kind to each receiver stands."""
        return {row.receiver_id: row.state for row in self.notices(kind)}


BEAR = Detection(
    label="bear", index=0, probabilities={"bear": 0.9, "empty": 0.1}, p_bear=0.9, bear=True, threshold=0.5,
    out_of_domain_p=None, night=False, boxes=(), model=MODEL, seconds=0.01,
)  # fmt: skip


def trial(engine: Engine, data_dir: Path, **terms: Any) -> Scene:
    """Put the site into a trial (or what terms say) with both receivers always awake."""
    with transaction(engine) as session:
        for who in (RILEY, ROSA, SAM, ADA):
            session.add(
                tables.Person(id=who.id, name=who.name, role=who.role, sites=[], password_hash="x", created_at=NOW)
            )
        for name, url in RECEIVERS.items():
            session.add(tables.Receiver(id=name, site_id="camp", audience=Audience.RANGERS, url=url))
        session.add(tables.Duty(site_id="camp", position=0, hours=None, chain=CHAIN))
        session.flush()
        proposals.first_rule(session, park.site(session, "camp"), model=MODEL, now=NOW)
        said = read({
            "site": "camp", "stage": "trial", "last_day": "2026-11-30", "override": {"reason": "bear in camp"},
            "answers": {"if_it_worked_really_well": "rangers sleep"}, **terms,
        })  # fmt: skip
        view = proposals.propose(session, said, by=ADA, reason="try", now=NOW, default_model=MODEL)
        if view.state != "in_force":
            proposals.approve(session, view.rule, by=SAM, now=NOW)
    return Scene(engine=engine, data_dir=data_dir)


def receiver(engine: Engine, name: str, **values: Any) -> None:
    """Change a receiver, or add one."""
    with transaction(engine) as session:
        row = session.get(tables.Receiver, name)
        if row is None:
            row = tables.Receiver(id=name, site_id="camp", audience=Audience.RANGERS, url=f"folder:{name}")
            session.add(row)
        for key, value in values.items():
            setattr(row, key, value)


def notifiers(data_dir: Path) -> Notifiers:
    """The real channels."""
    return Notifiers(folder=FolderNotifier(data_dir), webhook=WebhookNotifier(SECRET))


def _frame(at: datetime, *, number: int, send: bool) -> tables.Frame:
    return tables.Frame(
        camera_id="creek", sha256=f"{number:064d}", stated_key="", taken_at=at, received_at=at,
        origin=Origin.DOOR if send else Origin.REPLAY, width=640, height=360, motion=[], send=send,
    )  # fmt: skip


def _visit(frame: tables.Frame) -> tables.Visit:
    return tables.Visit(
        group_id="creek", site_id="camp", camera_id="creek", model_sha256=MODEL, label="bear", bear=True,
        started_at=frame.taken_at, last_at=frame.taken_at, frames=1, p_bear=0.9, best_frame_id=frame.id,
    )  # fmt: skip
