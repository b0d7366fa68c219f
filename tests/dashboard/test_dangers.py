"""What stands in red on every page."""

from datetime import timedelta

import pytest

from api.schemas.drift import AlarmOut
from api.schemas.park import CameraOut, SitePage
from api.schemas.rules import NarrowedOut
from api.schemas.words import CameraHealth
from dashboard.dangers import dangers, together
from tests.dashboard.shapes import NOW, camera, gap, me, rule, site, sites


def leads(page: SitePage, *cameras: CameraOut, demo: bool = False) -> list[str]:
    return [danger.lead for danger in dangers(page, cameras, me(demo=demo), NOW)]


def test_nothing_is_red_where_all_works() -> None:
    assert leads(sites(site()), camera()) == []


def test_a_dead_process_comes_before_everything() -> None:
    page = sites(site(stopped=True, stop_reason="ann: test"), faults=("the process work is silent",))
    assert leads(page, camera()) == ["Bearwatch itself", "Camp STOPPED"]


def test_stopping_all_is_one_line_that_names_who_needs_a_watch() -> None:
    camp = site(stopped=True, stop_reason="ann: test", watch_needed=True, gap=gap())
    page = sites(camp, site(id="lake", name="Lake", stopped=True), all_stopped=True)
    found = dangers(page, [camera()], me(), NOW)
    assert [(danger.lead, danger.says, danger.watch) for danger in found] == [
        (
            "ALL SITES STOPPED, NOT PROTECTED",
            "nothing is sent; nobody has taken the manual watch of Camp; ann: test",
            (camp,),
        )
    ]


def test_a_site_that_nobody_watches_is_named() -> None:
    place = site(protected=False, watch_needed=True, gap=gap())
    found = dangers(sites(place), [], me(), NOW)
    assert [(danger.lead, danger.says, danger.watch) for danger in found] == [
        ("Camp NOT PROTECTED", "since 12:00, nobody has taken the manual watch; stopped by ada: drill", (place,))
    ]


def test_a_stopped_site_is_named_once_and_what_may_be_cut_off_comes_last() -> None:
    page = sites(site(stopped=True, stop_reason="ada: drill", protected=False, watch_needed=True, gap=gap()))
    found = dangers(page, [camera()], me(), NOW)
    assert [danger.lead for danger in found] == ["Camp STOPPED, NOT PROTECTED"]
    assert found[0].says == "since 12:00, nobody has taken the manual watch; stopped by ada: drill"


def test_a_taken_watch_is_named_and_asks_for_nobody() -> None:
    page = sites(site(stopped=True, stop_reason="ada: drill", protected=False, gap=gap("riley")))
    found = dangers(page, [camera()], me(), NOW)
    assert "riley has the manual watch" in found[0].says
    assert found[0].watch == ()


def test_several_dangers_are_one_line_with_the_worst_first() -> None:
    page = sites(site(stopped=True, stop_reason="ada: drill", rule=rule(override="bear")), faults=("work is silent",))
    lines = dangers(page, [camera(health=CameraHealth.SILENT)], me(), NOW)
    assert together(lines) == "4 dangers: Bearwatch itself · Camp STOPPED · 1 camera SILENT · Override in force"


def test_silent_cameras_say_since_when_in_site_time() -> None:
    silent = camera("creek", health=CameraHealth.SILENT, last_seen_at=NOW - timedelta(minutes=4))
    never = camera("gate", health=CameraHealth.NEVER_SEEN, last_seen_at=None)
    found = dangers(sites(site()), [silent, never, camera("kitchen")], me(), NOW)
    assert [(danger.lead, danger.says) for danger in found] == [
        ("2 cameras SILENT", "creek since 12:56 (4 min); gate never seen")
    ]


def test_an_override_is_red_and_the_demo_is_not() -> None:
    found = dangers(sites(site(rule=rule(override="bear in camp"))), [camera()], me(demo=True), NOW)
    assert [(danger.lead, danger.red) for danger in found] == [("Override in force", True), ("Demo park", False)]
    assert found[0].says == "Camp: bear in camp, until 2026-12-04"


def test_the_demo_says_nothing_of_the_model_that_classify_asks() -> None:
    assert "their demo scenery model" in dangers(sites(site()), [camera()], me(demo=True), NOW)[0].says


def test_a_site_in_shadow_is_no_danger() -> None:
    assert leads(sites(site(protected=False, protected_says="stage shadow: the manual watch acts")), camera()) == []


@pytest.mark.parametrize(
    ("live", "lead", "means"),
    [
        (True, "Camp ASKS FIRST", "warnings go out only after a ranger confirms since 13:00"),
        (False, "Camp: a guardrail FAILED", "the trial goes on since 13:00"),
    ],
)
def test_a_failed_guardrail_is_red_with_what_it_means_and_its_numbers(live: bool, lead: str, means: str) -> None:
    says = "2 of 30 reviewed visits were bears"
    told = NarrowedOut(guardrail="min_precision", since=NOW, says=says, live=live, technical=False)
    (line,) = dangers(sites(site(rule=rule(narrowed=[told]))), [camera()], me(), NOW)
    assert (line.lead, line.red, line.says) == (lead, True, f"{means}; precision: {says}")


def test_an_alarm_that_nobody_acknowledged_is_red_and_says_who_must_act() -> None:
    open_ = AlarmOut(
        id=1, site="camp", verdict="alarm_down", since_week="2026-W46", report=3, says="half", opened_at=NOW,
        acknowledged_by=None, acknowledged_at=None, cause=None, note=None, escalated_at=None, escalations=0,
        escalates_at=NOW,
    )  # fmt: skip
    (found,) = dangers(sites(site(alarms=[open_])), [camera()], me(), NOW)
    assert (found.lead, found.red) == ("Camp DRIFT ALARM", True)
    assert found.says == (
        "the model sees half of what it should, or less, since 2026-W46; open since 13:00: a supervisor acknowledges "
        "it on the page Sites"
    )
