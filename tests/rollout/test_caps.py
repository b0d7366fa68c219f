"""A day's cap on alerts is reached in front of everybody, and never by what was no bear."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from rollout import protection
from rollout.protection import Protection
from store import park
from store.session import Engine, reading
from store.vocabulary import Act, Reason, Verdict
from tests.rollout.scenes import NOW, Scene, trial
from tests.rollout.watching import Watching, after, watching

CAP = {"guardrails": {"max_alerts_per_day": 2}, "cooldown_minutes": 0}


@pytest.fixture
def watch(engine: Engine, tmp_path: Path) -> Iterator[Watching]:
    with watching(engine, tmp_path) as opened:
        yield opened


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, **CAP)


def safe(engine: Engine, now: datetime) -> Protection:
    with reading(engine) as session:
        return protection.of(session, park.site(session, "camp"), now)


def capped(scene: Scene) -> list[str]:
    """What people were told of the cap."""
    return [says for says in scene.told() if "the rule allows" in says]


def test_two_dismissed_rocks_leave_the_bear_after_them_to_be_asked_about(scene: Scene, watch: Watching) -> None:
    for number in range(2):
        rock = watch.see(after(NOW, minutes=40 * number))
        assert rock.alert is not None
        scene.later(minutes=40 * number + 1).answer(rock.alert, Verdict.NOT_BEAR)
    assert watch.see(after(NOW, minutes=80)).act is Act.ASK


def test_reaching_the_cap_is_told_once_to_each_ranger_and_shown(scene: Scene, watch: Watching) -> None:
    watch.see(NOW)
    assert safe(scene.engine, NOW).protected
    watch.see(after(NOW, minutes=40))
    third = watch.see(after(NOW, minutes=80))
    watch.see(after(NOW, minutes=120))
    assert (third.act, third.reason) == (Act.RECORD, Reason.DAILY_CAP)
    says = "NOT protected until 2026-11-23 00:00: 2 alerts today, the rule allows 2, so nothing more is asked. "
    says += "Keep watch"
    assert capped(scene) == [f"Camp: {says}."] * 2
    now = safe(scene.engine, after(NOW, minutes=81))
    assert (now.protected, now.says) == (False, f"trial: {says}")
    assert safe(scene.engine, after(NOW, hours=4)).protected


def test_a_dismissal_after_the_cap_protects_again_and_the_next_cap_is_told_again(
    scene: Scene, watch: Watching
) -> None:
    watch.see(NOW)
    second = watch.see(after(NOW, minutes=40))
    assert second.alert is not None
    scene.later(minutes=41).answer(second.alert, Verdict.NOT_BEAR)
    assert safe(scene.engine, after(NOW, minutes=42)).protected
    assert watch.see(after(NOW, minutes=80)).act is Act.ASK
    assert len(capped(scene)) == 4


def test_in_live_the_cap_takes_warnings_to_rangers_first_and_says_so(
    engine: Engine, tmp_path: Path, watch: Watching
) -> None:
    scene = trial(engine, tmp_path, stage="live", **CAP)
    acts = [watch.see(after(NOW, minutes=40 * number)).act for number in range(3)]
    assert acts == [Act.WARN, Act.WARN, Act.ASK]
    assert len(capped(scene)) == 2
    now = safe(engine, after(NOW, minutes=81))
    assert now.protected
    assert "only after a ranger confirms" in now.says
