"""When the evidence suffices: each item as the gate judges it, with a range that is honest about chance."""

from dataclasses import replace

import numpy as np
import pytest

from rollout import ahead, gates, levers, pace, plan_words
from rollout.ahead import Course
from rollout.draws import Lot, Range
from rollout.evidence.observers import Pairs
from rollout.evidence.process import Null, Process
from rollout.evidence.weeks import Week
from rollout.exit_facts import Answers, Beside
from rollout.gates import Needs
from rollout.levers import Plan
from rollout.pace import Pace, Reviews
from rollout.simulation import Truth
from store.vocabulary import WatchPlace
from tests.rollout.test_checklist import TODAY

USUAL = Truth(rate=5, watch_hours=40, overlap=0.6)


def paced(truth: Truth = USUAL, **changes: object) -> Pace:
    return replace(pace.of_truth(truth, precision=0.8), **changes)  # type: ignore[arg-type]


def weeks_of(course: Course, what: str) -> Range:
    found = next(item.weeks for item in course.items if item.named == what)
    assert found is not None
    return found


def week(both: int, model_only: int, manual_only: int, *, hours: float = 20) -> Week:
    pairs = Pairs(both=both, model_only=model_only, manual_only=manual_only)
    return Week(name="1", model=pairs.model, model_hours=hours, manual=pairs.manual, manual_hours=hours, pairs=pairs)


@pytest.mark.parametrize("counts", [(0, 0, 0), (0, 4, 3), (7, 0, 0), (18, 9, 6), (40, 2, 90), (500, 300, 200)])
def test_an_item_is_judged_as_the_gate_judges_it(counts: tuple[int, int, int]) -> None:
    pairs = Pairs(both=counts[0], model_only=counts[1], manual_only=counts[2])
    told = np.array(counts, float)
    for least in (0.1, 0.3, 0.5, 0.8, 1.0):
        assert bool(ahead.recall_holds(told, least)) == (gates.recall_lower(pairs) >= least)
    evidence = Process([week(*counts)]).log_e(Null.AT_MOST, 0.5)
    assert float(ahead.not_halved(told, matched=True)) == pytest.approx(evidence)
    bare = replace(week(*counts), pairs=None)
    assert float(ahead.not_halved(told, matched=False)) == pytest.approx(Process([bare]).log_e(Null.AT_MOST, 0.5))


def test_the_same_seed_gives_the_same_course_and_another_one_nearly_the_same() -> None:
    first, again, other = (ahead.course(paced(), Needs(), Lot(seed=seed)) for seed in (1, 1, 2))
    assert first == again
    assert first.weeks is not None
    assert other.weeks is not None
    assert other.weeks.median == pytest.approx(first.weeks.median, abs=6)


def test_a_range_holds_what_is_expected_and_eight_in_ten() -> None:
    """Twenty encounters at 0.83 a week: 24 weeks in the mean, with the spread of a sum of twenty waits."""
    told = weeks_of(ahead.course(paced(), Needs()), "encounters by day")
    assert told.low == pytest.approx(17.5, abs=2)
    assert told.median == pytest.approx(23.6, abs=2)
    assert told.high == pytest.approx(31, abs=3)


def test_the_whole_suffices_only_when_every_item_does() -> None:
    course = ahead.course(paced(), Needs())
    assert course.weeks is not None
    assert course.weeks.median is not None
    medians = [item.weeks.median for item in course.items if item.weeks and item.weeks.median is not None]
    assert course.weeks.median >= max(medians)
    assert course.held_up_by is not None
    assert course.held_up_by.startswith("not halved")
    assert list(course.share) == [13, 26, 52]
    assert sorted(course.share.values()) == list(course.share.values())


@pytest.mark.parametrize("truth", [replace(USUAL, rate=0), replace(USUAL, watch_hours=0)])
def test_no_bears_or_no_watch_never_suffice(truth: Truth) -> None:
    course = ahead.course(paced(truth), Needs())
    assert course.weeks == Range(low=None, median=None, high=None)
    assert "not within two years" in plan_words.sentences(Plan(course=course, levers=()), today=TODAY)[0]


def test_what_is_counted_already_is_not_waited_for_again() -> None:
    beside = {
        light: {WatchPlace.FIELD: Beside(weeks=[week(9, 0, 0)] * 8, hours_a_week=20.0)} for light in ("day", "night")
    }
    told = Answers(since=TODAY, raised=40, reviewed=40, bears=36, others=3, unsure=1)
    there = Pace(lights=pace.of_counted(beside), reviews=pace.of_answers(told, today=TODAY))
    course = ahead.course(there, Needs())
    assert course.weeks == Range(low=0, median=0, high=0)
    assert course.held_up_by is None
    assert levers.plan(there, Needs()) == Plan(course=course, levers=())
    assert plan_words.short(Plan(course=course, levers=()), there) == ()


def test_a_pace_read_off_little_gives_a_wider_range_than_the_same_pace_read_off_much() -> None:
    def spread(many: int) -> int:
        """Of the weeks until two thousand more, which chance alone would bring within a week or two."""
        beside = {"day": {WatchPlace.FIELD: Beside(weeks=[week(8, 8, 8)] * many, hours_a_week=20.0)}}
        told = Pace(lights=pace.of_counted(beside), reviews=Reviews(a_week=50, share=1.0))
        found = weeks_of(ahead.course(told, Needs(min_encounters=24 * many + 1000)), "encounters by day")
        assert found.low is not None
        assert found.high is not None
        return found.high - found.low

    assert spread(1) > 2 * spread(40)


def test_where_nobody_has_watched_there_is_no_pace_and_that_is_said() -> None:
    beside = {"night": {WatchPlace.FIELD: Beside(weeks=[], hours_a_week=0.0)}}
    told = Pace(lights=pace.of_counted(beside), reviews=Reviews(a_week=5, share=0.8))
    course = ahead.course(told, Needs())
    assert course.weeks is None
    assert course.held_up_by == "matched hours by night"
    assert course.consistent is None
    plan = Plan(course=course, levers=())
    assert plan_words.sentences(plan, today=TODAY)[0].endswith("nobody has watched blind by night")
    assert "in the field or at a desk" in plan_words.short(plan, told)[1]


def test_a_trial_that_has_not_begun_has_no_pace_unless_the_rule_was_run_on_what_is_stored() -> None:
    assert not pace.of_answers(Answers(), today=TODAY).known
    assert not pace.to_come(Answers(), alerts_a_day=None).known
    told = pace.to_come(Answers(bears=9, others=1), alerts_a_day=2.0)
    assert (told.a_week, told.share) == (14.0, 9.5 / 11)
    assert told.bears == 0, "answers in shadow are not answers of the trial"


def test_hours_in_the_field_bring_nothing_while_people_hear_of_alerts() -> None:
    course = ahead.course(paced(in_field=False), Needs())
    assert course.weeks == Range(low=None, median=None, high=None)
    names = {one.name for one in levers.plan(paced(in_field=False), Needs()).levers}
    assert names == {"desk_hours", "drawn_hours", "pooling"}


def test_field_and_desk_never_add_up() -> None:
    field = ahead.course(paced(), Needs())
    both = ahead.course(replace(paced(), lights=pace.of_truth(USUAL, precision=0.8, desk_hours=30).lights), Needs())
    assert both.weeks == field.weeks


def test_the_evidence_of_the_reports_forgets_what_is_older_than_half_a_year() -> None:
    """Much was seen long ago and nothing is watched any more: what is consistent now is not so for ever."""
    old = [week(40, 0, 0), *[week(0, 0, 0)] * 25]
    light = pace.of_counted({"day": {WatchPlace.FIELD: Beside(weeks=old, hours_a_week=0.0)}})
    assert ahead._kept(light)[:3].sum(axis=1).tolist() == [40, 0, 0]
    assert ahead.course(Pace(lights=light), Needs()).consistent == Range(low=0, median=0, high=0)
