"""The exit checklist: has, needs, by when; cannot tell holds."""

from dataclasses import replace
from datetime import date, timedelta
from math import inf

import pytest

from rollout import checklist, gates
from rollout.evidence import reference as references
from rollout.evidence.observers import Pairs
from rollout.evidence.weeks import Week
from rollout.exit_facts import Answers, Beside, Drifted, Facts, Item
from rollout.gates import Needs
from rollout.scope_hours import Hours
from store.vocabulary import Stage

TODAY = date(2026, 11, 23)
DAYS = [TODAY - timedelta(days=back) for back in range(14)]


def hours(share: float = 1.0, days: list[date] = DAYS) -> dict[date, Hours]:
    return {day: Hours(scoped=10, watched=10 * share) for day in days}


WEEKS = [
    Week(
        name=str(week), model=9, model_hours=60, manual=9, manual_hours=60,
        pairs=Pairs(both=9, model_only=0, manual_only=0),
    )
    for week in range(8)
]  # fmt: skip
SHADOW = Facts(
    today=TODAY, shadow_days=14, hours={"day": hours(), "night": hours()}, alerts_a_day=3.0, worst_day=9,
    would_have=Answers(since=DAYS[-1], raised=40, reviewed=40, bears=30, others=10),
)  # fmt: skip
TRIED = replace(
    SHADOW,
    tried=Answers(since=DAYS[-1], raised=40, reviewed=40, bears=36, others=3, unsure=1, minutes=(4.0,) * 40),
    watched={"day": WEEKS, "night": WEEKS},
)


def line(facts: Facts, what: str, stage: Stage = Stage.TRIAL, needs: Needs | None = None) -> Item:
    return next(item for item in checklist.items(stage, facts, needs or Needs()) if item.what == what)


def test_a_quiet_month_in_shadow_lacks_nothing_on_the_way_to_a_trial() -> None:
    assert not checklist.unmet(checklist.items(Stage.TRIAL, SHADOW, Needs()))


def test_a_trial_with_evidence_from_a_blind_watch_lacks_nothing_on_the_way_to_live() -> None:
    assert not checklist.unmet(checklist.items(Stage.LIVE, TRIED, Needs()))


def test_nothing_is_asked_where_nothing_is_sent() -> None:
    assert checklist.items(Stage.SHADOW, SHADOW, Needs()) == ()


@pytest.mark.parametrize(
    ("changes", "what", "has", "met", "by"),
    [
        ({"shadow_days": 6}, "shadow days", "6", False, TODAY + timedelta(8)),
        ({"shadow_days": 0}, "shadow days", "0", False, None),
        ({"hours": {"night": hours(0.5)}}, "coverage by night", "50% (70 of 140 camera hours)", False, None),
        ({"hours": {"night": hours(0.8996)}}, "coverage by night", "89.9% (126 of 140 camera hours)", False, None),
        ({"faults": ("creek frozen",)}, "open faults", "creek frozen", False, None),
        ({"alerts_a_day": 12.1}, "workload", "12.1 alerts a day (at most 9 on one day)", False, None),
        ({"alerts_a_day": None}, "workload", "no evidence yet: no stored detections", None, None),
        (
            {"would_have": Answers(since=TODAY - timedelta(6), raised=40, reviewed=35)},
            "would-have alerts reviewed", "35 of 40", False, TODAY + timedelta(1),
        ),
    ],
)  # fmt: skip
def test_what_shadow_lacks_is_said_with_the_day_on_which_it_would_be_there(
    changes: dict[str, object], what: str, has: str, met: bool | None, by: date | None
) -> None:
    item = line(replace(SHADOW, **changes), what)  # type: ignore[arg-type]
    assert (item.has, item.met, item.by) == (has, met, by)


def test_bad_days_that_leave_the_window_bring_coverage_back_by_a_day() -> None:
    spoiled = {day: Hours(scoped=10, watched=0 if day in DAYS[-3:] else 10) for day in DAYS}
    item = line(replace(SHADOW, hours={"night": spoiled}), "coverage by night")
    assert (item.met, item.by) == (False, TODAY + timedelta(2))


@pytest.mark.parametrize(
    ("tried", "what", "has", "met"),
    [
        (Answers(), "precision", "no evidence yet", None),
        (Answers(), "minutes to verdict", "no evidence yet", None),
        (Answers(), "reviewed alerts", "0 of 0 in trial", False),
        (Answers(reviewed=10, bears=10), "precision", "10 bears of 10: exact 0.69 to 1.00", True),
        (
            Answers(reviewed=12, bears=5, others=5, unsure=2), "precision",
            "5 bears of 12: exact 0.15 to 0.72; 2 unsure: 0.42 as no bears, 0.58 as bears", False,
        ),
        (Answers(minutes=(2.0, 30.0, inf)), "minutes to verdict", "median 30.0 (1 of 3 not answered)", False),
        (
            Answers(minutes=(inf, inf, 1.0)), "minutes to verdict", "most were not answered (2 of 3 not answered)",
            False,
        ),
    ],
)  # fmt: skip
def test_what_people_answered_decides_with_unsure_and_unanswered_ones_against_it(
    tried: Answers, what: str, has: str, met: bool | None
) -> None:
    item = line(replace(TRIED, tried=tried), what, Stage.LIVE)
    assert (item.has, item.met) == (has, met)


def test_thirty_reviews_are_there_by_a_day_at_the_pace_of_the_trial() -> None:
    item = line(replace(TRIED, tried=Answers(since=TODAY - timedelta(9), raised=12, reviewed=10)), "reviewed alerts",
                Stage.LIVE)  # fmt: skip
    assert (item.has, item.by) == ("10 of 12 in trial", TODAY + timedelta(20))


def test_without_a_manual_watch_its_items_are_there_and_hold_the_site() -> None:
    lacks = checklist.unmet(checklist.items(Stage.LIVE, replace(TRIED, watched={}), Needs()))
    assert {item.has for item in lacks} == {"no evidence yet"}
    for name in ("day", "night"):
        assert {f"exit checklist: {what} by {name}" for what in (
            "encounters", "seen by both", "matched hours", "recall, lower limit at phi = 2", "drift",
        )} <= {item.what for item in lacks}  # fmt: skip


def test_a_stratum_that_was_not_watched_holds_although_the_other_one_was() -> None:
    lacks = checklist.unmet(checklist.items(Stage.LIVE, replace(TRIED, watched={"day": WEEKS}), Needs()))
    assert {item.what.rsplit(" ", 1)[1] for item in lacks} == {"night"}


THIN = [
    Week(
        name=str(week), model=1, model_hours=9, manual=1, manual_hours=9,
        pairs=Pairs(both=1, model_only=0, manual_only=0),
    )
    for week in range(4)
]  # fmt: skip


def test_what_a_thin_watch_lacks_is_there_by_a_day_at_its_pace() -> None:
    facts = replace(TRIED, watched={"day": THIN, "night": WEEKS}, watched_since=TODAY - timedelta(27))
    lacks = {item.what: item for item in checklist.items(Stage.LIVE, facts, Needs()) if item.met is not True}
    assert {what: (item.has, item.by) for what, item in lacks.items()} == {
        "encounters by day": ("4", TODAY + timedelta(112)),
        "seen by both by day": ("4", TODAY + timedelta(21)),
        "matched hours by day": ("36", TODAY + timedelta(4)),
        "not halved, ln E by day": ("1.801", TODAY + timedelta(weeks=2)),
    }


def watch(*, both: int, model_only: int, manual_only: int) -> list[Week]:
    """Eight weeks of a watch of 40 hours."""
    pairs = Pairs(both=both, model_only=model_only, manual_only=manual_only)
    return [
        Week(
            name=str(week), model=pairs.model, model_hours=40, manual=pairs.manual, manual_hours=40, pairs=pairs
        )
        for week in range(8)
    ]  # fmt: skip


GOOD = watch(both=4, model_only=5, manual_only=0)
"""A model that finds nine in ten, beside people who find four in ten."""


def test_a_model_that_finds_twice_as_much_passes_once_two_people_accepted_its_ratio() -> None:
    facts = replace(TRIED, watched={"night": GOOD}, hours={"night": hours()})
    alarmed = replace(facts, drift=Drifted(week="2026-W47", up=("alarm up since 2026-W47",)))
    assert {item.what for item in checklist.items(Stage.LIVE, alarmed, Needs()) if item.met is not True} == {
        "alarm up", "drift by night",
    }  # fmt: skip
    proposed = references.propose(GOOD).reference
    assert proposed is not None
    accepted = replace(alarmed, reference=proposed, drift=replace(alarmed.drift, accepted=True))
    assert not checklist.unmet(checklist.items(Stage.LIVE, accepted, Needs()))


def test_a_model_that_finds_half_does_not_pass_however_good_its_reviews_are() -> None:
    facts = replace(TRIED, watched={"night": watch(both=2, model_only=0, manual_only=4)}, hours={"night": hours()})
    assert {item.what for item in checklist.items(Stage.LIVE, facts, Needs()) if item.met is not True} == {
        "not halved, ln E by night", "drift by night",
    }  # fmt: skip


@pytest.mark.parametrize("stage", [Stage.TRIAL, Stage.LIVE])
@pytest.mark.parametrize(
    ("drift", "has", "by"),
    [
        (Drifted(), "no report yet: the first comes on a Monday", None),
        (Drifted(week="2026-W47"), "no open alarm down, no fault in 2026-W47", None),
        (Drifted(week="2026-W47", down=("alarm down since 2026-W45",)), "alarm down since 2026-W45", None),
        (Drifted(week="2026-W47", fault="it froze"), "data fault in 2026-W47: it froze", date(2026, 11, 30)),
        (Drifted(week="2026-W47", up=("alarm up since 2026-W45",)), "no open alarm down, no fault in 2026-W47", None),
    ],
)  # fmt: skip
def test_an_open_alarm_down_or_a_fault_in_the_last_report_holds_the_site(
    drift: Drifted, has: str, by: date | None, stage: Stage
) -> None:
    item = line(replace(TRIED, drift=drift), "drift report", stage)
    assert (item.has, item.by, item.met) == (has, by, not (drift.down or drift.fault))


def test_only_what_held_and_does_not_any_more_has_fallen() -> None:
    before = checklist.items(Stage.TRIAL, replace(SHADOW, faults=("creek frozen",)), Needs())
    now = checklist.items(Stage.TRIAL, replace(SHADOW, faults=("creek frozen",), alerts_a_day=20.0), Needs())
    assert checklist.fallen(before, now) == (
        "workload: has 20.0 alerts a day (at most 9 on one day), needs at most 12 a day, of [objective] alerts_a_day",
    )


def test_a_lowered_value_says_who_lowered_it_and_a_raised_one_does_not() -> None:
    asked = {"shadow_days": 3, "coverage": 0.95, "minutes_to_verdict": 60, "recall_lower": 0.1}
    needs = gates.needs_of(asked, alerts_a_day=12, by={"shadow_days": "ann on 2026-11-20"})
    assert needs.lowered["shadow_days"] == "usually 14; by ann on 2026-11-20"
    assert set(needs.lowered) == {"shadow_days", "minutes_to_verdict", "recall_lower"}
    item = line(replace(SHADOW, shadow_days=4), "shadow days", needs=needs)
    assert (item.met, item.lowered) == (True, needs.lowered["shadow_days"])


POOL = gates.needs_of(
    {"pool": [["camp", "meadow"], ["gorge", "pass"]]}, alerts_a_day=12, by={"pool": "ann on 2026-11-01"}
)  # fmt: skip


def pooled_facts(own: int) -> Facts:
    """So many encounters of its own with a like site that proves much; all seen by both."""
    weeks = [replace(week, model=own, manual=own, pairs=Pairs(both=own, model_only=0, manual_only=0))
             for week in WEEKS[:4]]  # fmt: skip
    like = {"meadow": Beside(weeks=WEEKS, hours_a_week=60.0)}
    return replace(TRIED, watched={"night": weeks}, pooled={"night": like}, hours={"night": hours()})


def test_a_site_is_pooled_with_the_sites_that_the_park_named_with_it() -> None:
    assert (POOL.like("camp"), POOL.like("pass"), POOL.like("elsewhere")) == (("meadow",), ("gorge",), ())
    assert Needs().like("camp") == ()


def test_the_evidence_of_a_like_site_counts_and_who_stated_it_is_red() -> None:
    facts = pooled_facts(1)
    alone = line(replace(facts, pooled={}), "not halved, ln E by night", Stage.LIVE, POOL)
    item = line(facts, "not halved, ln E by night", Stage.LIVE, POOL)
    assert (alone.met, item.met) == (False, True)
    assert item.has.endswith(", pooled with meadow")
    assert item.lowered == "pooled, as stated by ann on 2026-11-01"
    assert alone.lowered is None


def test_the_evidence_of_sites_is_multiplied() -> None:
    weeks, like = WEEKS[:1], WEEKS[:2]
    own, other, both = (
        gates.not_halved(one, None, Needs(), likes=likes).has
        for one, likes in ((weeks, ()), (like, ()), (weeks, [like]))
    )
    assert both == pytest.approx(own + other)


def test_each_site_still_needs_least_numbers_of_its_own() -> None:
    lacks = {item.what for item in checklist.unmet(checklist.items(Stage.LIVE, pooled_facts(1), POOL))}
    assert {f"exit checklist: {what} by night" for what in ("encounters", "seen by both")} <= lacks
