"""A plan from what a site has counted: its own hours and encounters, by day and by night, by field and desk."""

import pytest

from rollout import matching, planned, previews, proposals
from rollout.draws import Lot
from rollout.evidence.reference import Reference
from store import park, tables
from store.errors import NotAllowedNow, NotFound
from store.session import Engine, reading, transaction
from store.vocabulary import CameraKind, RuleState, Stage, WatchPlace
from tests.rollout.drifting import DAY, DAYLIGHT, MINUTE, NIGHTFALL, Bear, bears, camera_waits, watches
from tests.rollout.proposing import MODEL, NOW, propose
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
    matching.keep(site, now=LATER)
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
    assert first.endswith("when the evidence for going live suffices: nobody has watched blind by day.")
    assert (
        second == "Begin with a desk watch by day: hours in the field do not count while a trial or live rule holds."
    )


def meadow(engine: Engine) -> None:
    """A like site with the same version since the same day, watched in the same nights."""
    with transaction(engine) as session:
        session.add_all([
            tables.Site(id="meadow", name="Meadow", time_zone="America/Denver", latitude=44.6, longitude=-110.5),
            tables.CameraGroup(id="gate"),
        ])  # fmt: skip
        session.flush()
        session.add(tables.Camera(id="gate", site_id="meadow", kind=CameraKind.TRAIL, group_id="gate"))
        session.flush()
        session.add(tables.CameraStatus(camera_id="gate", expected_since=NOW, last_seen_at=NOW, streaks={}))
        proposals.first_rule(session, park.site(session, "meadow"), model=MODEL, now=NOW)
        for row in session.query(tables.WatchSession).all():
            session.add(tables.WatchSession(
                site_id="meadow", person_id=3, observer="eve", mode=row.mode, place=row.place, flags=[], hours=[],
                started_at=row.started_at, ended_at=row.ended_at, told_otherwise=False, received_at=row.received_at,
            ))  # fmt: skip
        session.get_one(tables.Park, 1).exit = {"pool": [["camp", "meadow"]]}


def test_a_site_that_the_park_pools_it_with_is_read_beside_it(thin: Engine) -> None:
    meadow(thin)
    with reading(thin) as session:
        told = planned.of_site(session, "camp", now=LATER, lot=LOT)
    (like,) = told.facts.pooled["night"].values()
    assert list(told.facts.pooled) == ["night"]
    assert sum(week.matched_hours for week in like.weeks) == pytest.approx(32)
    assert [[light.name for light in lights] for lights in told.pace.likes] == [["night"]]


def test_a_site_with_another_threshold_is_not_pooled(thin: Engine) -> None:
    meadow(thin)
    assert propose(thin, site="meadow", stage="shadow", threshold=0.9).state is RuleState.IN_FORCE
    with reading(thin) as session:
        assert planned.of_site(session, "camp", now=LATER, lot=LOT).facts.pooled == {}


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
