"""What a year is like at a site, and which lever matters."""

from dataclasses import replace

from rollout import pace, what_if
from rollout.evidence.observers import Pairs
from rollout.evidence.reference import Reference
from rollout.evidence.weeks import Week
from rollout.exit_facts import Beside
from rollout.pace import Pace
from rollout.simulation import Truth
from rollout.verdicts import Terms
from rollout.what_if import Row
from store.vocabulary import WatchPlace

THIN = Truth(rate=5, watch_hours=20, night_watch=0.0, night_share=0.9, overlap=0.6)


def rows(truth: Truth, terms: Terms | None = None) -> dict[str, Row]:
    return {row.name: row for row in what_if.rows(truth, terms or Terms(), seed=0)}


def test_a_night_watch_matters_most_where_bears_come_by_night_and_people_watch_by_day() -> None:
    told = rows(THIN)
    assert list(told) == ["now", "twice_blind_hours", "desk_watch", "night_watch"]
    assert told["now"].answers.doubling_median is None
    night, twice = told["night_watch"], told["twice_blind_hours"]
    assert night.watch_hours == twice.watch_hours == 40
    assert night.pace > 3 * twice.pace
    assert night.answers.doubling_found_in_100 > twice.answers.doubling_found_in_100 + 20
    assert what_if.best(tuple(told.values())) is told["desk_watch"], "84 hours are more than 40"


def test_the_three_answers_are_of_a_hundred_sites_and_hold_what_is_promised() -> None:
    for row in rows(replace(THIN, watch_hours=60, night_watch=0.9)).values():
        told = row.answers
        assert told.alarmed_for_nothing_in_100 <= 8
        assert told.consistent_wrongly_in_100 <= 8
        if told.doubling_median is not None and told.doubling_p90 is not None:
            assert told.doubling_median <= told.doubling_p90


def test_a_park_that_watches_every_hour_has_nothing_to_gain() -> None:
    told = what_if.rows(Truth(rate=5, overlap=0.6), Terms(), seed=0)
    assert {row.watch_hours for row in told} == {168.0}
    assert what_if.best(told) is None


def test_without_bears_nothing_is_ever_found() -> None:
    now = what_if.answers(Truth(rate=0), Terms(), seed=0)
    assert (now.alarmed_for_nothing_in_100, now.doubling_median, now.doubling_found_in_100) == (0, None, 0)


def test_a_good_model_is_judged_against_the_ratio_that_was_accepted() -> None:
    truth = Truth(rate=4, start=2.25, overlap=0.9)
    reference = what_if.accepted(truth, 20)
    assert reference.low < 2.25 < reference.high
    alone, judged = (what_if.answers(truth, terms, seed=0) for terms in (Terms(), Terms(reference=reference)))
    assert alone.alarmed_for_nothing_in_100 > 90
    assert judged.alarmed_for_nothing_in_100 <= 8
    assert what_if.accepted(truth, None) == Reference()


def test_a_measured_pace_is_simulated_as_it_was_counted() -> None:
    pairs = Pairs(both=6, model_only=2, manual_only=4)
    week = Week(name="1", model=8, model_hours=21, manual=10, manual_hours=21, pairs=pairs)
    empty = Beside(weeks=[], hours_a_week=0.0)
    beside = {
        "day": {WatchPlace.FIELD: empty, WatchPlace.DESK: empty},
        "night": {WatchPlace.FIELD: Beside(weeks=[week], hours_a_week=14.0), WatchPlace.DESK: empty},
    }
    told = pace.to_truth(Pace(lights=pace.of_counted(beside)))
    assert told == Truth(rate=40, overlap=0.6, watch_hours=14, night_share=1.0, night_watch=1.0)
    assert pace.to_truth(Pace(lights=pace.of_counted({"day": {WatchPlace.FIELD: empty}}))) is None
