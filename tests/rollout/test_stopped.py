"""A stop silences Bearwatch, never the bear: what it held back is told at its lift, and the next frame alerts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout import stops
from store.session import Engine, transaction
from store.vocabulary import Act, NoticeKind, NoticeState, Reason, Verdict
from tests.rollout.scenes import ADA, NOW, SAM, Scene, trial
from tests.rollout.watching import Watching, after, watching


def stop(scene: Scene, site: str | None = "camp") -> None:
    with transaction(scene.engine) as session:
        stops.stop(session, site, by="riley", reason="a film crew", now=scene.now)


def lift(scene: Scene, site: str | None = "camp") -> None:
    for who in (SAM, ADA):
        with transaction(scene.engine) as session:
            stops.lift(session, site, by=who, now=scene.now, data_dir=scene.data_dir)


def looked_for(scene: Scene) -> list[str]:
    """What people were told to look for, once each."""
    return sorted({says for says in scene.told() if "look now" in says})


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


@pytest.fixture
def live(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, stage="live")


@pytest.fixture
def watch(engine: Engine, tmp_path: Path) -> Iterator[Watching]:
    with watching(engine, tmp_path) as opened:
        yield opened


def test_a_request_that_a_stop_held_back_is_asked_anew_by_the_next_frame(scene: Scene, watch: Watching) -> None:
    watch.see(NOW)
    stop(scene)
    scene.send()
    assert set(scene.fates(NoticeKind.REQUEST).values()) == {NoticeState.STOPPED}
    meanwhile = watch.see(after(NOW, minutes=1))
    assert (meanwhile.act, meanwhile.reason) == (Act.JOIN, Reason.KILL_SWITCH)
    lift(scene.later(minutes=2))
    assert looked_for(scene) == [
        "Camp: the stop is lifted. While it was on, it held back 1 request (alerts 1). None of it is sent any more: "
        "look now, at the cameras and on the page Review."
    ]
    assert watch.see(after(NOW, minutes=3)).act is Act.ASK
    assert watch.see(after(NOW, minutes=4)).act is Act.JOIN
    scene.later(minutes=4).send()
    states = [row.state for row in scene.notices(NoticeKind.REQUEST)]
    assert states == [NoticeState.STOPPED, NoticeState.SENT]


def test_a_warning_that_a_stop_held_back_is_warned_of_anew_by_the_next_frame(live: Scene, watch: Watching) -> None:
    watch.see(NOW)
    stop(live)
    live.send()
    lift(live.later(minutes=2))
    assert "it held back 1 warning (alerts 1)" in looked_for(live)[0]
    assert watch.see(after(NOW, minutes=3)).act is Act.WARN
    assert live.later(minutes=3).send() >= 2
    assert set(live.fates(NoticeKind.WARNING).values()) == {NoticeState.SENT}


def test_the_next_visit_waits_for_no_warning_that_nobody_heard(live: Scene, watch: Watching) -> None:
    watch.see(after(NOW, minutes=-20), received_at=NOW)
    stop(live)
    live.send()
    lift(live.later(minutes=2))
    another = watch.see(after(NOW, minutes=15))
    assert (another.act, another.visit) == (Act.WARN, 2)


def test_what_the_outbox_had_no_time_for_is_held_back_too_and_never_sent_late(scene: Scene, watch: Watching) -> None:
    watch.see(NOW)
    stop(scene)
    lift(scene.later(minutes=2))
    scene.later(minutes=3).send()
    assert set(scene.fates(NoticeKind.REQUEST).values()) == {NoticeState.STOPPED}
    assert "1 request" in looked_for(scene)[0]


def test_a_bear_confirmed_while_stopped_is_told_at_once_and_asked_about_after_the_lift(
    scene: Scene, watch: Watching
) -> None:
    seen = watch.see(NOW)
    scene.send()
    stop(scene)
    assert seen.alert is not None
    scene.later(minutes=1).answer(seen.alert, Verdict.BEAR)
    scene.later(minutes=1).send()
    assert any("Warn people by hand" in says for says in scene.told())
    lift(scene.later(minutes=2))
    assert "it held back 1 warning (alerts 1)" in looked_for(scene)[0]
    assert watch.see(after(NOW, minutes=3)).act is Act.ASK
    scene.later(minutes=3).send()
    assert scene.warned() == []


def test_what_a_ranger_dismissed_while_stopped_stays_dismissed(scene: Scene, watch: Watching) -> None:
    seen = watch.see(NOW)
    watch.see(after(NOW, minutes=2))
    stop(scene)
    scene.send()
    assert seen.alert is not None
    scene.later(minutes=2).answer(seen.alert, Verdict.NOT_BEAR)
    lift(scene.later(minutes=3))
    assert looked_for(scene) == []
    assert watch.see(after(NOW, minutes=1), received_at=after(NOW, minutes=4)).act is Act.JOIN


def test_a_bear_that_came_while_stopped_is_named_at_the_lift_and_asked_about_after_it(
    scene: Scene, watch: Watching
) -> None:
    stop(scene)
    watch.see(after(NOW, minutes=1))
    lift(scene.later(minutes=2))
    assert "1 possible bear only written down" in looked_for(scene)[0]
    assert watch.see(after(NOW, minutes=3)).act is Act.ASK


def test_of_two_stops_the_last_lift_tells_what_both_held_back(scene: Scene, watch: Watching) -> None:
    watch.see(NOW)
    stop(scene, None)
    scene.send()
    stop(scene.later(minutes=1))
    lift(scene.later(minutes=2), None)
    assert looked_for(scene) == []
    lift(scene.later(minutes=3))
    assert "1 request" in looked_for(scene)[0]


def test_a_lift_after_which_nothing_was_held_back_tells_only_that_the_site_is_protected(scene: Scene) -> None:
    stop(scene)
    lift(scene.later(minutes=1))
    assert looked_for(scene) == []
