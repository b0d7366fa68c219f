"""Looks: drawn by chance from time without an alert, given among the alerts and never before one."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from rollout import looks
from store import audit, tables
from store import looks as look_rows
from store.errors import AlreadyDecided, NotAllowedNow, NotPermitted
from store.session import reading, transaction
from store.vocabulary import LookKind, Origin, RowSource, Scored, Verdict
from tests.rollout.looking import (
    AFTER,
    DAY,
    HOUR,
    MIDNIGHT,
    MINUTE,
    answer,
    draw,
    give,
    pictures,
    rows,
    says,
    settle,
)
from tests.rollout.scenes import ADA, NOW, RILEY, ROSA, Scene, trial


@pytest.fixture
def scene(engine, tmp_path: Path) -> Scene:  # type: ignore[no-untyped-def]
    found = trial(engine, tmp_path, last_day="2026-12-06")
    settle(engine, seeded_share=0, second_share=0)
    return found


def alert_is_answered(scene: Scene, verdict: Verdict = Verdict.BEAR) -> int:
    alert = scene.see_a_bear()
    scene.later(minutes=1).answer(alert, verdict)
    return alert


def test_a_day_is_drawn_once_by_a_key_that_makes_it_again_with_the_chance_of_each_piece(scene: Scene) -> None:
    pictures(scene.engine, [MIDNIGHT + number * 10 * MINUTE for number in range(144)])
    pictures(scene.engine, [MIDNIGHT + 5 * HOUR + MINUTE], p=0.4)
    assert draw(scene.engine, MIDNIGHT + DAY + HOUR) == 0
    made = draw(scene.engine)
    found = rows(scene.engine)
    assert (draw(scene.engine, AFTER + HOUR), len(found)) == (0, made)
    with reading(scene.engine) as session:
        (kept,) = session.query(tables.AuditDraw).all()
    strata = {one["name"]: one for one in kept.strata}
    assert {name: (one["size"], one["there"]) for name, one in strata.items()} == {
        "low": (143, 143), "near": (1, 1),
    }  # fmt: skip
    assert {(look.stratum, round(look.chance or 0, 6)) for look in found} <= {
        (Scored(name), round(one["chance"], 6)) for name, one in strata.items()
    }
    assert made == sum(one["drawn"] for one in strata.values())
    assert (kept.day, str(kept.day) in kept.key) == (date(2026, 11, 23), True)
    assert 30 < sum(one["chance"] * one["there"] for one in strata.values()) < 120


def test_time_around_an_alert_tests_replays_and_sd_cards_are_not_audited(scene: Scene) -> None:
    alert_is_answered(scene)
    settle(scene.engine, minutes_a_day=240, seeded_share=0, second_share=0)
    pictures(scene.engine, [NOW + 25 * MINUTE, NOW + 29 * MINUTE, NOW + 50 * MINUTE, NOW - 65 * MINUTE])
    for origin in (Origin.SEEDED, Origin.REPLAY, Origin.BULK):
        pictures(scene.engine, [NOW + 9 * HOUR], origin=origin)
    draw(scene.engine)
    assert [(look.since - NOW) / MINUTE for look in rows(scene.engine)] == [-70, 50]


def test_recorded_time_in_which_nothing_moved_weighs_for_the_hours_that_were_not_recorded(scene: Scene) -> None:
    settle(scene.engine, minutes_a_day=240)
    with transaction(scene.engine) as session:
        hour = tables.DrawnHour(
            camera_id="creek", begins_at=MIDNIGHT + 6 * HOUR, drawn_at=MIDNIGHT, probability=2 / 24, seed=1
        )
        session.add(hour)
        session.flush()
        for number in range(360):
            at = hour.begins_at + number * timedelta(seconds=10)
            session.add(tables.TimelapsePicture(
                hour_id=hour.id, taken_at=at, sha256=f"t{number}", size_bytes=9, kind="timelapse"
            ))  # fmt: skip
    draw(scene.engine)
    found = rows(scene.engine)
    assert [(look.stratum, look.chance) for look in found] == [(Scored.NOTHING, pytest.approx(2 / 24))] * 6
    with reading(scene.engine) as session:
        (kept,) = session.query(tables.AuditDraw).all()
        assert kept.strata[0]["size"] == pytest.approx(72)
        shown = look_rows.pictures(session, found[0].id)
    assert (len(shown), {one.frame_id for one in shown}) == (24, {None})


def test_the_picture_that_scored_highest_is_the_large_one(scene: Scene) -> None:
    settle(scene.engine, minutes_a_day=240)
    pictures(scene.engine, [MIDNIGHT + number * MINUTE / 10 for number in range(99)])
    (best,) = pictures(scene.engine, [MIDNIGHT + 3 * MINUTE + MINUTE / 20], p=0.3)
    draw(scene.engine)
    with reading(scene.engine) as session:
        shown = look_rows.pictures(session, rows(scene.engine)[0].id)
    assert (shown[0].frame_id, len(shown)) == (best, 24)


def test_an_alert_that_waits_comes_before_every_look(scene: Scene) -> None:
    pictures(scene.engine, [MIDNIGHT + 9 * HOUR])
    draw(scene.engine)
    late = scene.later(hours=25)
    number = give(scene.engine)
    alert = late.see_a_bear()
    assert (give(scene.engine), says(scene.engine)) == (None, looks.ALERT_FIRST)
    late.claim(alert, by=ROSA)
    assert give(scene.engine, now=late.now + MINUTE) == number
    assert give(scene.engine, by=ROSA, now=late.now + MINUTE) is None
    late.later(minutes=1).answer(alert, Verdict.NOT_BEAR, by=ROSA)
    assert give(scene.engine, now=late.now + 2 * MINUTE) == number


def test_one_look_is_in_one_persons_hands_and_goes_to_others_after_a_while_or_when_it_is_left(scene: Scene) -> None:
    pictures(scene.engine, [MIDNIGHT + 9 * HOUR])
    draw(scene.engine)
    number = give(scene.engine)
    assert number is not None
    assert (give(scene.engine), give(scene.engine, by=ROSA)) == (number, None)
    with pytest.raises(NotAllowedNow, match="not in your hands"):
        answer(scene.engine, number, Verdict.BEAR, by=ROSA)
    assert give(scene.engine, by=ROSA, now=AFTER + 11 * MINUTE) == number
    with transaction(scene.engine) as session:
        looks.leave(session, number, by=ROSA)
    assert give(scene.engine, by=ROSA, now=AFTER + 12 * MINUTE) is None
    assert give(scene.engine, now=AFTER + 12 * MINUTE) == number
    answer(scene.engine, number, Verdict.UNSURE, now=AFTER + 13 * MINUTE)
    with pytest.raises(AlreadyDecided):
        answer(scene.engine, number, Verdict.BEAR)
    assert rows(scene.engine)[0].took_s == 60


def test_nobody_is_asked_for_more_than_the_minutes_that_the_park_gives(scene: Scene) -> None:
    pictures(scene.engine, [MIDNIGHT + number * 10 * MINUTE for number in range(30)])
    settle(scene.engine, minutes_a_day=240)
    draw(scene.engine)
    settle(scene.engine, minutes_a_day=1)
    for second in range(3):
        number = give(scene.engine, now=AFTER + second * MINUTE)
        assert number is not None
        answer(scene.engine, number, Verdict.NOT_BEAR, now=AFTER + second * MINUTE + MINUTE / 6)
    assert says(scene.engine, now=AFTER + 3 * MINUTE) == looks.USED_UP
    assert give(scene.engine, by=ROSA, now=AFTER + 3 * MINUTE) is not None
    assert give(scene.engine, now=AFTER + 25 * HOUR) is not None
    settle(scene.engine, minutes_a_day=0)
    assert says(scene.engine, by=ADA) == looks.USED_UP


def test_with_no_minutes_nothing_is_drawn(scene: Scene) -> None:
    pictures(scene.engine, [MIDNIGHT + 9 * HOUR])
    settle(scene.engine, minutes_a_day=0)
    assert draw(scene.engine) == 0
    with reading(scene.engine) as session:
        assert session.query(tables.AuditDraw).count() == 0


def test_a_bear_of_the_audit_is_kept_as_one_that_was_missed_and_nobody_is_warned(scene: Scene) -> None:
    (frame,) = pictures(scene.engine, [MIDNIGHT + 9 * HOUR], p=0.3)
    draw(scene.engine)
    before = scene.notices()
    number = give(scene.engine)
    assert number is not None
    assert "MISSED bear" in answer(scene.engine, number, Verdict.BEAR)
    span = {"since": MIDNIGHT, "until": MIDNIGHT + DAY}
    with reading(scene.engine) as session:
        (bear,) = look_rows.audit_bears(session, "camp", **span, as_of=AFTER + HOUR)
        assert (bear.frame, bear.camera, bear.stratum, bear.person) == (frame, "creek", Scored.NEAR, RILEY.id)
        assert look_rows.audit_bears(session, "camp", **span, as_of=AFTER) == []
        (told,) = audit.about(session, ["site:camp"], ["bear.missed"])
        assert "a bear without an alert at camera creek" in told.says
        (row,) = session.query(tables.TrainingRow).all()
        assert (row.frame_id, row.source) == (frame, RowSource.AUDIT)
        assert session.query(tables.Alert).count() == 0
    assert scene.notices() == before


def test_what_nobody_looked_at_for_two_weeks_is_given_up(scene: Scene) -> None:
    pictures(scene.engine, [MIDNIGHT + 9 * HOUR])
    draw(scene.engine)
    draw(scene.engine, AFTER + 15 * DAY)
    assert (rows(scene.engine)[0].closed_at, give(scene.engine, now=AFTER + 15 * DAY)) == (AFTER + 15 * DAY, None)


def test_an_auditor_is_given_none(scene: Scene) -> None:
    from rollout.actors import Actor
    from store.vocabulary import Role

    with pytest.raises(NotPermitted):
        give(scene.engine, by=Actor(id=9, name="audrey", role=Role.AUDITOR))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE look SET chance = 0.5",
        "UPDATE look SET stratum = 'low'",
        "UPDATE look SET kind = 'seeded', truth = 'bear', chance = NULL, stratum = NULL, draw_id = NULL",
        "DELETE FROM look",
        "UPDATE audit_draw SET key = 'x'",
        "DELETE FROM audit_draw",
    ],
)
def test_what_was_drawn_cannot_be_changed(scene: Scene, change: str) -> None:
    pictures(scene.engine, [MIDNIGHT + 9 * HOUR], p=0.3)
    draw(scene.engine)
    with pytest.raises(DBAPIError), transaction(scene.engine) as session:
        session.execute(text(change))
    assert rows(scene.engine, LookKind.AUDIT)
