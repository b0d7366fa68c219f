"""Weekly reports: what a week's rows make of a verdict, what is named and not counted, and that bytes come again."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rollout import reports
from rollout.actors import Actor
from rollout.report_facts import canonical
from store import migrating, tables, views
from store import reports as rows
from store.errors import NotAllowedNow, NotFound, WeekMalformed
from store.session import Engine, make_engine, reading, transaction
from store.vocabulary import CameraFault, Did, Doubt, LookKind, Role, Scored, Stage, Verdict
from tests.conftest import small_park
from tests.rollout import looking
from tests.rollout.weeks import DAY, HOUR, WEEK, Weeks

BEGUN = datetime(2026, 10, 19, 6, tzinfo=UTC)
"""Monday's midnight at the site, six weeks before."""

MONDAY = datetime(2026, 11, 16, 7, tzinfo=UTC)
"""The beginning of 2026-W47 there: the clocks changed meanwhile."""

OVER = MONDAY + WEEK + 12 * HOUR
MINUTE = timedelta(minutes=1)
CONTRACT = (
    "site", "week", "verdict", "reason", "model", "manual", "alert_ratio", "detection_ratio", "reference", "interval",
    "log_e", "recall", "precision", "audit", "responses", "data_faults", "slices", "versions", "hours_protected",
    "encounters", "as_of", "inputs_sha256",
)  # fmt: skip


def site_of(engine: Engine) -> Weeks:
    with transaction(engine) as session:
        session.add(
            tables.Person(id=1, name="riley", role=Role.RANGER, sites=[], password_hash="x", created_at=BEGUN)
        )
    weeks = Weeks(engine=engine, begun=BEGUN, person=1)
    weeks.shadow()
    return weeks


@pytest.fixture
def on_each(engine: Engine) -> Weeks:
    """Once on each kind of database."""
    return site_of(engine)


@pytest.fixture
def weeks(tmp_path: Path) -> Iterator[Weeks]:
    """On SQLite alone: what is asked is what values make of values."""
    url = f"sqlite:///{tmp_path / 'bearwatch.db'}"
    migrating.upgrade(url)
    engine = make_engine(url)
    small_park(engine)
    yield site_of(engine)
    engine.dispose()


def made(weeks: Weeks, *, week: str = "2026-W47", now: datetime = OVER) -> Mapping[str, Any]:
    with transaction(weeks.engine) as session:
        row = reports.make(session, "camp", week, now=now)
        return {**row.body, "revision": row.revision}


def test_a_week_tells_both_counts_in_matched_hours_and_has_every_key_of_the_contract(weeks: Weeks) -> None:
    weeks.week(MONDAY - WEEK)
    weeks.week(MONDAY)
    weeks.find(MONDAY + 6 * DAY)
    weeks.see(MONDAY + 6 * DAY + HOUR, watch=None)
    told = made(weeks)
    assert set(CONTRACT) <= set(told)
    assert told["model"]["week"] == {
        "encounters": 3, "confirmed": 3, "unanswered": 0, "unsure": 0, "hours": 16.0, "visits": 4, "up_hours": 168.0,
    }  # fmt: skip
    assert (told["manual"]["week"]["encounters"], told["manual"]["week"]["hours"]) == (3, 16.0)
    assert told["manual"]["week"]["by_place"]["desk"]["hours"] == 0
    assert told["manual"]["window"]["hours"] == 32
    assert (told["alert_ratio"]["ratio"], told["alert_ratio"]["weeks"][-1]["model"]) == (1.0, 3)
    assert told["recall"]["model"] | {"interval": None} == {"found": 4, "of": 6, "share": 4 / 6, "interval": None}
    assert (told["precision"]["week"]["bears"], told["precision"]["week"]["unanswered"]) == (3, 1)
    assert [(one["kind"], one["counted"]) for one in told["encounters"]][-2:] == [
        ("model_only", False), ("people_only", False),
    ]  # fmt: skip
    assert (told["slices"]["near"]["model"], told["slices"]["far"]["model"]) == (6, 0)
    assert told["verdict"] == "not_enough_data"
    assert "32 matched hours" in told["reason"]
    assert told["next"]
    assert told["slices"]["day"]["hours"] is not None


def test_what_nobody_has_answered_is_told_beside_what_was_confirmed(weeks: Weeks) -> None:
    weeks.watch(MONDAY + 5 * DAY)
    weeks.find(MONDAY + 5 * DAY + HOUR)
    weeks.find(MONDAY + 5 * DAY + 2 * HOUR, verdict=Verdict.UNSURE)
    told = made(weeks)["model"]
    assert {name: told["week"][name] for name in ("encounters", "confirmed", "unanswered", "unsure")} == {
        "encounters": 2, "confirmed": 0, "unanswered": 1, "unsure": 1,
    }  # fmt: skip
    assert told["window"]["unanswered"] == 1


def test_before_any_model_watched_nothing_is_said_to_have_stood_still(weeks: Weeks) -> None:
    told = made(weeks, week="2026-W30")
    assert (told["verdict"], told["reason"]) == (
        "data_fault", "no model was set to watch this site in these weeks"
    )  # fmt: skip


def test_the_same_rows_make_no_new_revision_and_a_correction_makes_one_beside_the_old(on_each: Weeks) -> None:
    weeks = on_each
    weeks.week(MONDAY)
    alert = weeks.find(MONDAY + 8 * HOUR + 30 * MINUTE, verdict=Verdict.BEAR)
    first = made(weeks)
    assert made(weeks, now=OVER + 20 * DAY) == first
    weeks.answer(alert, Verdict.NOT_BEAR, OVER + DAY)
    second = made(weeks, now=OVER + 2 * DAY)
    assert (first["revision"], second["revision"]) == (1, 2)
    assert (first["model"]["week"]["confirmed"], second["model"]["week"]["confirmed"]) == (4, 3)
    assert second["as_of"] == "2026-11-24T19:00:00Z"
    with reading(weeks.engine) as session:
        assert rows.revision(session, "camp", "2026-W47", 1).body["inputs_sha256"] == first["inputs_sha256"]
        (listed,) = rows.page(session, sites=["camp"], week=None, cursor=None, limit=9)
    assert (listed[0].revision, listed[1]) == (2, 2)


def test_what_came_in_later_does_not_exist_for_a_report_that_was_made_before(on_each: Weeks) -> None:
    weeks = on_each
    weeks.week(MONDAY)
    watch = weeks.watch(MONDAY + 5 * DAY)
    weeks.see(MONDAY + 5 * DAY + HOUR, watch=watch, received=OVER + DAY)
    weeks.find(MONDAY + 5 * DAY + 2 * HOUR, decided=OVER + DAY)
    before, after = made(weeks), made(weeks, now=OVER + 2 * DAY)
    assert (before["manual"]["week"]["encounters"], after["manual"]["week"]["encounters"]) == (3, 4)
    assert (before["model"]["week"]["encounters"], after["model"]["week"]["encounters"]) == (3, 4)


def test_the_same_rows_give_the_same_bytes_on_another_database_and_another_day(
    on_each: Weeks, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    migrating.upgrade(url)
    engine = make_engine(url)
    small_park(engine)
    for one in (on_each, site_of(engine)):
        for back in range(4):
            one.week(MONDAY - back * WEEK)
        one.fault(CameraFault.SILENT, MONDAY + DAY, MONDAY + 2 * DAY)
    first = made(on_each)
    with transaction(engine) as session:
        row = reports.make(session, "camp", "2026-W47", now=OVER + 9 * DAY)
        assert canonical(row.body) == canonical({name: one for name, one in first.items() if name != "revision"})
    engine.dispose()


def test_the_audit_of_time_without_an_alert_is_told_and_its_bytes_come_again_on_another_database(
    on_each: Weeks, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    migrating.upgrade(url)
    engine = make_engine(url)
    small_park(engine)
    for one in (on_each, site_of(engine)):
        audited(one)
    first = made(on_each, now=OVER + 2 * DAY)
    audit = first["audit"]
    assert (audit["items"], audit["drawn"], audit["answered"]) == (24, 24, 24)
    assert (audit["bears_missed_estimate"], audit["unsure_as"]) == (1.0, [1.0, 1.0])
    assert audit["upper"] == pytest.approx(1 + 23 * (1 - 0.05 ** (1 / 23)), abs=1e-6)
    assert audit["recall_at_least"] == pytest.approx(1 / (1 + audit["upper"]))
    assert (first["agreement"]["n"], first["seeded"]["d_prime"], first["blind"]["blind"]["answers"]) == (0, None, 0)
    assert first["as_of"] == "2026-11-24T08:00:09Z"
    with transaction(engine) as session:
        row = reports.make(session, "camp", "2026-W47", now=OVER + 9 * DAY)
        assert canonical(row.body) == canonical({name: one for name, one in first.items() if name != "revision"})
        before = reports.live(session, "camp", "2026-W47", now=OVER - 6 * HOUR)
    assert (before["audit"]["answered"], before["audit"]["upper"]) == (0, None)
    engine.dispose()


def test_answers_faster_than_anybody_can_look_are_set_apart_from_the_audit(weeks: Weeks) -> None:
    audited(weeks, hasty=True)
    audit = made(weeks, now=OVER + 2 * DAY)["audit"]
    assert (audit["drawn"], audit["answered"], audit["set_apart"], audit["upper"]) == (24, 0, 24, None)


def audited(weeks: Weeks, *, hasty: bool = False) -> None:
    """A day of small scores and a bear at night, one score near the threshold which was a bear too; all looked at."""
    with transaction(weeks.engine) as session:
        session.get_one(tables.Park, 1).timelapse_seed = 7
    weeks.find(MONDAY + DAY, verdict=Verdict.BEAR)
    at = MONDAY + DAY + 8 * HOUR
    looking.settle(weeks.engine, minutes_a_day=240, seeded_share=0, second_share=0)
    looking.pictures(weeks.engine, [at + number * 10 * MINUTE for number in range(23)])
    looking.pictures(weeks.engine, [at + 23 * 10 * MINUTE], p=0.4)
    looking.draw(weeks.engine, OVER - 7 * HOUR - 5 * DAY)
    by, now = Actor(id=1, name="riley", role=Role.RANGER), OVER + DAY - 11 * HOUR
    for look in looking.rows(weeks.engine):
        number = looking.give(weeks.engine, by, now)
        assert number is not None
        with reading(weeks.engine) as session:
            near = session.get_one(tables.Look, number).stratum is Scored.NEAR
        said, done = Verdict.BEAR if near else Verdict.NOT_BEAR, now + timedelta(seconds=1 if hasty else 9)
        looking.answer(weeks.engine, number, said, by=by, now=done)
        assert look.kind is LookKind.AUDIT


def test_a_change_of_the_threshold_begins_a_segment_in_the_middle_of_a_week(weeks: Weeks) -> None:
    weeks.week(MONDAY - WEEK)
    weeks.week(MONDAY)
    weeks.shadow(threshold=0.7, at=MONDAY + DAY)
    told = made(weeks)
    assert told["segment"]["since"] == "2026-11-17T07:00:00Z"
    assert [(one["what"], one["says"]) for one in told["segment"]["changes"]] == [("threshold", "from 0.5 to 0.7")]
    assert (told["model"]["window"]["encounters"], told["model"]["week"]["encounters"]) == (1, 3)
    assert "counting begins anew" in told["means"]
    assert len(told["alert_ratio"]["weeks"]) == 5
    assert [one["threshold"] for one in told["versions"]] == [0.5, 0.7]


def test_the_week_in_which_the_camera_moved_says_so_and_its_blind_hours_are_no_exposure(weeks: Weeks) -> None:
    weeks.week(MONDAY)
    weeks.fault(CameraFault.MOVED, MONDAY + DAY, MONDAY + 3 * DAY)
    with transaction(weeks.engine) as session:
        views.change(session, "creek", person=1, since=MONDAY + DAY, note="a new post", now=MONDAY + 3 * DAY)
    told = made(weeks)
    assert [(one["what"], one["says"]) for one in told["segment"]["changes"]] == [
        ("camera moved", "creek: a new post")
    ]
    (fault,) = told["data_faults"]
    assert (fault["camera"], fault["kind"], fault["hours"], fault["open"]) == ("creek", "moved", 48, False)
    assert (told["manual"]["week"]["watched_hours"], told["manual"]["week"]["hours"]) == (16, 8)


def test_a_fault_that_is_open_comes_before_every_other_verdict_and_says_what_to_do(weeks: Weeks) -> None:
    weeks.week(MONDAY)
    weeks.fault(CameraFault.SILENT, MONDAY + 6 * DAY, None)
    told = made(weeks)
    assert (told["verdict"], "camera creek is silent" in told["reason"]) == ("data_fault", True)
    assert told["do"][0].startswith("camera creek: look at its power")
    assert told["data_faults"][0]["until"] is None


def test_without_a_blind_watch_there_is_nothing_to_compare_with(weeks: Weeks) -> None:
    weeks.find(MONDAY + DAY)
    told = made(weeks)
    assert (told["verdict"], told["alert_ratio"]["ratio"]) == ("manual_watch_missing", None)
    assert (told["model"]["week"]["encounters"], told["model"]["week"]["visits"]) == (0, 1)


def test_doubted_sessions_are_named_with_their_counts_and_are_no_exposure(weeks: Weeks) -> None:
    weeks.week(MONDAY)
    for number, doubt in enumerate((Doubt.NO_END, Doubt.OVERLAPPING, Doubt.OVERLAPPING, Doubt.TOO_MANY)):
        at = MONDAY + number * DAY + 15 * HOUR
        watch = weeks.watch(at, flags=(doubt.value,))
        weeks.see(at + HOUR, watch=watch)
    told = made(weeks)
    assert (told["manual"]["week"]["hours"], told["manual"]["week"]["encounters"]) == (16, 3)
    apart = {
        one["doubt"]: (one["sessions"], one["hours"], one["sightings"])
        for one in told["manual"]["watch"]["set_apart"]
    }
    assert apart == {"no_end": (1, 4, 1), "overlapping": (2, 8, 2), "too_many_sightings": (1, 4, 1)}
    assert [one["kind"] for one in told["data_faults"]] == [
        "watch_no_end", "watch_overlapping", "watch_too_many_sightings",
    ]  # fmt: skip


def test_two_hundred_answers_in_a_minute_are_set_apart_from_precision(weeks: Weeks) -> None:
    weeks.week(MONDAY)
    alerts = [weeks.find(MONDAY + 5 * DAY + number * HOUR / 2) for number in range(30)]
    for number, alert in enumerate(alerts):
        weeks.answer(alert, Verdict.NOT_BEAR, MONDAY + 6 * DAY + timedelta(seconds=number), took_s=1)
    told = made(weeks)
    assert (told["precision"]["bears"], told["precision"]["not_bears"], told["precision"]["unanswered"]) == (3, 0, 30)
    (apart,) = told["reviews"]["set_apart"]
    assert (apart["person"], apart["answers"], told["reviews"]["faster_than_2s"]) == ("riley", 30, 30)
    assert any("Ask riley to look again" in line for line in told["do"])


def test_weeks_older_than_half_a_year_come_from_what_was_kept_of_them(on_each: Weeks) -> None:
    weeks = on_each
    late = datetime(2027, 6, 7, 6, tzinfo=UTC)
    weeks.week(BEGUN)
    for back in range(3):
        weeks.week(late - back * WEEK)
    first = made(weeks, week="2027-W23", now=late + WEEK)
    assert (first["segment"]["weeks"], len(first["alert_ratio"]["weeks"])) == (34, 26)
    with transaction(weeks.engine) as session:
        kept = rows.counts(session, "camp", ["2026-W43", "2027-W10", "2027-W23"])
        assert (set(kept), kept["2026-W43"]["seen"][0]["both"]) == ({"2026-W43", "2027-W23"}, 2)
        session.query(tables.Sighting).filter(tables.Sighting.at < BEGUN + WEEK).update({"withdrawn_at": late})
    again = made(weeks, week="2027-W23", now=late + WEEK)
    assert again == first


def test_a_week_to_come_a_word_and_an_unknown_site_are_refused(weeks: Weeks) -> None:
    with transaction(weeks.engine) as session:
        with pytest.raises(NotAllowedNow, match="2026-W48 there now"):
            reports.make(session, "camp", "2026-W49", now=OVER)
        with pytest.raises(WeekMalformed, match="2026-W47"):
            reports.make(session, "camp", "2026-W54", now=OVER)
        with pytest.raises(NotFound):
            reports.make(session, "nowhere", "2026-W47", now=OVER)
        assert reports.make(session, "camp", "2026-W48", now=OVER).body["until"] == "2026-11-23T19:00:00Z"


def test_desk_hours_are_those_that_were_seen_of_recorded_ones_and_are_never_added_to_the_field(weeks: Weeks) -> None:
    weeks.week(MONDAY, both=1, model=0, people=0)
    at = MONDAY + 5 * DAY
    weeks.find(at + HOUR / 2, verdict=Verdict.BEAR)
    weeks.find(at + 2 * HOUR, verdict=Verdict.BEAR)
    for number in range(20):
        weeks.desk(at + number * HOUR, looked=at + 2 * DAY)
    told = made(weeks)
    by_place = told["manual"]["week"]["by_place"]
    assert (by_place["field"]["hours"], by_place["desk"]["hours"], told["judged_by"]) == (16, 20, "desk")
    assert (told["model"]["week"]["encounters"], told["manual"]["week"]["encounters"]) == (2, 0)
    assert (told["slices"]["place:field"]["model"], told["slices"]["place:field"]["manual"]) == (1, 1)


def test_more_patrols_since_the_model_warns_are_told_as_what_they_may_do_to_the_counts(weeks: Weeks) -> None:
    for back in range(4):
        weeks.week(MONDAY - back * WEEK)
    weeks.shadow(at=MONDAY - 2 * WEEK, stage=Stage.TRIAL)
    for day in range(6):
        patrol(weeks, weeks.see(MONDAY + day * DAY + 2 * HOUR, watch=None))
    told = made(weeks)["feedback"]
    assert (told["before"]["weeks"], told["after"]["weeks"]) == (2, 3)
    assert (told["patrols_a_week"]["before"], told["patrols_a_week"]["after"]) == (0.0, 2.0)
    assert any(one.startswith("people patrol 2.0 times a week, 0.0 before") for one in told["says"])


def test_without_a_week_from_before_nothing_is_compared(weeks: Weeks) -> None:
    weeks.week(MONDAY)
    weeks.shadow(at=BEGUN, stage=Stage.TRIAL)
    told = made(weeks)["feedback"]
    assert (told["before"]["weeks"], told["patrols_a_week"]["before"]) == (0, None)
    assert "before and after cannot be compared" in told["says"][0]


def patrol(weeks: Weeks, sighting: int) -> None:
    """People went to look because of a sighting."""
    with transaction(weeks.engine) as session:
        at = session.get_one(tables.Sighting, sighting).at + HOUR
        session.add(tables.Response(
            site_id="camp", sighting_id=sighting, did=Did.PATROLLED, at=at, person_id=1, received_at=at
        ))  # fmt: skip
