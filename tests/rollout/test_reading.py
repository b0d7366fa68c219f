"""What a frame costs beside the network: most are no bears, so theirs is kept small."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from rollout import reading as situations
from rollout import rules
from store import frames, tables
from store import rules as rule_rows
from store.session import Engine, reading, transaction
from store.vocabulary import Act, Origin
from tests.rollout.scenes import NOW, receiver, trial
from tests.rollout.watching import Squares, Watching, after, watching

ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    found: list[str] = []

    def note(_: Any, __: Any, statement: str, *rest: Any) -> None:
        found.extend([statement] if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) else ())

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def watch(engine: Engine, tmp_path: Path) -> Iterator[Watching]:
    trial(engine, tmp_path)
    with watching(engine, tmp_path) as opened:
        yield opened


def test_the_situation_of_a_frame_without_a_bear_is_read_in_two_statements(watch: Watching) -> None:
    engine = watch.parts.engine
    watch.see(NOW)
    watch.see(after(NOW, seconds=1), shows="person")
    number = watch.hand_in(after(NOW, seconds=2), shows="person")
    with reading(engine) as session:
        picture = watch.parts.archive.path(frames.get(session, number).sha256)
    found = Squares().detect(watch.parts.decoder.picture(picture))
    with counted(engine) as statements, reading(engine) as session:
        case = situations.case(rule_rows.deciding(session, number), found, now=after(NOW, seconds=2))
        near = situations.near(session, case)
        situation = situations.situation(session, case, near, data_dir=watch.parts.data_dir)
    assert near.home is not None
    assert rules.decide(found, situation).act is Act.NOTHING
    assert len(statements) == 2


FRAME = ["UPDATE visit", "INSERT INTO detection", "INSERT INTO decision", "UPDATE queued_frame"]
"""What a frame of a visit that goes on writes after its lease."""


@pytest.mark.parametrize("stage", ["trial", "live"])
@pytest.mark.parametrize(("shows", "reads"), [("nothing", 1), ("person", 1), ("bear", 2)])
def test_under_the_lock_a_frame_reads_its_situation_in_two_statements_and_writes_four(
    engine: Engine, tmp_path: Path, stage: str, shows: str, reads: int
) -> None:
    trial(engine, tmp_path, stage=stage)
    with watching(engine, tmp_path) as watch:
        for second in range(2):
            watch.see(after(NOW, seconds=second), shows=shows, origin=Origin.STREAM)
        watch.hand_in(after(NOW, seconds=2), shows=shows, origin=Origin.STREAM)
        with counted(engine) as statements:
            watch.work(after(NOW, seconds=2))
    claim, before, *rest = statements
    assert (claim.split()[:2], before.split()[0]) == (["UPDATE", "queued_frame"], "SELECT")
    locked = [one for one in rest if "FOR NO KEY UPDATE" in one]
    assert len(locked) == (engine.dialect.name == "postgresql")
    assert [one.split()[0] for one in rest[len(locked) :][:reads]] == ["SELECT"] * reads
    written = FRAME if shows != "nothing" else FRAME[1:]
    assert [one[: len(to)] for one, to in zip(rest[len(locked) + reads :], written, strict=True)] == written


@pytest.mark.parametrize("stage", ["trial", "live"])
def test_a_bear_is_told_to_twenty_receivers_in_as_many_statements_as_to_two(
    engine: Engine, tmp_path: Path, stage: str
) -> None:
    scene = trial(engine, tmp_path, stage=stage)
    costs = []
    with watching(engine, tmp_path) as watch:
        watch.see(after(NOW, hours=-1), shows="nothing", origin=Origin.STREAM)  # its view is known from here on
        for hour, receivers in ((0, 0), (1, 18)):
            for number in range(receivers):
                receiver(engine, f"more{number}")
            with transaction(engine) as session:
                for duty in session.query(tables.Duty):
                    duty.retired_at = NOW  # all of them are asked
            watch.hand_in(after(NOW, hours=hour), origin=Origin.STREAM)
            with counted(engine) as statements:
                outcome = watch.work(after(NOW, hours=hour))
            assert outcome.act in (Act.ASK, Act.WARN)
            costs.append(len(statements))
    assert len(scene.notices()) == 2 + 20
    assert costs[0] == costs[1] <= 15 + (engine.dialect.name == "postgresql")


@ON_SQLITE
@pytest.mark.parametrize("shows", ["person", "bear", "nothing"])
def test_no_statement_of_a_frame_reads_a_whole_table(engine: Engine, tmp_path: Path, shows: str) -> None:
    trial(engine, tmp_path, stage="live")
    sent: list[str] = []
    with watching(engine, tmp_path) as watch:
        for hour in (0, 0.1, 2):  # the third is a visit of its own
            watch.hand_in(after(NOW, hours=hour), shows=shows, origin=Origin.STREAM)
            with counted(engine) as statements:
                watch.work(after(NOW, hours=hour))
            sent += statements
    with reading(engine) as session:
        plans = [
            step.detail
            for one in sent
            if not one.startswith("INSERT")
            for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", (None,) * one.count("?"))
        ]
    whole = [plan for plan in plans if plan.startswith("SCAN") and "ix_queued_frame_open" not in plan]
    assert [plan for plan in whole if not plan.startswith("SCAN anon_")] == []
    assert any("ix_visit_near (group_id=? AND label=? AND last_at>?)" in plan for plan in plans)


@pytest.mark.parametrize("shows", ["person", "bear", "nothing"])
def test_the_eighth_frame_of_a_visit_costs_as_many_statements_as_the_third(watch: Watching, shows: str) -> None:
    engine = watch.parts.engine
    costs = []
    for number in range(8):
        watch.hand_in(after(NOW, seconds=number), shows=shows)
        with counted(engine) as statements:
            watch.work(after(NOW, seconds=number))
        costs.append(len(statements))
    assert len(set(costs[2:])) == 1


def test_an_archive_of_visits_is_not_read_with_each_frame(watch: Watching) -> None:
    for number in range(4):
        watch.see(after(NOW, hours=number), shows="person")
    engine = watch.parts.engine
    number = watch.hand_in(after(NOW, hours=3, minutes=1), shows="person")
    with reading(engine) as session:
        picture = watch.parts.archive.path(frames.get(session, number).sha256)
        found = Squares().detect(watch.parts.decoder.picture(picture))
        case = situations.case(rule_rows.deciding(session, number), found, now=after(NOW, hours=3, minutes=1))
        assert [known.visit.frames for known in situations.near(session, case).known.values()] == [1]
        assert session.query(tables.Visit).count() == 4
