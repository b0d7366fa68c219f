"""A drift alarm stays open until a named person says the cause; nobody's silence closes it, and it climbs."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rollout import alarms, narrowing, protection
from rollout.actors import Actor
from store import alarms as rows
from store import audit, park, tables
from store.errors import NotAllowedNow, NotFound, NotPermitted
from store.session import Engine, reading, transaction
from store.vocabulary import AlarmCause, Audience, NoticeKind, Role
from tests.rollout.drifting import report
from tests.rollout.scenes import ADA, NOW, RILEY, SAM, Scene, receiver, trial

DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(weeks=1)
MONDAY = datetime(2026, 11, 23, 13, tzinfo=NOW.tzinfo)


@pytest.fixture
def scene(engine: Engine, tmp_path: Path) -> Scene:
    return trial(engine, tmp_path)


def told(engine: Engine, week: str, verdict: str, *, now: datetime = MONDAY) -> int | None:
    """A report comes; gives the alarm that it opens."""
    row = report(engine, week, verdict, now=now)
    with transaction(engine) as session:
        opened = alarms.of_report(session, row, now=now)
        return opened.id if opened else None


def acknowledge(
    engine: Engine, number: int, *, by: Actor = SAM, cause: AlarmCause = AlarmCause.CAMERA, now: datetime = MONDAY
) -> None:  # fmt: skip
    with transaction(engine) as session:
        alarms.acknowledge(session, number, cause=cause, note="it was dirty", by=by, now=now)


def tick(engine: Engine, now: datetime) -> int:
    with transaction(engine) as session:
        return alarms.keep(session, now)


def still_open(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [f"{row.verdict} {row.since_week}" for row in rows.open_of(session, "camp")]


def operations(scene: Scene) -> list[tuple[str, str]]:
    return [(row.receiver_id, row.body["says"]) for row in scene.notices(NoticeKind.OPERATIONS)]


@pytest.mark.parametrize("verdict", ["alarm_down", "alarm_up"])
def test_an_alarm_is_open_until_it_is_acknowledged_whatever_later_reports_say(scene: Scene, verdict: str) -> None:
    number = told(scene.engine, "2026-W47", verdict)
    assert number is not None
    assert told(scene.engine, "2026-W48", verdict, now=MONDAY + WEEK) is None, "the same story is told once"
    assert told(scene.engine, "2026-W49", "consistent", now=MONDAY + 2 * WEEK) is None
    assert still_open(scene.engine) == [f"{verdict} 2026-W47"]
    acknowledge(scene.engine, number, now=MONDAY + 2 * WEEK)
    assert still_open(scene.engine) == []


@pytest.mark.parametrize("verdict", ["data_fault", "manual_watch_missing", "consistent", "watch", "not_enough_data"])
def test_no_other_verdict_opens_one(scene: Scene, verdict: str) -> None:
    assert told(scene.engine, "2026-W47", verdict) is None


def test_both_alarms_are_two(scene: Scene) -> None:
    told(scene.engine, "2026-W47", "alarm_up")
    told(scene.engine, "2026-W48", "alarm_down", now=MONDAY + WEEK)
    assert still_open(scene.engine) == ["alarm_up 2026-W47", "alarm_down 2026-W48"]


def test_an_answer_holds_while_it_goes_on_alarming_for_eight_weeks_and_not_after_a_week_without(scene: Scene) -> None:
    number = told(scene.engine, "2026-W37", "alarm_down", now=MONDAY - 10 * WEEK)
    assert number is not None
    acknowledge(scene.engine, number, now=MONDAY - 10 * WEEK)
    weeks = [f"2026-W{week}" for week in range(38, 48)]
    opened = [
        week for back, week in zip(range(9, -1, -1), weeks, strict=True)
        if told(scene.engine, week, "alarm_down", now=MONDAY - back * WEEK)
    ]  # fmt: skip
    assert opened == ["2026-W45"]
    acknowledge(scene.engine, rows_open(scene)[0], now=MONDAY)
    told(scene.engine, "2026-W48", "watch", now=MONDAY + WEEK)
    assert told(scene.engine, "2026-W49", "alarm_down", now=MONDAY + 2 * WEEK) is not None


def test_an_older_week_that_is_reported_anew_opens_none_that_people_answered_for(scene: Scene) -> None:
    number = told(scene.engine, "2026-W47", "alarm_down")
    assert number is not None
    acknowledge(scene.engine, number)
    assert told(scene.engine, "2026-W45", "alarm_down", now=MONDAY + HOUR) is None
    assert told(scene.engine, "2026-W30", "alarm_down", now=MONDAY + HOUR) is not None


def rows_open(scene: Scene) -> list[int]:
    with reading(scene.engine) as session:
        return [row.id for row in rows.open_of(session, "camp")]


def test_it_is_told_to_those_who_asked_for_reports_and_to_every_ranger_where_nobody_did(scene: Scene) -> None:
    told(scene.engine, "2026-W47", "alarm_down")
    assert [name for name, _ in operations(scene)] == ["chief", "team"]
    receiver(scene.engine, "office", reports=True)
    told(scene.engine, "2026-W48", "alarm_up", now=MONDAY + WEEK)
    assert [name for name, _ in operations(scene)[2:]] == ["office"]
    last = scene.notices(NoticeKind.OPERATIONS)[-1].body
    assert (last["page"], last["verdict"]) == ("/api/v1/reports/camp/2026-W48.html", "alarm_up")
    assert last["says"].startswith("Camp: DRIFT ALARM in the report of 2026-W48: the model sees twice what it should")


def test_where_only_campers_asked_for_reports_the_rangers_are_told_too(scene: Scene) -> None:
    receiver(scene.engine, "board", reports=True, audience=Audience.CAMPERS)
    told(scene.engine, "2026-W47", "alarm_down")
    assert sorted(name for name, _ in operations(scene)) == ["board", "chief", "team"]


def test_unacknowledged_it_climbs_the_chain_after_the_parks_hours_and_weekly(scene: Scene) -> None:
    receiver(scene.engine, "office", reports=True)
    with transaction(scene.engine) as session:
        park.the_park(session).alarm_hours = 12
    number = told(scene.engine, "2026-W47", "alarm_down")
    assert number is not None
    moments = [MONDAY + 12 * HOUR - timedelta(seconds=1), MONDAY + 12 * HOUR, MONDAY + 13 * HOUR,
               MONDAY + 12 * HOUR + WEEK]  # fmt: skip
    assert [tick(scene.engine, at) for at in moments] == [0, 1, 0, 1]
    assert [name for name, says in operations(scene) if says.startswith("NOBODY HAS ACKNOWLEDGED")] == ["chief"] * 2
    acknowledge(scene.engine, number, now=MONDAY + 8 * DAY)
    assert tick(scene.engine, MONDAY + 30 * DAY) == 0
    with reading(scene.engine) as session:
        said = [(row.action, row.who) for row in reversed(audit.latest(session)) if row.action.startswith("alarm")]
    assert said == [
        ("alarm.opened", "Bearwatch"), ("alarm.escalated", "Bearwatch"), ("alarm.escalated", "Bearwatch"),
        ("alarm.acknowledged", "sam"),
    ]  # fmt: skip


def test_a_supervisor_of_the_site_closes_it_once_and_nobody_else(scene: Scene) -> None:
    number = told(scene.engine, "2026-W47", "alarm_down")
    assert number is not None
    elsewhere = Actor(id=ADA.id, name="ada", role=Role.ADMIN, sites=("other",))
    for who in (RILEY, elsewhere):
        with pytest.raises(NotPermitted):
            acknowledge(scene.engine, number, by=who)
    acknowledge(scene.engine, number)
    with pytest.raises(NotAllowedNow, match="sam has acknowledged alarm 1 already: camera"):
        acknowledge(scene.engine, number, by=ADA, cause=AlarmCause.BEARS)
    with pytest.raises(NotFound):
        acknowledge(scene.engine, 99)
    with reading(scene.engine) as session:
        row = rows.get(session, number)
    assert (row.cause, row.note, row.acknowledged_by) == (AlarmCause.CAMERA, "it was dirty", SAM.id)


def test_an_open_alarm_takes_a_live_site_to_asking_first_and_never_to_silence(engine: Engine, tmp_path: Path) -> None:
    scene = trial(
        engine, tmp_path, stage="live", last_day="2026-12-05", cooldown_minutes=0,
        guardrails={"stop_on_drift_alarm": True},
    )  # fmt: skip

    def stands(now: datetime) -> str:
        with reading(engine) as session:
            rule = session.query(tables.Rule).filter_by(state="in_force").one()
            return narrowing.at_present(session, rule, now)[0].outcome.value

    assert (stands(MONDAY), narrowing.keep(engine, MONDAY)) == ("cannot_tell", 0)
    told(engine, "2026-W46", "consistent", now=MONDAY + HOUR)
    assert stands(MONDAY + HOUR) == "passes"
    number = told(engine, "2026-W47", "alarm_down", now=MONDAY + 2 * HOUR)
    assert number is not None
    assert narrowing.keep(engine, MONDAY + 3 * HOUR) == 1
    with reading(engine) as session:
        safe = protection.of(session, park.site(session, "camp"), MONDAY + 3 * HOUR)
    assert safe.protected, "rangers are asked: it is not silence"
    assert "stop_on_drift_alarm" in safe.says
    acknowledge(engine, number, now=MONDAY + 4 * HOUR)
    assert stands(MONDAY + 5 * HOUR) == "passes"
    with reading(engine) as session:
        assert "stop_on_drift_alarm" in protection.of(session, park.site(session, "camp"), MONDAY + 5 * HOUR).says, (
            "two people go back, not the acknowledgement"
        )
    assert scene.later(days=1).see_a_bear() > 0
