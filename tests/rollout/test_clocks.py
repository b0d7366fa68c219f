"""A camera's clock that is wrong but plausible, or pictures that come late: neither silences a bear."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store import decisions, frames
from store.session import Engine, reading
from store.vocabulary import Act, Origin, Reason, Verdict
from tests.rollout.scenes import NOW, Scene, trial
from tests.rollout.watching import Watching, after, watching

NIGHT = {"hours": ["20:00-06:00"], "first_day": "2026-11-22"}
RESET = NOW.replace(year=2020, month=1, day=1)


@pytest.fixture
def watch(engine: Engine, tmp_path: Path) -> Iterator[Watching]:
    with watching(engine, tmp_path) as opened:
        yield opened


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, **NIGHT)


def says(engine: Engine, frame: int) -> str:
    with reading(engine) as session:
        found = decisions.of_frame(session, frame)
        assert found is not None
        return found.says


@pytest.mark.parametrize("stated", [RESET, after(NOW, hours=-3)])
def test_a_clock_that_was_reset_or_is_hours_off_asks_rangers_and_says_why(
    scene: Scene, watch: Watching, stated: datetime
) -> None:
    outcome = watch.see(stated, received_at=NOW)
    assert (outcome.act, outcome.reason) == (Act.ASK, Reason.HELD_FOR_REVIEW)
    assert "the camera's clock is wrong" in says(scene.engine, outcome.frame)
    assert scene.asked() == ["team"]


def test_a_clock_that_starts_at_the_same_moment_each_day_hides_no_bear_of_today(
    scene: Scene, watch: Watching
) -> None:
    first = watch.see(RESET, received_at=NOW)
    assert first.alert is not None
    scene.later(minutes=1).answer(first.alert, Verdict.NOT_BEAR)
    assert watch.see(RESET, received_at=after(NOW, minutes=2), x=0.12).act is Act.JOIN
    assert watch.see(RESET, received_at=after(NOW, days=1), x=0.14).act is Act.ASK


def test_in_live_a_picture_of_the_night_that_comes_by_day_goes_to_rangers_first(
    engine: Engine, tmp_path: Path, watch: Watching
) -> None:
    scene = trial(engine, tmp_path, stage="live", **NIGHT)
    assert watch.see(NOW, received_at=after(NOW, hours=14)).act is Act.ASK
    assert scene.warned() == []


def test_a_clock_a_few_minutes_off_at_the_edge_of_the_scope_is_believed(scene: Scene, watch: Watching) -> None:
    outcome = watch.see(after(NOW, minutes=-5), received_at=after(NOW, minutes=1))
    assert (outcome.act, outcome.reason) == (Act.RECORD, Reason.OUTSIDE_SCOPE)
    assert scene.asked() == []


def test_a_replays_times_are_true(scene: Scene, watch: Watching) -> None:
    day = after(NOW, hours=-6)
    outcome = watch.see(day, received_at=day, origin=Origin.REPLAY)
    assert (outcome.act, outcome.reason) == (Act.RECORD, Reason.OUTSIDE_SCOPE)
    assert scene.asked() == []


def test_a_measured_clock_moves_the_picture_and_a_disagreement_still_asks_rangers(
    engine: Engine, tmp_path: Path, watch: Watching
) -> None:
    scene = trial(engine, tmp_path, stage="live", **NIGHT)
    day = after(NOW, hours=-8)
    outcome = watch.see(day, received_at=NOW, offset=timedelta(hours=-8))
    with reading(engine) as session:
        frame = frames.get(session, outcome.frame)
    assert (frame.stated_at, frame.taken_at) == (day, NOW)
    assert (outcome.act, outcome.reason) == (Act.ASK, Reason.HELD_FOR_REVIEW)
    assert scene.warned() == []


def test_a_measured_clock_that_is_inside_by_both_times_warns_at_once(
    engine: Engine, tmp_path: Path, watch: Watching
) -> None:
    scene = trial(engine, tmp_path, stage="live", **NIGHT)
    received = after(NOW, hours=2)
    outcome = watch.see(after(NOW, hours=1), received_at=received, offset=timedelta(hours=-1))
    assert outcome.act is Act.WARN
    assert scene.warned() != []
