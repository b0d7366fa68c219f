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
from store.session import Engine, reading
from store.vocabulary import Act
from tests.rollout.scenes import NOW, trial
from tests.rollout.watching import Squares, Watching, after, watching


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
