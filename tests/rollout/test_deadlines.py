"""Requests climb, claims lapse, and what follows when nobody answers; on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest

from rollout.claims import HOLDS
from store import tables
from store.errors import DeadlinesNotKept
from store.session import Engine, transaction
from store.vocabulary import AlertState, NoticeKind, NoticeState, RuleState, Verdict
from tests.rollout.scenes import ROSA, Scene, trial


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


def test_a_request_climbs_the_chain_when_its_minutes_have_passed(scene: Scene) -> None:
    alert = scene.see_a_bear()
    assert scene.later(minutes=2, seconds=59).keep() == 0
    assert scene.asked() == ["team"]
    assert scene.later(minutes=3).keep() == 1
    assert scene.asked() == ["team", "chief"]
    assert scene.later(minutes=4).keep() == 0
    assert scene.alert(alert).step == 1


def test_a_request_waits_while_somebody_looks_and_climbs_when_the_claim_lapses(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.later(minutes=1).claim(alert)
    assert scene.later(minutes=3, seconds=30).keep() == 0
    late = scene.later(minutes=1).later(seconds=HOLDS.total_seconds() + 1)
    assert late.keep() == 1
    row = late.alert(alert)
    assert (row.state, row.claimed_by, late.asked()) == (AlertState.PENDING, None, ["team", "chief"])


def test_the_deadline_does_not_pass_over_somebody_who_is_looking(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.later(minutes=4).claim(alert)
    scene.later(minutes=6).keep()
    assert scene.state(alert) is AlertState.CLAIMED
    scene.later(minutes=7, seconds=1).keep()
    assert scene.state(alert) is AlertState.EXPIRED


def test_a_lapsed_claim_that_came_back_may_still_answer_while_nobody_else_did(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.claim(alert)
    scene.later(minutes=4).keep()
    scene.later(minutes=4, seconds=1).answer(alert, Verdict.BEAR)
    assert scene.state(alert) is AlertState.CONFIRMED


def test_stay_silent_expires_warns_nobody_and_says_so_to_the_rangers(scene: Scene) -> None:
    alert = scene.see_a_bear()
    late = scene.later(minutes=5)
    assert late.keep() == 1
    assert late.keep() == 0
    assert (late.state(alert), late.warned()) == (AlertState.EXPIRED, [])
    says = [row for row in late.told() if f"alert {alert}" in row]
    assert len(says) == 2
    assert "No warning has gone out" in says[0]


def test_an_alert_may_expire_a_second_time_after_an_unsure_answer(scene: Scene) -> None:
    alert = scene.see_a_bear()
    scene.later(minutes=5).keep()
    late = scene.later(minutes=6)
    late.answer(alert, Verdict.UNSURE, by=ROSA)
    assert late.state(alert) is AlertState.PENDING
    last = late.later(minutes=5)
    assert last.keep() == 1
    assert last.state(alert) is AlertState.EXPIRED
    assert sum(f"alert {alert}" in says for says in last.told()) == 4


@pytest.fixture
def asking(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, unconfirmed="ask-again")


def test_ask_again_asks_every_step_once_more_marked_unconfirmed_and_warns_nobody(asking: Scene) -> None:
    alert = asking.see_a_bear()
    late = asking.later(minutes=5)
    late.keep()
    assert late.state(alert) is AlertState.PENDING
    again = [row for row in late.notices(NoticeKind.REQUEST) if row.body["unconfirmed"]]
    assert sorted(row.receiver_id for row in again) == ["chief", "team"]
    assert all(row.body["says"].startswith("Still UNCONFIRMED") for row in again)
    assert late.warned() == []


@pytest.mark.parametrize("answers", [1, 2])
def test_an_unsure_answer_after_asking_again_asks_the_next_step_anew(asking: Scene, answers: int) -> None:
    alert = asking.see_a_bear()
    asking.later(minutes=5).keep()
    before = len(asking.asked())
    for number in range(answers):
        late = asking.later(minutes=6, seconds=number)
        late.answer(alert, Verdict.UNSURE, by=ROSA)
        late.keep()
    assert asking.asked()[before:] == ["chief"] * answers
    assert "a ranger is unsure" in asking.notices(NoticeKind.REQUEST)[-1].body["says"]


def test_after_asking_again_a_second_deadline_expires_it(asking: Scene) -> None:
    alert = asking.see_a_bear()
    asking.later(minutes=5).keep()
    asking.later(minutes=9, seconds=59).keep()
    assert asking.state(alert) is AlertState.PENDING
    asking.later(minutes=10).keep()
    assert (asking.state(alert), asking.warned()) == (AlertState.EXPIRED, [])


def test_one_look_after_a_long_pause_is_as_good_as_many(scene: Scene) -> None:
    first, second = scene.see_a_bear(), scene.see_a_bear()
    assert scene.later(hours=9).keep() == 2
    assert {scene.state(alert) for alert in (first, second)} == {AlertState.EXPIRED}


def test_a_replay_expires_without_a_word(scene: Scene) -> None:
    alert = scene.see_a_bear(send=False)
    before = len(scene.told())
    late = scene.later(minutes=6)
    late.keep()
    assert (late.state(alert), len(late.told())) == (AlertState.EXPIRED, before)
    assert {row.state for row in late.notices(NoticeKind.REQUEST)} == {NoticeState.HELD}


def test_shadow_and_live_alerts_have_no_deadline(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path, stage="live")
    alert = scene.see_a_bear()
    assert scene.alert(alert).deadline is None
    assert scene.later(hours=1).keep() == 0


def test_the_rule_says_how_long_there_is_to_answer(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path, deadline_minutes=12)
    alert = scene.see_a_bear()
    assert scene.alert(alert).deadline == scene.now + timedelta(minutes=12)


def test_an_alert_that_cannot_be_kept_keeps_no_other_from_its_deadline(scene: Scene) -> None:
    first, second = scene.see_a_bear(), scene.see_a_bear()
    with transaction(scene.engine) as session:
        rule = session.get_one(tables.Rule, scene.alert(first).rule_id)
        values = {column.name: getattr(rule, column.name) for column in tables.Rule.__table__.columns}
        broken = tables.Rule(**values | {"id": None, "revision": 99, "state": RuleState.SUPERSEDED, "body": {}})
        session.add(broken)
        session.flush()
        session.get_one(tables.Alert, first).rule_id = broken.id
    with pytest.raises(DeadlinesNotKept, match=f"1 of 2 alerts \\({first}\\)"):
        scene.later(minutes=5).keep()
    assert scene.state(second) is AlertState.EXPIRED
