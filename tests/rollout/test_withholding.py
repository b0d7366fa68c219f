"""A bear that was said too late, or where nothing may be sent any more, warns nobody; on both databases."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rollout import proposals, stops, withholding
from rollout.rules import TOO_LATE
from rollout.situations import HAS_DONE
from rollout.terms import read
from store import alerts, audit, rules, situations
from store.session import Engine, reading, transaction
from store.vocabulary import Act, AlertState, NoticeKind, Verdict
from tests.rollout.scenes import ADA, MODEL, RILEY, SAM, Scene, trial
from tests.rollout.watching import watching

MONDAY_TO_SATURDAY = {"days": 5}


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


def told(scene: Scene, alert: int) -> list[str]:
    """The alert's story in words."""
    with reading(scene.engine) as session:
        return [moment.says for moment in alerts.stories(session, [alerts.get(session, alert)])[alert].moments]


def withheld(scene: Scene, alert: int) -> str | None:
    """Why bear would warn nobody now."""
    with reading(scene.engine) as session:
        return withholding.of(session, alerts.get(session, alert), scene.now)


def step_to(scene: Scene, stage: str) -> None:
    """Put another rule into force."""
    with transaction(scene.engine) as session:
        said = read({"site": "camp", "stage": stage})
        proposals.propose(session, said, by=ADA, reason="too many", now=scene.now, default_model=MODEL)


def stop(scene: Scene) -> None:
    with transaction(scene.engine) as session:
        stops.stop(session, "camp", by="ada", reason="drill", now=scene.now)


def lift(scene: Scene) -> None:
    for who in (ADA, SAM):
        with transaction(scene.engine) as session:
            stops.lift(session, "camp", by=who, now=scene.now, data_dir=scene.data_dir)


def test_an_alert_of_monday_that_is_cleared_away_on_saturday_warns_nobody(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.later(minutes=6).keep()
    saturday = scene.later(**MONDAY_TO_SATURDAY)
    assert "too old to warn: the alert is 5 days old" in str(withheld(saturday, alert))
    saturday.answer(alert, Verdict.BEAR)
    saturday.send()
    assert (saturday.state(alert), saturday.warned()) == (AlertState.WITHHELD, [])
    assert any(says.startswith("NO WARNING SENT: too old to warn") for says in told(saturday, alert))
    with reading(scene.engine) as session:
        assert "warning.withheld" in [entry.action for entry in audit.latest(session, limit=2)]


def test_a_dismissal_that_is_corrected_days_later_warns_nobody(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.NOT_BEAR)
    saturday = scene.later(**MONDAY_TO_SATURDAY)
    saturday.correct(alert, Verdict.BEAR)
    saturday.send()
    assert (saturday.state(alert), saturday.warned()) == (AlertState.WITHHELD, [])
    assert not any("bear after all" in says for says in saturday.told())


@pytest.mark.parametrize(("beyond", "warned"), [(timedelta(), 2), (timedelta(seconds=1), 0)])
def test_two_hours_after_an_alert_was_raised_an_answer_still_warns(
    scene: Scene, beyond: timedelta, warned: int
) -> None:
    alert = scene.see_a_bear()
    scene.later(seconds=(TOO_LATE + beyond).total_seconds()).answer(alert, Verdict.BEAR)
    assert len(scene.warned()) == warned


def test_a_warning_that_was_wrong_is_taken_back_however_late(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    scene.send()
    saturday = scene.later(**MONDAY_TO_SATURDAY)
    saturday.correct(alert, Verdict.NOT_BEAR)
    corrected = [row for row in saturday.notices(NoticeKind.OPERATIONS) if row.body.get("correction")]
    assert sorted(row.receiver_id for row in corrected) == ["chief", "team"]
    assert "at 20:00 on Sun 22 Nov" in corrected[0].body["says"]


def test_who_was_told_that_it_was_nothing_hears_late_that_it_was_a_bear(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.answer(alert, Verdict.BEAR)
    scene.send()
    scene.later(minutes=1).correct(alert, Verdict.NOT_BEAR)
    saturday = scene.later(**MONDAY_TO_SATURDAY)
    saturday.correct(alert, Verdict.BEAR)
    saturday.send()
    assert len(saturday.warned()) == 2
    assert (
        sum("bear after all at Camp, camera creek, at 20:00 on Sun 22 Nov" in says for says in saturday.told()) == 2
    )
    assert saturday.state(alert) is AlertState.WITHHELD


@pytest.mark.parametrize("verdict", [Verdict.UNSURE, Verdict.BEAR])
def test_no_answer_to_an_old_alert_wakes_anybody(scene: Scene, verdict: Verdict) -> None:
    alert = scene.see_a_bear()
    scene.later(minutes=6).keep()
    saturday = scene.later(**MONDAY_TO_SATURDAY)
    saturday.send()
    before = len(saturday.notices())
    saturday.answer(alert, verdict)
    saturday.keep()
    assert len(saturday.notices()) == before


@pytest.mark.parametrize("stage", ["shadow", "off"])
def test_where_the_rule_no_longer_warns_a_bear_is_written_down_and_the_ranger_is_told(
    scene: Scene, stage: str
) -> None:
    alert = scene.see_a_bear()
    later = scene.later(minutes=1)
    step_to(later, stage)
    assert withheld(later, alert) == f"the site is in stage {stage} now"
    later.answer(alert, Verdict.BEAR)
    later.send()
    assert (later.state(alert), later.warned()) == (AlertState.WITHHELD, [])
    assert f"NO WARNING SENT: the site is in stage {stage} now" in told(later, alert)


def test_a_stopped_site_withholds_the_warning_until_a_ranger_says_bear_again(scene: Scene) -> None:
    alert = scene.see_a_bear()
    stop(scene)
    assert withheld(scene, alert) == "the site is stopped (ada: drill)"
    scene.answer(alert, Verdict.BEAR)
    assert (scene.state(alert), scene.warned()) == (AlertState.WITHHELD, [])
    later = scene.later(minutes=5)
    lift(later)
    later.send()
    assert (later.warned(), withheld(later, alert)) == ([], None)
    later.correct(alert, Verdict.BEAR, RILEY)
    later.send()
    assert (later.state(alert), sorted(later.warned())) == (AlertState.SENT, ["chief", "team"])


def test_a_withheld_bear_hides_no_later_one(scene: Scene) -> None:
    alert = scene.see_a_bear()
    stop(scene)
    scene.answer(alert, Verdict.BEAR)
    with watching(scene.engine, scene.data_dir) as watch, reading(scene.engine) as session:
        frame = rules.deciding(session, watch.hand_in(scene.now))
        day = (scene.now - timedelta(days=1), scene.now + timedelta(days=1))
        asked = situations.Asked(
            visit=None, least=0.5, cooling_since=day[0], now=scene.now, day=day, campers=False, real=True
        )
        around = situations.around(session, frame, asked)
    assert (around.last_alert_at, around.alerts_today) == (None, 0)
    assert HAS_DONE[scene.state(alert)] is Act.RECORD


@pytest.mark.parametrize("live", [False, True])
def test_each_warning_says_when_the_bear_was_seen(engine: Engine, tmp_path: Path, live: bool) -> None:
    terms: dict[str, Any] = {"stage": "live"} if live else {}
    scene = trial(engine, tmp_path, **terms)
    alert = scene.see_a_bear()
    if not live:
        scene.later(hours=1).answer(alert, Verdict.BEAR)
    says = {row.body["says"] for row in scene.notices(NoticeKind.WARNING)}
    seen = "seen by the model, not yet by a ranger" if live else "seen by a ranger"
    assert says == {f"Bear at Camp, camera creek, at 20:00 on Sun 22 Nov: {seen}."}


def test_a_live_warning_that_a_ranger_was_unsure_of_is_not_sent_again_days_later(
    engine: Engine, tmp_path: Path
) -> None:
    scene = trial(engine, tmp_path, stage="live")
    alert = scene.see_a_bear()
    scene.send()
    scene.answer(alert, Verdict.UNSURE)
    scene.later(**MONDAY_TO_SATURDAY).correct(alert, Verdict.BEAR)
    assert (len(scene.warned()), scene.state(alert)) == (2, AlertState.REVIEWED)


def test_an_answer_to_a_replay_is_decided_as_if_it_were_live_then(scene: Scene) -> None:
    alert = scene.see_a_bear(send=False)
    scene.later(**MONDAY_TO_SATURDAY).answer(alert, Verdict.BEAR)
    assert len(scene.warned()) == 2
