"""The demo park: three sites in shadow, trial and live, whose cameras play footage that the project draws.

The history and approvals behind it go through the same functions as real ones; people and rules are marked demo.
"""

import os
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from api import auth, park_file, wiring
from api.wiring import System
from rollout import parks, proposals
from rollout.actors import Actor
from rollout.terms import read
from store import alerts, park, people, rules, tables
from store.session import Session, reading, transaction
from store.vocabulary import AlertState, Role, Stage

FILE = Path(__file__).with_name("demo.toml")
SIGN_INS = "demo-sign-ins.txt"
PEOPLE = {
    "riley": (Role.RANGER, "answers alerts"),
    "sam": (Role.SUPERVISOR, "takes over, approves, lifts stops"),
    "ada": (Role.ADMIN, "proposes rules, adds people"),
    "alex": (Role.ADMIN, "the second person"),
    "audrey": (Role.AUDITOR, "reads everything, changes nothing"),
}
RENEW_BEFORE = timedelta(days=1)
"""A demo rule whose last day is nearer than this is made anew, so that a later `make run` still shows the stages."""

LASTS = timedelta(days=13)


def bring(system: System) -> Sequence[str]:
    """Make the demo park where there is none, and say who may sign in and what to look at."""
    now = wiring.now()
    bundle = wiring.demo_bundle()
    with transaction(system.engine) as session:
        present = session.get(tables.Park, 1)
        if present is not None and not present.demo:
            return ("this data folder holds a real park, so no demo was added: use another BEARWATCH_DATA_DIR",)
        wiring.register(system, session, bundle, now)
        parks.apply(session, park_file.read(FILE), who="demo", default_model=bundle.sha256, now=now)
        session.get_one(tables.Park, 1).demo = True
    _people(system, now)
    _rules(system, bundle.name, now)
    return _lines(system, now)


def _people(system: System, now: datetime) -> None:
    file = system.data_dir / SIGN_INS
    with reading(system.engine) as session:
        if people.find(session, "ada") is not None:
            return
    passwords = {name: secrets.token_urlsafe(9) for name in PEOPLE}
    hashes = {name: auth.hashed(password) for name, password in passwords.items()}
    with transaction(system.engine) as session:
        for name, (role, _) in PEOPLE.items():
            auth.add_person(
                session, name=name, role=role, sites=[], password_hash=hashes[name], must_change=False, by="demo",
                now=now, demo=True,
            )  # fmt: skip
        told = [f"{name} {password}" for name, password in passwords.items()]
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as written:
            written.write("\n".join(told) + "\n")


def _rules(system: System, model: str, now: datetime) -> None:
    """One rule in trial and one in live, each proposed by one demo person and approved by another."""
    last = (now + LASTS).date()
    wanted = {
        "creek-camp": {
            "stage": "trial", "deadline_minutes": 10, "unconfirmed": "ask-again", "cooldown_minutes": 5,
            "last_day": last,
        },
        "upper-meadow": {"stage": "live", "last_day": last, "cooldown_minutes": 20},
    }  # fmt: skip
    for site, terms in wanted.items():
        with transaction(system.engine) as session:
            if _stands(session, site, Stage(str(terms["stage"])), now):
                continue
            said = {
                "site": site, "model": model, **terms, "override": {"reason": "demo: shows this stage at once"},
                "answers": {"if_it_worked_really_well": "demo: people rely on it and stop looking; the watch stays"},
            }  # fmt: skip
            proposer, second = (_actor(session, name) for name in ("ada", "sam"))
            view = proposals.propose(
                session, read(said), by=proposer, reason="demo", now=now, default_model=model
            )  # fmt: skip
            if view.missing:
                view = proposals.approve(session, view.rule, by=second, now=now)
            rules.get(session, view.rule).demo = True


def _stands(session: Session, site: str, stage: Stage, now: datetime) -> bool:
    """Whether a rule of this stage is in force for a while yet, or a person narrowed the demo's."""
    row = rules.in_force(session, site)
    if row is None or not any(rule.demo and rule.stage is stage for rule in rules.history(session, site)):
        return False
    last = read(row.body).last_day
    return not row.demo or last is None or last > (now + RENEW_BEFORE).date()


def _actor(session: Session, name: str) -> Actor:
    return auth.actor_of(people.get(session, name))


def _lines(system: System, now: datetime) -> Sequence[str]:
    file = system.data_dir / SIGN_INS
    with reading(system.engine) as session:
        known = {row.name for row in people.everyone(session) if row.revoked_at is None}
        look = _look_at(session, now)
    passwords = dict(line.split(" ", 1) for line in file.read_text().splitlines()) if file.is_file() else {}
    lines = ["sign-ins of the demo (name, password):"]
    lines += [
        f"  {name:8} {passwords.get(name, 'see ' + SIGN_INS):14} {role.value}: {does}"
        for name, (role, does) in PEOPLE.items()
        if name in known
    ]
    if system.settings.demo_year:
        look = [*look, "         Demo year (under More): five simulated sites through a year, made in some minutes."]
    return [
        *lines,
        *look,
        f'Answer an alert: the warning lies in {system.data_dir / "outbox"} only after "bear".',
        "The bears are drawn, and so is what the demo's model knows: it says nothing about real ones.",
    ]


def _look_at(session: Session, now: datetime) -> Sequence[str]:
    """What there is to see: the promise of a new park, and in an old one what stands there."""
    if not any(alerts.counts(session).values()):
        return (
            "look at: Now, a pending alert at Creek camp (trial) within a minute, and at Old orchard (shadow)",
            "         what would have been sent.",
        )
    waiting = [alerts.get(session, alert).deadline for alert in alerts.open_ones(session)]
    late = sum(deadline is not None and deadline <= now for deadline in waiting)
    missed = alerts.counts(session).get(AlertState.EXPIRED, 0) + late
    stopped = [site.name for site in park.sites(session) if rules.open_stop(session, site.id)]
    return (
        f"look at: Now. Alerts that wait for an answer: {len(waiting) - late}; not answered in time: {missed}.",
        "         The bears keep coming; one seen less than 30 minutes ago is the same visit and no new alert.",
        *([f"         STOPPED, so nothing is sent: {', '.join(stopped)}."] if stopped else []),
    )
