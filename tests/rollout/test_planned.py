"""A plan from what a site has counted: its own hours and encounters, by day and by night, by field and desk."""

import pytest

from rollout import matching, planned, previews
from rollout.draws import Lot
from rollout.evidence.reference import Reference
from store import park
from store.errors import NotAllowedNow, NotFound
from store.session import Engine, reading, transaction
from store.vocabulary import Stage, WatchPlace
from tests.rollout.drifting import DAY, DAYLIGHT, MINUTE, NIGHTFALL, Bear, bears, camera_waits, watches
from tests.rollout.proposing import NOW
from tests.rollout.test_good_model import TRIAL, in_force
from tests.rollout.widening import agree, widen

LATER = NOW + 28 * DAY
LOT = Lot(draws=50)


@pytest.fixture
def thin(site: Engine) -> Engine:
    """Four weeks in shadow with two watches of four hours a week, at night alone, and a bear in each second one."""
    camera_waits(site)
    begins = [NIGHTFALL + days * DAY for days in (0, 3, 7, 10, 14, 17, 21, 24)]
    watches(site, begins)
    bears(site, in_force(site), [Bear(at=at + 90 * MINUTE, people=True) for at in begins[::2]])
    with transaction(site) as session:
        matching.keep(session, now=LATER)
    return site


def test_the_pace_of_a_site_is_what_was_counted_there(thin: Engine) -> None:
    with reading(thin) as session:
        told = planned.of_site(session, "camp", now=LATER, lot=LOT)
    day, night = told.pace.lights
    assert (day.name, night.name) == ("day", "night")
    assert night.tracks[WatchPlace.FIELD].hours == pytest.approx(32)
    assert night.tracks[WatchPlace.FIELD].hours_a_week == pytest.approx(8)
    assert night.tracks[WatchPlace.FIELD].has.seen == 4
    assert not day.known
    assert told.plan.course.held_up_by == "matched hours by day"
    assert told.pace.in_field
    assert told.stage is Stage.SHADOW


def test_with_both_lights_watched_there_is_a_pace_and_a_desk_helps_most(thin: Engine) -> None:
    watches(thin, [NIGHTFALL + DAYLIGHT + days * DAY for days in (1, 8, 15, 22)])
    with reading(thin) as session:
        told = planned.of_site(session, "camp", now=LATER, lot=LOT, drawn_hours=24)
    assert told.plan.course.weeks is not None
    best = told.plan.best
    assert best is not None
    assert best.name == "desk_hours"
    also = {item.what for item in told.also}
    assert "encounters by night" not in also, "the plan itself has it"


def test_a_step_that_asks_for_evidence_says_what_would_speed_it_up(thin: Engine) -> None:
    def lines() -> tuple[str, ...]:
        with reading(thin) as session:
            return previews.step(session, park.site(session, "camp"), now=LATER).sooner

    assert lines() == (), "the step to a trial asks for no evidence"
    assert agree(thin, widen(thin, now=LATER, **TRIAL).rule, now=LATER).rule
    first, second = lines()
    assert first == "Nobody can tell when the evidence for going live suffices: matched hours by day has no pace."
    assert second


def test_where_no_model_runs_nothing_is_counted(engine: Engine) -> None:
    with reading(engine) as session:
        with pytest.raises(NotAllowedNow, match="begin with shadow"):
            planned.of_site(session, "camp", now=NOW)
        with pytest.raises(NotFound):
            planned.of_site(session, "nowhere", now=NOW)


def test_a_site_is_simulated_with_its_own_pace(thin: Engine) -> None:
    with reading(thin) as session:
        truth, reference = planned.measured(session, "camp", now=LATER)
        assert planned.measured(session, "nowhere", now=LATER) == (None, Reference())
    assert truth is not None
    assert truth.rate == pytest.approx(4 / 32 * 84)
    assert (truth.night_share, truth.night_watch, truth.overlap) == (1.0, 1.0, 1.0)
    assert truth.watch_hours == pytest.approx(8)
    assert reference == Reference()
