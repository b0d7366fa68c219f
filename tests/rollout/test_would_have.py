"""What a rule would have done is what it does: the same core decides live and on stored detections."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.frames import Region
from model.detections import Box, Detection
from rollout import asked, forecasts, would_have
from rollout.quiet import Quiet
from rollout.rerun import Rerun, Shot
from rollout.scope_hours import Place
from rollout.spans import Span
from rollout.terms import read
from rollout.would_have import Bear, Duty, Ear, Forecast, People, Stored
from store import tables
from store.session import Engine, reading, transaction
from store.vocabulary import Act, Audience, Light, Origin, Reason, Stage, Verdict
from tests.rollout.proposing import DAY, MODEL, NOW, widened
from tests.rollout.watching import add_camera, watching
from tests.rollout.widening import LATER, alert, picture

DENVER = Place(zone=ZoneInfo("America/Denver"), latitude=44.6, longitude=-110.5)
MINUTE = timedelta(minutes=1)
EARS = [
    Ear(id="day-team", audience=Audience.RANGERS, hours="08:00-20:00"),
    Ear(id="night-team", audience=Audience.RANGERS, hours="20:00-08:00"),
    Ear(id="camp", audience=Audience.CAMPERS, hours=None),
]
DUTIES = [Duty(hours="20:00-08:00", first=("night-team",)), Duty(hours=None, first=("day-team",))]


def shot(number: int, at: datetime, *, p: float = 0.9, x: float = 0.1, camera: str = "creek") -> Shot:
    found = Detection(
        label="bear", index=0, probabilities={"bear": p, "empty": 1 - p}, p_bear=p, bear=True, threshold=0.5,
        out_of_domain_p=0.5, night=False, boxes=(Box(x=x, y=0.3, w=0.1, h=0.1, label="bear", p=p),), model=MODEL,
        seconds=0.0,
    )  # fmt: skip
    return Shot(
        frame=number, camera=camera, group="creek", stated_at=at, taken_at=at, received_at=at, origin=Origin.DOOR,
        found=found,
    )  # fmt: skip


def forecast(shots: Sequence[Shot], *, bears: Sequence[Bear] = (), **rule: object) -> Forecast:
    terms = read({"site": "camp", "stage": "trial", "last_day": "2026-12-01", **rule})
    rerun = Rerun(terms, threshold=0.5, place=DENVER, cameras=("creek", "gate"), receivers=2)
    window = Span(since=NOW - 20 * DAY, until=NOW + DAY)
    stored = Stored(model=MODEL, frames=len(shots), unlike=0, first_at=shots[0].received_at if shots else None)
    people = People(ears=EARS, duties=DUTIES, bears=bears)
    return would_have.of(rerun.run(shots), terms, DENVER, window=window, stored=stored, people=people)


EVENING = datetime(2026, 11, 21, 22, 30, tzinfo=ZoneInfo("America/Denver"))


def test_one_visit_asks_once_whoever_is_on_duty_and_names_who_is_woken() -> None:
    found = forecast([shot(n, EVENING + n * MINUTE) for n in range(5)] + [shot(9, EVENING + 14 * 60 * MINUTE)])
    assert [(row.act, row.receivers, row.woken) for row in found.listed] == [
        (Act.ASK, ("day-team",), False), (Act.ASK, ("night-team",), True),
    ]  # fmt: skip
    assert [(one.receiver, one.times, one.woken) for one in found.receivers] == [
        ("night-team", 1, 1), ("day-team", 1, 0),
    ]  # fmt: skip
    assert found.listed[1].at == "2026-11-21 22:30"


def test_alerts_a_day_are_of_the_days_that_the_scope_holds() -> None:
    found = forecast([shot(1, EVENING), shot(2, EVENING + DAY)], weekdays=["sat"])
    assert (found.alerts, found.days, found.alerts_a_day) == (1, 1, 1.0)
    assert dict(found.by_day) == {"2026-11-21": 1}


def test_live_warns_those_who_are_awake_and_campers_only_where_the_rule_says_so() -> None:
    assert forecast([shot(1, EVENING)], stage="live").listed[0].receivers == ("night-team",)
    found = forecast([shot(1, EVENING)], stage="live", audience="campers")
    assert found.listed[0].receivers == ("night-team", "camp")


EARLY = datetime(2026, 11, 22, 1, 0, tzinfo=ZoneInfo("America/Denver"))


@pytest.mark.parametrize(
    ("rule", "alerts", "held", "busiest"),
    [
        ({}, 2, {"cooldown": 1}, 2),
        ({"cooldown_minutes": 0}, 3, {}, 3),
        ({"cooldown_minutes": 0, "guardrails": {"max_alerts_per_day": 1}}, 1, {"daily_cap": 2}, 3),
        ({"hours": ["06:00-08:00"]}, 0, {}, 0),
        ({"cameras": ["gate"]}, 0, {}, 0),
    ],
)
def test_cooldown_cap_hours_and_cameras_hold_back_as_they_would_live(
    rule: dict[str, object], alerts: int, held: dict[str, int], busiest: int
) -> None:
    shots = [shot(number, EARLY + minutes * MINUTE) for number, minutes in enumerate((0, 31, 95))]
    found = forecast(shots, **{"cooldown_minutes": 33, **rule})
    assert (found.alerts, found.held, found.busiest) == (alerts, held, busiest)


def test_a_quiet_place_of_now_asks_nobody_and_another_place_does() -> None:
    place = Quiet(
        model=MODEL, region=Region(x=0.05, y=0.25, w=0.2, h=0.2), light=Light.BOTH, most_p=0.9, says="until spring"
    )
    terms = read({"site": "camp", "stage": "trial", "last_day": "2026-12-01"})
    rerun = Rerun(terms, threshold=0.5, place=DENVER, cameras=("creek",), receivers=1, held={"creek": [place]})
    told = [one.decision for one in rerun.run([shot(1, EARLY), shot(2, EARLY + MINUTE, x=0.8)])]
    assert [(one.act, one.reason) for one in told] == [
        (Act.RECORD, Reason.QUIET_PLACE), (Act.ASK, Reason.HELD_FOR_REVIEW),
    ]  # fmt: skip


def test_a_bear_that_people_confirmed_and_the_rule_would_not_have_told_is_a_miss() -> None:
    bears = [
        Bear(alert=1, group="creek", taken_at=EVENING), Bear(alert=2, group="creek", taken_at=EVENING + DAY),
        Bear(alert=3, group="creek", taken_at=EVENING + 12 * 60 * MINUTE),
    ]  # fmt: skip
    found = forecast([shot(1, EVENING)], hours=["20:00-06:00"], bears=bears)
    assert (found.bears, found.missed) == (2, (2,))
    assert "no sightings of people are stored" in found.sightings


def test_where_nothing_is_stored_it_says_so() -> None:
    found = forecast([])
    assert (found.alerts_a_day, found.alerts) == (None, 0)
    assert "nothing is stored of this version" in found.says


LIVE_CASES = [
    (0, 0.1, "creek", "bear"), (1, 0.1, "creek", "bear"), (2, 0.8, "creek", "bear"), (3, 0.1, "gate", "bear"),
    (10, 0.1, "creek", "person"), (20, 0.1, "creek", "bear"), (49, 0.1, "gate", "bear"), (85, 0.1, "creek", "bear"),
    (100, 0.1, "creek", "nothing"), (190, 0.8, "gate", "bear"), (600, 0.1, "creek", "bear"),
]  # fmt: skip
"""Minutes, place, camera, and what the picture shows: new places, pauses, another camera of the group, midnight."""


@pytest.mark.parametrize("stage", [Stage.TRIAL, Stage.LIVE])
def test_it_raises_the_very_alerts_that_the_live_rule_raised(site: Engine, tmp_path: Path, stage: Stage) -> None:
    add_camera(site, "gate")
    terms = {"hours": ["13:00-22:00"], "cooldown_minutes": 60, "guardrails": {"max_alerts_per_day": 4}}
    widened(site, stage=stage.value, **terms)
    with watching(site, tmp_path) as cameras:
        for minutes, x, camera, shows in LIVE_CASES:
            cameras.see(NOW + minutes * MINUTE, shows=shows, x=x, camera=camera)
    with reading(site) as session:
        live = {
            (row.frame_id, row.stage)
            for row in session.query(tables.Alert) if row.stage is not Stage.SHADOW
        }  # fmt: skip
        wanted = read({"site": "camp", "stage": stage.value, "last_day": "2026-12-01", **terms})
        found = forecasts.of(session, asked.of(session, wanted, default_model=MODEL), now=NOW + DAY)
    acts = {Act.ASK: Stage.TRIAL, Act.WARN: Stage.LIVE}
    assert {(row.frame, acts[row.act]) for row in found.listed} == live
    assert len(live) >= 4


def test_replays_and_other_versions_say_nothing_of_a_sites_days(site: Engine) -> None:
    picture(site, NOW, p=0.9, origin=Origin.REPLAY)
    with reading(site) as session:
        wanted = read({"site": "camp", "stage": "trial", "last_day": "2026-12-30"})
        assert forecasts.of(session, asked.of(session, wanted, default_model=MODEL), now=NOW + DAY).frames == 0


def test_weeks_and_answers_come_out_of_the_store(site: Engine) -> None:
    with transaction(site) as session:
        rule = session.query(tables.Rule).one().id
    picture(site, NOW)
    alert(site, LATER - DAY, rule=rule, verdict=Verdict.BEAR)
    alert(site, LATER - 2 * DAY, rule=rule, verdict=Verdict.BEAR, p=0.6)
    with reading(site) as session:
        wanted = read({"site": "camp", "stage": "trial", "last_day": "2026-12-30", "threshold": 0.8})
        told = asked.of(session, wanted, default_model=MODEL)
        found = forecasts.of(session, told, now=LATER)
        assert forecasts.of(session, told, now=LATER, weeks=1).days == 3
    assert (found.alerts, found.bears, len(found.missed)) == (1, 2, 1)
    assert found.receivers[0].receiver == "team"
    assert found.plain()["listed"][0]["act"] == "ask"
