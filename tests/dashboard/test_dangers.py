"""What stands in red on every page."""

from datetime import timedelta

from api.schemas.park import CameraOut, SitePage
from api.schemas.words import CameraHealth
from dashboard.dangers import dangers
from tests.dashboard.shapes import NOW, camera, me, rule, site, sites


def leads(page: SitePage, *cameras: CameraOut, demo: bool = False) -> list[str]:
    return [danger.lead for danger in dangers(page, cameras, me(demo=demo), NOW)]


def test_nothing_is_red_where_all_works() -> None:
    assert leads(sites(site()), camera()) == []


def test_a_dead_process_comes_before_everything() -> None:
    page = sites(site(stopped=True, stop_reason="ann: test"), faults=("the process work is silent",))
    assert leads(page, camera()) == ["Bearwatch itself", "Camp STOPPED"]


def test_stopping_all_is_one_line() -> None:
    page = sites(site(stopped=True, stop_reason="ann: test"), site(id="lake", stopped=True), all_stopped=True)
    assert leads(page, camera()) == ["ALL SITES STOPPED"]


def test_a_site_that_nobody_watches_is_named() -> None:
    says = "NOT protected by the model since 20:31: stage shadow; nobody has taken the watch"
    page = sites(site(protected=False, watch_needed=True, protected_says=says))
    assert [(danger.lead, danger.says) for danger in dangers(page, [], me(), NOW)] == [("Camp NOT PROTECTED", says)]


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
    assert found[0].says == "Camp until 2026-12-04: bear in camp"


def test_a_site_in_shadow_is_no_danger() -> None:
    assert leads(sites(site(protected=False, protected_says="stage shadow: the manual watch acts")), camera()) == []
