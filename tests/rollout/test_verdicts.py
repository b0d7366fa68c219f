"""Verdicts: the first row that applies, and the reason with it."""

from dataclasses import replace

import pytest

from rollout import gates, planner
from rollout.evidence.observers import Pairs
from rollout.evidence.process import Form, Null, Process
from rollout.evidence.reference import Reference, propose
from rollout.evidence.weeks import Week
from rollout.verdicts import Drift, Terms, judge


def week(model: int, manual: int, *, up: float = 168, watched: float = 168, pairs: Pairs | None = None) -> Week:
    return Week(name="1", model=model, model_hours=up, manual=manual, manual_hours=watched, pairs=pairs)


def matched(both: int, model_only: int, manual_only: int) -> Week:
    pairs = Pairs(both=both, model_only=model_only, manual_only=manual_only)
    return week(both + model_only, both + manual_only, pairs=pairs)


@pytest.mark.parametrize(
    ("weeks", "verdict"),
    [
        ([], Drift.DATA_FAULT),
        ([week(0, 4, up=0)], Drift.DATA_FAULT),
        ([week(60, 60), week(0, 3, up=0)], Drift.DATA_FAULT),
        ([week(9, 0, watched=0)] * 8, Drift.MANUAL_WATCH_MISSING),
        ([week(0, 9)], Drift.ALARM_DOWN),
        ([week(30, 3)], Drift.ALARM_UP),
        ([week(60, 60)], Drift.CONSISTENT),
        ([matched(18, 9, 6)], Drift.CONSISTENT),
        ([week(0, 0)] * 30, Drift.NOT_ENOUGH_DATA),
        ([week(3, 2)], Drift.NOT_ENOUGH_DATA),
        ([week(5, 5, watched=39)], Drift.NOT_ENOUGH_DATA),
        ([week(14, 6)], Drift.WATCH),
        ([week(7, 6)], Drift.AGREEING_SO_FAR),
    ],
)
def test_the_first_row_that_applies_is_the_verdict(weeks: list[Week], verdict: Drift) -> None:
    told = judge(weeks)
    assert told.verdict is verdict
    assert told.reason


def test_an_open_fault_and_too_few_hours_of_the_scope_come_before_every_count() -> None:
    assert judge([week(0, 9)], Terms(fault="camera creek is silent")).reason == "camera creek is silent"
    assert judge([week(0, 9, up=40)], Terms(scoped_hours=168)).verdict is Drift.DATA_FAULT


def test_silence_of_both_is_never_agreement() -> None:
    assert judge([week(0, 0)] * 52).verdict is Drift.NOT_ENOUGH_DATA


def test_an_accepted_ratio_ends_the_alarm_of_a_good_model_and_a_fall_from_it_still_shows() -> None:
    good = [week(9, 4)] * 10
    assert judge(good).verdict is Drift.ALARM_UP
    reference = propose(good).reference
    assert reference is not None
    terms = Terms(reference=reference)
    assert judge([week(9, 4)] * 26, terms).verdict is Drift.CONSISTENT
    assert judge([week(9, 4)] * 26 + [week(1, 4)] * 8, terms).verdict is Drift.ALARM_DOWN


def test_a_collapse_after_a_good_half_year_is_not_hidden_by_it() -> None:
    weeks = [week(3, 3)] * 26
    assert judge(weeks).verdict is Drift.CONSISTENT
    fell = next(more for more in range(1, 20) if judge(weeks + [week(0, 3)] * more).verdict is Drift.ALARM_DOWN)
    assert fell <= 8


def test_a_reference_needs_encounters_and_a_ratio() -> None:
    assert propose([week(9, 4)]).reference is None
    assert propose([week(30, 0)]).reference is None


def test_the_form_follows_from_hours_and_matching_alone() -> None:
    assert Process([week(3, 2), week(9, 9)]).form is Form.TOTALS
    assert Process([week(3, 2), week(3, 2, watched=40)]).form is Form.STRATA
    assert Process([matched(3, 2, 1), matched(0, 0, 0)]).form is Form.PAIRED
    assert Process([matched(3, 2, 1), week(3, 2)]).form is Form.TOTALS


def test_clustered_visits_weigh_less_than_scattered_ones() -> None:
    weeks = [week(9, 0), week(0, 3)] * 8
    assert judge(weeks, Terms(clustered=True)).evidence.up < judge(weeks).evidence.up


def test_the_gate_opens_on_evidence_and_not_on_zero() -> None:
    def met(weeks: list[Week], confirmed: int = 40) -> bool:
        told = judge(weeks)
        return all(item.met for item in gates.live(weeks, told, confirmed=confirmed, rejected=0))

    good = [matched(6, 2, 2)] * 6
    assert met(good)
    assert not met(good, confirmed=0)
    assert not met([matched(0, 0, 0)] * 26)
    assert not met([matched(2, 0, 6)] * 6)
    assert not met([week(0, 20)] * 4)


def test_the_planner_counts_the_weeks_that_are_missing_and_names_what_is_faster() -> None:
    weeks = [replace(week(2, 2), name=str(number)) for number in range(8)]
    plan = planner.plan(weeks, judge(weeks), Terms())
    assert plan.weeks is not None
    assert judge(weeks + weeks[:1] * plan.weeks).verdict is Drift.CONSISTENT
    assert judge(weeks + weeks[:1] * (plan.weeks - 1)).verdict is not Drift.CONSISTENT
    assert any(lever.weeks is not None and lever.weeks < plan.weeks for lever in plan.levers)
    assert str(plan.weeks) in plan.says


def test_the_planner_says_where_a_pace_never_suffices() -> None:
    weeks = [week(0, 0, watched=10)] * 8
    assert planner.plan(weeks, judge(weeks), Terms()).weeks is None


def test_reference_is_one_until_people_accept_another() -> None:
    assert Terms().reference == Reference(ratio=1.0, low=1.0, high=1.0)


def test_the_planner_weighs_clustered_visits_as_the_verdict_does() -> None:
    weeks = [week(9, 0), week(0, 9)] * 8
    terms = Terms(clustered=True)
    plan = planner.plan(weeks, judge(weeks, terms), terms)
    assert judge(weeks, terms).verdict is not Drift.CONSISTENT
    assert plan.weeks != 0
    doubled, plain = Process(weeks * 2, clustered=True), Process(weeks, clustered=True).stretched(2)
    assert plain.log_e(Null.AT_LEAST, 2.0) == pytest.approx(doubled.log_e(Null.AT_LEAST, 2.0))


def test_what_would_change_it_is_true_of_a_ratio_that_stays_outside() -> None:
    weeks = [week(4, 1, watched=100)] * 2
    told = judge(weeks)
    assert told.verdict is Drift.WATCH
    assert "it can become an alarm (at evidence of 20), never consistent" in planner.plan(weeks, told, Terms()).says
    seen = [week(0, 0)] * 8
    assert "nobody has seen one yet" in planner.plan(seen, judge(seen), Terms()).says


def test_a_good_half_year_with_bad_last_weeks_asks_for_a_look_and_not_for_nothing() -> None:
    weeks = [matched(40, 5, 5)] * 18 + [matched(1, 0, 2)] * 8
    terms = Terms(reference=Reference(ratio=1.0, low=0.2, high=3.0))
    told = judge(weeks, terms)
    assert told.verdict is Drift.CONSISTENT
    assert told.outside
    assert not planner.plan(weeks, told, terms).says.startswith("nothing now")


@pytest.mark.parametrize(
    ("weeks", "says"),
    [
        ([week(9, 0, watched=40)], "the ratio of 9 seen by the model to none by people lies outside"),
        ([week(1, 0)], "1 encounter in the window, 6 are needed"),
        ([week(0, 0)], "0 encounters in the window, 6 are needed: zero is no evidence"),
        ([week(5, 5, watched=39.97)], "39.9 matched hours in the window, 40 are needed"),
        ([week(5, 5, up=1, watched=1)], "1 matched hour in the window, 40 are needed"),
        ([week(3, 0, watched=0)], "nobody watched in the last week:"),
        ([week(3, 800)], "the ratio 0.0037 is half"),
    ],
)
def test_a_reason_reads_well_at_every_count(weeks: list[Week], says: str) -> None:
    assert judge(weeks).reason.startswith(says)
