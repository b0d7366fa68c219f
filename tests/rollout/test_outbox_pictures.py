"""What people do while a message waits for its picture holds that message; on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.settings import SHIPPED
from ingest.decoding import Decoder, Limits
from model.bundle import load
from rollout import outbox, stops
from rollout.leaving import Pictures, Wanted
from rollout.notify import Outgoing
from store import tables
from store.archive import FolderArchive
from store.session import Engine, transaction
from store.vocabulary import NoticeKind, NoticeState, Verdict
from tests.rollout.scenes import ADA, SAM, Scene, notifiers, receiver, trial

Meanwhile = Callable[[Scene, int], None]


class Slow(Pictures):
    """The real ones, which take as long as somebody needs to press something."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def beside(self, message: Outgoing, asked: Wanted) -> Outgoing:
        """With the picture, or with the reason why there is none."""
        made = super().beside(message, asked)
        self.meanwhile()
        return made


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    """Its messages take pictures along; one receiver alone is warned."""
    made = trial(engine, tmp_path)
    receiver(engine, "chief", retired_at=made.now)
    with transaction(engine) as session:
        session.get_one(tables.Park, 1).pictures_leave = True
    return made


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Slow]:
    with Decoder(Limits(seconds=4)) as decoder:
        yield Slow(FolderArchive(tmp_path / "archive"), decoder, lambda _: load(SHIPPED / "demo"))


def send(scene: Scene, slow: Slow) -> int:
    return outbox.send_due(
        scene.engine, notifiers(scene.data_dir), data_dir=scene.data_dir, now=scene.now, pictures=slow
    )


def press_the_file(scene: Scene, alert: int) -> None:
    (scene.data_dir / "STOP-camp").touch()


def press_the_button(scene: Scene, alert: int) -> None:
    stops.press(scene.engine, "camp", by="riley", reason="a test of sirens", now=scene.now)


def press_and_lift(scene: Scene, alert: int) -> None:
    press_the_button(scene, alert)
    for who in (SAM, ADA):
        with transaction(scene.engine) as session:
            stops.lift(session, "camp", by=who, now=scene.now, data_dir=scene.data_dir)


def say_it_is_no_bear(scene: Scene, alert: int) -> None:
    scene.correct(alert, Verdict.NOT_BEAR)


@pytest.mark.parametrize(
    ("meanwhile", "error"),
    [
        (press_the_file, "the stop was on"),
        (press_the_button, "the stop was on"),
        (press_and_lift, "the stop was on"),
        (say_it_is_no_bear, "the verdict was corrected"),
    ],
)
def test_what_is_pressed_while_the_picture_of_a_warning_is_made_holds_the_warning(
    scene: Scene, slow: Slow, meanwhile: Meanwhile, error: str
) -> None:
    alert = scene.see_a_bear()
    send(scene, slow)
    scene.answer(alert, Verdict.BEAR)
    slow.meanwhile = lambda: meanwhile(scene, alert)
    send(scene, slow)
    (warning,) = scene.notices(NoticeKind.WARNING)
    assert (warning.state, warning.error, warning.sent_at) == (NoticeState.STOPPED, error, None)
    assert not any('"warning"' in file.read_text() for file in (scene.data_dir / "team").glob("*.json"))


def test_a_stop_pressed_while_the_picture_of_a_request_is_made_holds_the_request(scene: Scene, slow: Slow) -> None:
    alert = scene.see_a_bear()
    slow.meanwhile = lambda: press_the_button(scene, alert)
    send(scene, slow)
    assert scene.fates(NoticeKind.REQUEST) == {"team": NoticeState.STOPPED}


def test_where_nobody_presses_anything_a_warning_leaves_after_its_picture(scene: Scene, slow: Slow) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    send(scene, slow)
    assert scene.fates(NoticeKind.WARNING) == {"team": NoticeState.SENT}
