"""What people change while a frame is being scored counts for that very frame."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.frames import Pixels
from model.detections import Found
from rollout import force, stops
from rollout.parts import Parts
from store import park, tables
from store.session import Engine, transaction
from store.vocabulary import Act, Reason, RuleState, Stage
from tests.conftest import NOW as BEGINNING
from tests.rollout.scenes import MODEL, NOW, Scene, trial
from tests.rollout.watching import Squares, Watching, watching

OTHER = "b" * 64


class Interrupted(Squares):
    """A version during whose first look something happens. looks: how often it was asked."""

    def __init__(self, happens: Callable[[], object]) -> None:
        self.happens, self.looks = happens, 0

    def detect(self, prepared: Pixels) -> Found:
        self.looks += 1
        if self.looks == 1:
            self.happens()
        return super().detect(prepared)


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    with transaction(engine) as session:
        session.add(
            tables.ModelVersion(
                sha256=OTHER, name="other", path="other", labels=["bear"], threshold=0.5, added_at=BEGINNING
            )
        )
    return trial(engine, tmp_path)


@contextmanager
def meanwhile(scene: Scene, happens: Callable[[], object]) -> Iterator[tuple[Watching, Interrupted]]:
    """A worker in whose first frame something happens once it is being scored."""
    version = Interrupted(happens)
    with watching(scene.engine, scene.data_dir) as watch:
        parts = Parts(**{**vars(watch.parts), "detector": lambda _: version})
        yield Watching(intake=watch.intake, parts=parts), version


def step_to_shadow(scene: Scene, model: str) -> None:
    """A new revision comes into force."""
    with transaction(scene.engine) as session:
        site = park.site(session, "camp")
        force.to_shadow(session, site, model=model, reason="test", now=NOW, ending=RuleState.SUPERSEDED)


def test_a_stop_pressed_while_a_bear_is_scored_holds_its_request(scene: Scene) -> None:
    with meanwhile(scene, lambda: stops.press(scene.engine, "camp", by="riley", reason="sirens", now=NOW)) as (
        watch,
        version,
    ):
        outcome = watch.see(NOW)
    assert (outcome.act, outcome.reason, version.looks) == (Act.RECORD, Reason.KILL_SWITCH, 1)
    assert scene.asked() == []


@pytest.mark.parametrize("name", ["STOP", "STOP-camp"])
def test_a_stop_file_laid_down_while_a_bear_is_scored_holds_its_request(scene: Scene, name: str) -> None:
    with meanwhile(scene, (scene.data_dir / name).touch) as (watch, _):
        assert watch.see(NOW).reason is Reason.KILL_SWITCH
    assert scene.asked() == []


@pytest.mark.parametrize(("model", "looks"), [(MODEL, 1), (OTHER, 2)])
def test_a_revision_that_comes_into_force_decides_and_only_another_version_looks_again(
    scene: Scene, model: str, looks: int
) -> None:
    with meanwhile(scene, lambda: step_to_shadow(scene, model)) as (watch, version):
        outcome = watch.see(NOW)
    assert (outcome.act, outcome.reason, version.looks) == (Act.RECORD, Reason.SHADOW, looks)
    with transaction(scene.engine) as session:
        decision = session.get_one(tables.Decision, outcome.frame)
        rule = session.get_one(tables.Rule, decision.rule_id)
        assert (rule.stage, rule.state, decision.model_sha256) == (Stage.SHADOW, RuleState.IN_FORCE, model)
        assert session.query(tables.Detection).one().model_sha256 == model
    assert scene.asked() == []


def test_a_camera_that_moves_to_another_group_while_it_is_scored_makes_its_visit_there(scene: Scene) -> None:
    def move() -> None:
        with transaction(scene.engine) as session:
            session.add(tables.CameraGroup(id="ridge"))
            session.flush()
            session.get_one(tables.Camera, "creek").group_id = "ridge"

    with meanwhile(scene, move) as (watch, version):
        outcome = watch.see(NOW)
    assert (outcome.act, version.looks) == (Act.ASK, 1)
    with transaction(scene.engine) as session:
        assert session.query(tables.Visit).one().group_id == "ridge"
