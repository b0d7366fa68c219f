"""A good model gets to live on its evidence: a blind watch, reviews, an accepted reference, and two people."""

from datetime import datetime

import pytest

from rollout import alarms, matching, previews, references, reports
from rollout.previews import Step
from store import alarms as alarm_rows
from store import park, rules
from store.errors import NotAllowedNow
from store.session import Engine, reading, transaction
from store.vocabulary import AlarmCause, RuleState, Stage, Verdict, WatchPlace
from tests.rollout.drifting import DAY, DAYLIGHT, HOUR, MINUTE, NIGHTFALL, Bear, bears, camera_waits, watches
from tests.rollout.proposing import ANN, BOB, NOW, present
from tests.rollout.widening import agree, widen

TRIAL_AT, LIVE_AT = NOW + 28 * DAY, NOW + 42 * DAY
ANSWERS = {"if_it_worked_really_well": "everyone sleeps"}
TRIAL = {"stage": "trial", "last_day": (TRIAL_AT + 20 * DAY).date().isoformat(), "answers": ANSWERS}
LIVE = {"stage": "live", "last_day": (LIVE_AT + 20 * DAY).date().isoformat(), "answers": ANSWERS}


def in_force(engine: Engine) -> int:
    with reading(engine) as session:
        row = rules.in_force(session, "camp")
        assert row is not None
        return row.id


def step(engine: Engine, now: datetime) -> Step:
    with reading(engine) as session:
        return previews.step(session, park.site(session, "camp"), now=now)


def lacks(engine: Engine, now: datetime) -> dict[str, str]:
    return {item.what: item.has for item in step(engine, now).exit if item.met is not True}


@pytest.fixture
def good(site: Engine) -> Engine:
    """Four weeks in shadow: of 25 bears by night and 25 by day the model finds nine in ten, people four in ten."""
    camera_waits(site)
    nights = [NIGHTFALL + number * DAY for number in range(27)]
    begins = [at + light for at in nights for light in (0 * DAY, DAYLIGHT)]
    watches(site, begins)
    came = [
        Bear(at=begin + 90 * MINUTE, model=number not in (10, 12), people=number % 5 < 2)
        for light in (0 * DAY, DAYLIGHT)
        for number, begin in enumerate(at + light for at in nights[:25])
    ]
    bears(site, in_force(site), came)
    matching.keep(site, now=TRIAL_AT)
    return site


def test_it_is_alarmed_for_finding_more_until_two_people_accept_that_and_then_goes_live(good: Engine) -> None:
    with transaction(good) as session:
        reports.make(session, "camp", "2026-W51", now=TRIAL_AT)
    with reading(good) as session:
        (alarm,) = alarm_rows.open_of(session, "camp")
    assert alarm.verdict == "alarm_up"
    assert lacks(good, TRIAL_AT) == {}, "alarm up holds no step to a trial: people look at each alert there"
    assert agree(good, widen(good, now=TRIAL_AT, **TRIAL).rule, now=TRIAL_AT).state is RuleState.IN_FORCE

    told = [TRIAL_AT + number * 8 * HOUR + HOUR for number in range(40)]
    bears(good, in_force(good), [
        Bear(at=at, verdict=Verdict.NOT_BEAR if number % 20 == 7 else Verdict.BEAR) for number, at in enumerate(told)
    ], stage=Stage.TRIAL)  # fmt: skip
    assert lacks(good, LIVE_AT) == {
        "alarm up": f"alarm up since {alarm.since_week}, open since Mon 21 Dec",
        "drift by day": "alarm up", "drift by night": "alarm up",
    }  # fmt: skip
    with pytest.raises(NotAllowedNow, match="alarm up"):
        agree(good, widen(good, now=LIVE_AT, **LIVE).rule, now=LIVE_AT)

    with transaction(good) as session:
        row = references.propose(session, "camp", reason="its finds are bears, see the pictures", by=ANN, now=LIVE_AT)
    assert (row.evidence["both"], row.evidence["model_only"], row.evidence["manual_only"]) == (18, 28, 2)
    assert row.ratio == pytest.approx(46 / 20)
    with transaction(good) as session:
        references.accept(session, row.id, sha256=row.sha256, by=BOB, now=LIVE_AT)
        alarms.acknowledge(session, alarm.id, cause=AlarmCause.MODEL, note="it finds more", by=BOB, now=LIVE_AT)
    assert lacks(good, LIVE_AT) == {}
    assert agree(good, widen(good, now=LIVE_AT, **LIVE).rule, now=LIVE_AT).state is RuleState.IN_FORCE
    assert present(good)[0] is Stage.LIVE


def test_hours_in_which_alerts_are_told_count_at_a_desk_and_not_in_the_field(good: Engine) -> None:
    """Who hears of alerts is not blind: to leave out only those who heard would count the misses alone."""
    rule = agree(good, widen(good, now=TRIAL_AT, **TRIAL).rule, now=TRIAL_AT).rule
    nights = [TRIAL_AT + 8 * HOUR + number * DAY for number in range(10)]

    def hours_by_night() -> str:
        return next(item.has for item in step(good, LIVE_AT).exit if item.what == "matched hours by night")

    before = hours_by_night()
    watches(good, nights)
    bears(good, rule, [Bear(at=at + HOUR, model=False, people=True) for at in nights])
    assert (hours_by_night(), before) == ("108", "108")
    watches(good, [at - DAY for at in nights], hours=11, place=WatchPlace.DESK)
    assert hours_by_night() == "109.7", "field and desk never add up: those with more hours count"
