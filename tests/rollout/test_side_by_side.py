"""Changes at the same moment have an order, and the kill switch never gives way."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from rollout import proposals, stops
from rollout.actors import Actor
from store import audit, park, rules, tables
from store.errors import NotAllowedNow
from store.session import Engine, reading, transaction
from store.vocabulary import AlertState, NoticeKind, Role, RuleState, Stage, Verdict
from tests.rollout.proposing import ANN, BOB, DAY, NOW, OVERRIDE, approve, person, present, propose, tick, widened
from tests.rollout.scenes import RILEY, Scene, trial

WITHIN_S = 15.0
BLOCKED = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
ON_POSTGRESQL = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)


@contextmanager
def beside(engine: Engine, do: Callable[[], object]) -> Iterator[None]:
    """Do it in a thread until it waits for a lock that this thread holds; at the end it must have succeeded."""
    faults: list[Exception] = []

    def run() -> None:
        try:
            do()
        except Exception as fault:
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        end = time.monotonic() + WITHIN_S
        while time.monotonic() < end:
            with reading(engine) as session:
                if session.scalar(BLOCKED):
                    break
            time.sleep(0.01)
        yield
    finally:
        thread.join(WITHIN_S)
    assert not thread.is_alive()
    assert faults == []


@ON_POSTGRESQL
def test_a_rule_withdrawn_while_the_clock_looks_does_not_come_into_force(site: Engine) -> None:
    later = widened(site, first_day="2026-11-25").rule
    with transaction(site) as session:
        proposals.withdraw(session, later, by=ANN, now=NOW)
        with beside(site, lambda: tick(site, NOW + 3 * DAY)):
            session.commit()
    assert present(site)[0] is Stage.SHADOW
    with reading(site) as session:
        assert rules.get(session, later).state is RuleState.WITHDRAWN


@ON_POSTGRESQL
def test_a_rule_withdrawn_while_it_is_approved_does_not_come_into_force(site: Engine) -> None:
    rule = propose(site, stage="live", **OVERRIDE).rule
    refused: list[str] = []

    def say_yes() -> None:
        with transaction(site) as session:
            seen = rules.get(session, rule)
            try:
                proposals.approve(session, seen.id, by=BOB, now=NOW)
            except NotAllowedNow as fault:
                refused.append(fault.detail)

    with transaction(site) as session:
        proposals.withdraw(session, rule, by=ANN, now=NOW)
        with beside(site, say_yes):
            session.commit()
    assert refused == [f"rule {rule} is withdrawn, only a proposed one can be approved"]
    assert present(site)[0] is Stage.SHADOW


def test_two_approvals_in_the_same_second_are_one_beginning(site: Engine) -> None:
    cleo = person(site, "cleo", Role.SUPERVISOR)
    rule = propose(site, stage="live", **OVERRIDE).rule
    barrier, said = threading.Barrier(2), list[str]()

    def say_yes(by: Actor) -> None:
        barrier.wait()
        try:
            said.append(str(approve(site, rule, by=by).state))
        except NotAllowedNow as fault:
            said.append(fault.detail)

    threads = [threading.Thread(target=say_yes, args=(by,)) for by in (BOB, cleo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WITHIN_S)
    assert sorted(said) == ["in_force", f"rule {rule} is in_force, only a proposed one can be approved"]
    with reading(site) as session:
        assert len(rules.approvals(session, rule)) == 2
        entries = audit.about(session, [f"rule:{rule}"], ["rule.approved", "rule.in_force"])
        assert sorted(entry.action for entry in entries) == ["rule.approved", "rule.in_force"]
        assert audit.verify(session).ok


def test_the_database_holds_one_rule_in_force_a_site(site: Engine) -> None:
    later = widened(site, first_day="2026-11-25").rule
    with pytest.raises(IntegrityError), transaction(site) as session:
        rules.get(session, later).state = RuleState.IN_FORCE


@ON_POSTGRESQL
def test_a_stop_and_an_answer_at_the_same_moment_both_count(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    alert = scene.see_a_bear()
    with transaction(engine) as session:
        park.site(session, "camp", lock=True)
        with beside(engine, lambda: scene.answer(alert, Verdict.BEAR, by=RILEY)):
            stops.stop(session, "camp", by="rosa", reason="sirens", now=scene.now)
            session.commit()
    assert stopped(scene)
    assert (scene.state(alert), scene.warned()) == (AlertState.WITHHELD, [])


@ON_POSTGRESQL
def test_a_stop_and_a_correction_at_the_same_moment_both_count(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    scene.send()
    with transaction(engine) as session:
        park.site(session, "camp", lock=True)
        with beside(engine, lambda: scene.correct(alert, Verdict.NOT_BEAR, by=RILEY)):
            stops.stop(session, "camp", by="rosa", reason="sirens", now=scene.now)
            session.commit()
    assert stopped(scene)
    assert len([says for says in scene.told() if says.startswith("Correction")]) == 2


@ON_POSTGRESQL
def test_a_message_is_written_while_a_stop_holds_the_site(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    with transaction(engine) as session:
        park.site(session, "camp", lock=True)
        scene.see_a_bear()
    assert [row.receiver_id for row in scene.notices(NoticeKind.REQUEST)] == ["team"]


@ON_POSTGRESQL
def test_a_stop_that_the_database_ended_for_another_is_pressed_again(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    with transaction(engine) as session:
        session.execute(text("SET LOCAL deadlock_timeout = '60s'"))
        audit.append(session, at=NOW, who="test", action="test", subject="park", says="holds the chain's head")
        with beside(engine, lambda: stops.press(engine, "camp", by="rosa", reason="sirens", now=scene.now)):
            session.execute(text("SELECT id FROM site FOR UPDATE"))
            session.commit()
    assert stopped(scene)


def stopped(scene: Scene) -> bool:
    """Whether the kill switch is on, with the chain whole."""
    with reading(scene.engine) as session:
        assert audit.verify(session).ok
        return session.query(tables.Stop).filter_by(lifted_at=None).count() == 1
