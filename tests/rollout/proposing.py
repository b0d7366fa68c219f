"""Proposing, approving, stopping and the passing of time at site camp, and who does it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rollout import proposals, protection, stops
from rollout.actors import Actor
from rollout.proposals import RuleView
from rollout.terms import read
from store import audit, park, rules, tables
from store.session import Engine, Session, reading, transaction
from store.vocabulary import CameraKind, NoticeKind, Role, RuleState, Stage

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MODEL = "a" * 64
ANN, BOB, EVE = (
    Actor(id=1, name="ann", role=Role.ADMIN),
    Actor(id=2, name="bob", role=Role.SUPERVISOR),
    Actor(id=3, name="eve", role=Role.RANGER, sites=("other",)),
)
OVERRIDE = {
    "override": {"reason": "bear in camp"},
    "answers": {"if_it_worked_really_well": "everyone sleeps"},
    "last_day": "2026-11-30",
}


def propose(engine: Engine, by: Actor = ANN, now: datetime = NOW, **terms: Any) -> RuleView:
    with transaction(engine) as session:
        wanted = read({"site": "camp"} | terms)
        return proposals.propose(session, wanted, by=by, reason="try", now=now, default_model=MODEL)


def approve(engine: Engine, rule: int, by: Actor = BOB, now: datetime = NOW) -> RuleView:
    with transaction(engine) as session:
        return proposals.approve(session, rule, by=by, now=now)


def present(engine: Engine) -> tuple[Stage, RuleState]:
    with reading(engine) as session:
        row = rules.in_force(session, "camp")
        assert row is not None
        return row.stage, row.state


def tick(engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        proposals.keep_time(session, now)


def safe(engine: Engine, now: datetime = NOW) -> protection.Protection:
    with reading(engine) as session:
        return protection.of(session, park.site(session, "camp"), now)


def told(session: Session) -> list[str]:
    return [row.body["says"] for row in session.query(tables.Notice).filter_by(kind=NoticeKind.OPERATIONS)]


def widened(engine: Engine, stage: str = "live", **terms: Any) -> RuleView:
    return approve(engine, propose(engine, stage=stage, **(OVERRIDE | terms)).rule)


def stop(engine: Engine, site: str | None = "camp", by: str = "eve", now: datetime = NOW) -> stops.Stopped:
    with transaction(engine) as session:
        return stops.stop(session, site, by=by, reason="false alarms", now=now)


def lift(engine: Engine, folder: Path, by: Actor, site: str | None = "camp", now: datetime = NOW) -> stops.Stopped:
    with transaction(engine) as session:
        return stops.lift(session, site, by=by, now=now, data_dir=folder)


def person(engine: Engine, name: str, role: Role, *, by: Actor | None = None, at: datetime = NOW - DAY) -> Actor:
    """Somebody more, added by a person or (None) at the machine."""
    with transaction(engine) as session:
        row = tables.Person(
            id=session.query(tables.Person).count() + 1,
            name=name,
            role=role,
            sites=[],
            password_hash="x",
            created_at=at,
            created_by=by.id if by else None,
        )
        session.add(row)
        session.flush()
        return Actor(id=row.id, name=name, role=role)


def revoke(engine: Engine, who: Actor, at: datetime = NOW) -> None:
    """Take somebody's rights away."""
    with transaction(engine) as session:
        session.get_one(tables.Person, who.id).revoked_at = at


def camera(engine: Engine, name: str) -> None:
    """One more camera at the site."""
    with transaction(engine) as session:
        session.add(tables.Camera(id=name, site_id="camp", kind=CameraKind.TRAIL, group_id="creek"))


def said(engine: Engine) -> list[str]:
    """What the audit chain says, oldest first."""
    with reading(engine) as session:
        return [entry.says for entry in reversed(audit.latest(session))]
