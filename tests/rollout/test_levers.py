"""What would speed it up: each lever at the same hours of people, the best first."""

from dataclasses import replace

from rollout import levers, pace, plan_words
from rollout.draws import Lot
from rollout.gates import Needs
from rollout.levers import Lever
from rollout.simulation import Truth
from tests.rollout.test_ahead import USUAL, paced
from tests.rollout.test_checklist import TODAY

LOT = Lot(draws=100)


def by_name(truth: Truth, **changes: object) -> dict[str, Lever]:
    return {one.name: one for one in levers.plan(paced(truth, **changes), Needs(), lot=LOT).levers}


def median(lever: Lever) -> int:
    assert lever.weeks is not None
    return 1000 if lever.weeks.median is None else lever.weeks.median


def test_the_best_comes_first_and_says_by_how_much() -> None:
    plan = levers.plan(paced(drawn_hours=24), Needs(), lot=LOT)
    assert [median(one) for one in plan.levers] == sorted(median(one) for one in plan.levers)
    assert plan.best is not None
    assert plan.best.name == "desk_hours"
    assert plan.best.sooner is not None
    assert plan.best.sooner > 10
    assert "Sooner with: up to 5 more hours a week at a desk" in plan_words.short(plan, paced())[1]


def test_hours_are_worth_most_where_the_evidence_is_thin() -> None:
    """Most bears come by night; where people watch at night alone, day holds it up."""
    told = by_name(replace(USUAL, night_share=0.8))
    assert median(told["day_hours"]) < median(told["night_hours"])
    told = by_name(replace(USUAL, night_share=0.8, night_watch=0.1))
    assert median(told["night_hours"]) < median(told["day_hours"])


def test_moving_hours_helps_where_they_are_at_the_wrong_place_and_costs_none() -> None:
    told = by_name(replace(USUAL, night_watch=0.9))["other_hours"]
    assert told.hours == 0
    assert median(told) < 60


def test_a_desk_is_no_help_beyond_the_hours_that_are_drawn() -> None:
    few, many = by_name(USUAL), by_name(USUAL, drawn_hours=24)
    assert few["desk_hours"].sooner == 0, "14 drawn hours a week are fewer than the 40 in the field"
    assert "21 hours a day drawn" in few["drawn_hours"].says
    assert "drawn_hours" not in many
    assert median(many["desk_hours"]) < 20


def test_a_recorded_hour_of_one_of_many_cameras_is_a_small_part() -> None:
    one, many = (by_name(USUAL, drawn_hours=24, cameras=cameras)["desk_hours"] for cameras in (1, 6))
    assert median(one) < median(many)


def test_pooling_leaves_each_site_its_own_least_numbers() -> None:
    told = by_name(USUAL)["pooling"]
    assert told.sooner is not None
    assert told.sooner > 0
    assert told.held_up_by is not None
    assert told.held_up_by.startswith("encounters")


def test_matching_is_told_where_nobody_matches() -> None:
    told = by_name(Truth(rate=5, watch_hours=80))
    assert told["matching"].sooner is not None
    assert told["matching"].sooner > 0
    assert "matching" not in by_name(USUAL)


def test_where_only_answers_are_waited_for_no_hour_of_watching_helps() -> None:
    busy = replace(paced(Truth(rate=60, watch_hours=168, overlap=0.8)), reviews=pace.Reviews(a_week=0.5, share=0.8))
    plan = levers.plan(busy, Needs(), lot=LOT)
    assert plan.best is None
    assert (
        plan_words.short(plan, busy)[1]
        == "More watch hours alone would hardly speed it up: it waits for reviewed alerts."
    )
    assert "hardly" in "".join(plan_words.sentences(plan, today=TODAY))


def test_a_plan_as_a_document_names_weeks_and_days() -> None:
    told = plan_words.plain(levers.plan(paced(), Needs(), lot=LOT), paced(), today=TODAY)
    assert told["days"]["median"] > TODAY.isoformat()
    assert {one["light"] for one in told["items"]} == {"day", "night", None}
    assert told["pace"]["by_light"][0]["hours_a_week"] == {"field": 20.0, "desk": 0.0}
