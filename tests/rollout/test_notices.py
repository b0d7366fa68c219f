"""Who is told what, by the receivers' hours and the duty in force; on both databases."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from rollout import notices, operations
from store import alerts, tables
from store import notices as rows
from store.session import Engine, reading, transaction
from store.vocabulary import Audience, NoticeKind, NoticeState, Verdict
from tests.rollout.scenes import Scene, receiver, trial


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


@pytest.fixture
def asking(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path, unconfirmed="ask-again")


def test_the_same_request_twice_is_one_notice(scene: Scene) -> None:
    alert = scene.see_a_bear()
    with transaction(scene.engine) as session:
        assert notices.request(session, alerts.get(session, alert), step=0, now=scene.now) == 0
    assert scene.asked() == ["team"]


def test_a_request_says_that_no_warning_has_gone_out_and_where_to_look(scene: Scene) -> None:
    alert = scene.see_a_bear()
    (row,) = scene.notices(NoticeKind.REQUEST)
    assert row.body["says"] == "Please look: possibly a bear on camera creek. No warning has gone out."
    assert row.body["page"] == f"/review?alert={alert}"
    assert row.body["picture"] == f"/api/v1/alerts/{alert}/picture.jpg"
    assert row.body["taken_local"] == "2026-11-22 20:00 MST"


def test_no_notice_gives_the_position_away(scene: Scene) -> None:
    scene.answer(scene.see_a_bear(), Verdict.BEAR)
    assert all("44.6" not in str(row.body) and "110.5" not in str(row.body) for row in scene.notices())


@pytest.mark.parametrize(
    ("hours", "warned"),
    [
        ("19:00-21:00", ["chief", "team"]),
        ("20:00-08:00", ["chief", "team"]),
        ("08:00-20:00", ["team"]),
        ("20:01-20:00", ["team"]),
        (None, ["chief", "team"]),
    ],
)
def test_a_receiver_is_warned_in_its_hours_only(scene: Scene, hours: str | None, warned: list[str]) -> None:
    receiver(scene.engine, "chief", hours=hours)
    scene.answer(scene.see_a_bear(), Verdict.BEAR)
    assert sorted(scene.warned()) == warned


def test_where_nobody_is_awake_all_are_warned(scene: Scene) -> None:
    for name in ("team", "chief"):
        receiver(scene.engine, name, hours="08:00-12:00")
    scene.answer(scene.see_a_bear(), Verdict.BEAR)
    assert sorted(scene.warned()) == ["chief", "team"]
    assert all("outside the hours of every receiver" in row.body["says"] for row in scene.notices(NoticeKind.WARNING))


def test_who_sleeps_is_told_in_the_morning_of_what_can_wait_and_at_once_of_what_cannot(scene: Scene) -> None:
    receiver(scene.engine, "chief", hours="08:00-18:00")
    with transaction(scene.engine) as session:
        for key, waits in (("quiet", True), ("blind", False)):
            operations.tell(session, "camp", key=key, says="at eight in the evening", now=scene.now, waits=waits)
    due = {row.key: row.next_try_at for row in scene.notices(NoticeKind.OPERATIONS)}
    assert due == {
        "quiet:team": scene.now, "quiet:chief": scene.now + timedelta(hours=12), "blind:team": scene.now,
        "blind:chief": scene.now,
    }  # fmt: skip


def test_a_request_never_says_confirmed_and_a_warning_says_whether_it_is(asking: Scene) -> None:
    alert = asking.see_a_bear()
    asking.later(minutes=5).keep()
    asked = asking.notices(NoticeKind.REQUEST)
    assert [row.body["unconfirmed"] for row in asked] == [False, True, True]
    assert not any(re.search(r"\bconfirmed\b", json.dumps(row.body)) for row in asked)
    asking.later(minutes=6).answer(alert, Verdict.BEAR)
    assert {row.body["unconfirmed"] for row in asking.notices(NoticeKind.WARNING)} == {False}


@pytest.mark.parametrize("hours", ["20:00-20:01", "19:00-06:00"])
def test_the_first_duty_whose_hours_hold_asks_over_midnight_too(scene: Scene, hours: str) -> None:
    with transaction(scene.engine) as session:
        session.query(tables.Duty).update({"position": 1})
        chain = [{"receivers": ["chief"], "after_minutes": 0}]
        session.add(tables.Duty(site_id="camp", position=0, hours=hours, chain=chain))
    scene.see_a_bear()
    assert scene.asked() == ["chief"]


def test_where_nobody_is_on_duty_every_ranger_is_asked_and_no_camper(scene: Scene) -> None:
    receiver(scene.engine, "sign", audience=Audience.CAMPERS)
    with transaction(scene.engine) as session:
        session.query(tables.Duty).update({"hours": "08:00-12:00"})
    scene.see_a_bear()
    assert sorted(scene.asked()) == ["chief", "team"]


def test_a_step_whose_receivers_are_all_retired_asks_every_ranger(scene: Scene) -> None:
    receiver(scene.engine, "team", retired_at=scene.now)
    scene.see_a_bear()
    assert scene.asked() == ["chief"]


def test_campers_are_warned_only_where_the_rule_says_so(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    receiver(engine, "sign", audience=Audience.CAMPERS)
    scene.answer(scene.see_a_bear(), Verdict.BEAR)
    assert sorted(scene.warned()) == ["chief", "team"]


def test_a_live_rule_for_campers_warns_campers_and_rangers(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path, stage="live", audience="campers")
    receiver(engine, "sign", audience=Audience.CAMPERS)
    scene.see_a_bear()
    assert sorted(scene.warned()) == ["chief", "sign", "team"]
    warning = scene.notices(NoticeKind.WARNING)[0]
    assert "not yet by a ranger" in warning.body["says"]
    assert warning.body["unconfirmed"]


def test_a_replay_is_written_and_counted_and_held(scene: Scene) -> None:
    alert = scene.see_a_bear(send=False)
    scene.answer(alert, Verdict.BEAR)
    with reading(scene.engine) as session:
        assert rows.kinds_of_alerts(session, [alert]) == {NoticeKind.REQUEST: 1, NoticeKind.WARNING: 2}
    assert {row.state for row in scene.notices() if row.alert_id} == {NoticeState.HELD}
    scene.later(hours=1).send()
    assert {row.state for row in scene.notices() if row.alert_id} == {NoticeState.HELD}


def test_a_correction_of_a_replay_is_held_too(scene: Scene) -> None:
    alert = scene.see_a_bear(send=False)
    scene.answer(alert, Verdict.BEAR)
    scene.correct(alert, Verdict.NOT_BEAR)
    assert {row.state for row in scene.notices() if row.alert_id} == {NoticeState.HELD}
