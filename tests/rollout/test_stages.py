from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rollout import approvals, stages
from rollout.terms import read

CAMERAS = ("creek", "gate")
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
TRIAL = {"stage": "trial", "cameras": ["creek"], "hours": ["20:00-06:00"], "first_day": DAY, "last_day": DAY}


def before(model: str = "a", threshold: float = 0.6, **changes: Any) -> stages.Before:
    terms = read({"site": "camp"} | TRIAL | changes)
    cameras = frozenset(terms.cameras or CAMERAS)
    return stages.Before(terms=terms, model_sha256=model, threshold=threshold, cameras=cameras)


LIVE = {"stage": "live"}


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (before(), ()),
        (before(stage="shadow"), ()),
        (before(stage="off"), ()),
        (before(stage="live"), ("stage trial to live",)),
        (before(cameras=["creek", "gate"]), ("more cameras",)),
        (before(cameras=[]), ("more cameras",)),
        (before(cameras=["gate"]), ("more cameras",)),
        (before(hours=["20:00-06:01"]), ("more hours",)),
        (before(hours=["21:00-05:00"]), ()),
        (before(hours=["20:00-24:00"]), ()),
        (before(hours=["20:00-23:00", "02:00-06:00"]), ()),
        (before(hours=[]), ("more hours",)),
        (before(hours=[], sun="night"), ("more hours",)),
        (before(weekdays=["mon"]), ()),
        (before(last_day=DAY + timedelta(1)), ("a later last day",)),
        (before(first_day=None), ("an earlier first day",)),
        (before(threshold=0.5), ("a lower threshold",)),
        (before(threshold=0.7), ()),
        (before(model="b"), ("another model version",)),
        (before(stage="live", audience="campers"), ("stage trial to live", "audience rangers to campers")),
    ],
)
def test_what_reaches_further_is_wider(new: stages.Before, says: tuple[str, ...]) -> None:
    assert stages.wider(new, before()) == says


@pytest.mark.parametrize(("weekdays", "wide"), [(["mon"], False), (["tue"], True), ([], True)])
def test_a_span_over_midnight_belongs_to_the_day_it_began(weekdays: list[str], wide: bool) -> None:
    assert bool(stages.wider(before(weekdays=weekdays), before(weekdays=["mon"]))) is wide


def test_a_rule_by_the_same_sun_is_no_wider_and_by_another_is() -> None:
    night, dusk = before(hours=[], sun="night"), before(hours=[], sun="dusk-to-dawn")
    assert stages.wider(night, night) == ()
    assert stages.wider(dusk, night) == ("more hours",)


@pytest.mark.parametrize("old", [None, before(stage="off"), before(stage="shadow")])
def test_whatever_can_warn_is_wider_than_what_cannot(old: stages.Before | None) -> None:
    assert stages.wider(before(), old)


def test_a_raised_threshold_needs_a_second_person_only_where_people_rely_on_it() -> None:
    assert stages.needs_second(before(threshold=0.7), before()) == ("a raised threshold",)
    assert stages.needs_second(before(threshold=0.5), before()) == ()
    assert stages.needs_second(before(threshold=0.7), before(stage="shadow")) == ()


def missing(**changes: Any) -> set[str]:
    whole = TRIAL | {"override": {"reason": "bear in camp"}, "answers": {"if_it_worked_really_well": "all sleep"}}
    terms = read({"site": "camp"} | whole | changes)
    unmet = [stages.Missing(what="exit checklist: shadow days", has="3", needs="14")]
    found = stages.missing_to_widen(terms, today=DAY, uncovered=0, receivers=1, cameras=1, unmet=unmet)
    return {item.what for item in found}


def test_a_whole_override_lacks_nothing() -> None:
    assert missing() == set()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"override": None}, "exit checklist: shadow days"),
        ({"answers": None}, "answers.if_it_worked_really_well"),
        ({"last_day": DAY + timedelta(15)}, "last day of the override"),
        ({"stage": "live", "last_day": None}, "last day of the override"),
        ({"first_day": DAY - timedelta(3), "last_day": DAY - timedelta(1)}, "last day"),
    ],
)
def test_what_a_wider_rule_lacks_is_named(changes: dict[str, Any], what: str) -> None:
    assert what in missing(**changes)


def test_a_trial_without_duty_or_receivers_is_not_ready() -> None:
    terms = before().terms
    found = stages.missing_to_widen(terms, today=DAY, uncovered=60, receivers=0, cameras=0, unmet=[])
    assert {"duty cover", "receivers", "cameras"} <= {item.what for item in found}


@pytest.mark.parametrize(
    ("hours", "sun", "duties", "uncovered"),
    [
        (["20:00-06:00"], None, ["20:00-08:00"], 0),
        (["20:00-06:00"], None, ["20:00-05:00"], 7 * 60),
        (["20:00-06:00"], None, ["20:00-00:30", "00:00-06:00"], 0),
        (["20:00-06:00"], None, [], 7 * 600),
        ([], "night", ["20:00-08:00"], 7 * 720),
        ([], "night", [None], 0),
    ],
)
def test_minutes_without_duty_are_counted(
    hours: list[str], sun: str | None, duties: list[str | None], uncovered: int
) -> None:
    assert stages.uncovered_minutes(before(hours=hours, sun=sun).terms, duties) == uncovered


def test_one_person_is_never_two() -> None:
    mine = approvals.Yes(person="ann", at=NOW, bound_to="x")
    assert approvals.missing_people([mine, mine], bound_to="x")
    assert approvals.missing_people([mine, approvals.Yes(person="bob", at=NOW, bound_to="old")], bound_to="x")
    assert not approvals.missing_people([mine, approvals.Yes(person="bob", at=NOW, bound_to="x")], bound_to="x")


def test_a_proposal_is_void_after_fourteen_days() -> None:
    assert not approvals.expired(NOW, NOW + timedelta(days=14))
    assert approvals.expired(NOW, NOW + timedelta(days=14, seconds=1))
