"""The red button and "NOT PROTECTED" on every page of a phone, and the pages for whoever answers for the park."""

import csv
import io
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api import audit_file
from tests.browser.asking import SLOW_MS, open_more, signed_in, until
from tests.browser.conftest import Running, people_at

PHONE = {"width": 390, "height": 844}
PAGES = ("/", "/review", "/wall", "/sites", "/cameras", "/classify", "/park", "/people")


@pytest.fixture
def at_park(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page Park as people of the demo."""
    with people_at(running, browser, "/park") as opened:
        yield opened


@pytest.fixture
def at_audit(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page Audit as people of the demo."""
    with people_at(running, browser, "/audit") as opened:
        yield opened


def test_the_stop_is_one_press_and_a_reason_from_every_page_of_a_phone(
    running: Running, at_park: Callable[..., Page]
) -> None:
    page = at_park("riley", **PHONE)
    for path in PAGES:
        page.goto(f"{running.url}{path}")
        red = page.locator(".st-key-stop-now button").first
        expect(red).to_be_visible(timeout=SLOW_MS)
        box = red.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert 0 <= box["x"] <= PHONE["width"] - box["width"]
    page.goto(f"{running.url}/cameras")
    why = page.get_by_label("Why (optional)")
    until(why, lambda: page.locator(".st-key-stop-now button").first.click())
    why.fill("a drill")
    until(
        page.get_by_text("Upper meadow STOPPED"), lambda: page.get_by_role("button", name="Stop Upper meadow").click()
    )
    with signed_in(running, "audrey") as client:
        (entry,) = client.get("/audit", params={"kind": "stop"}).json()["items"]
        assert (entry["who"], entry["says"]) == ("riley", "stopped: a drill")


def test_not_protected_stands_on_every_page_until_somebody_takes_the_watch(
    running: Running, at_park: Callable[..., Page]
) -> None:
    with signed_in(running, "sam") as client:
        client.post("/stop", json={"site": "creek-camp", "reason": "a drill"}).raise_for_status()
    page = at_park("riley", **PHONE)
    for path in PAGES:
        page.goto(f"{running.url}{path}")
        expect(page.get_by_text("Creek camp STOPPED, NOT PROTECTED").first).to_be_visible(timeout=SLOW_MS)
    with signed_in(running, "riley") as client:
        client.post("/sites/creek-camp/watch-accept").raise_for_status()
        client.post("/sites/upper-meadow/watch-accept").raise_for_status()
    expect(page.get_by_text("NOT PROTECTED")).to_have_count(0, timeout=SLOW_MS)
    expect(page.get_by_text("Creek camp STOPPED").first).to_be_visible(timeout=SLOW_MS)


def test_the_park_says_what_is_due_and_how_much_was_protected(at_park: Callable[..., Page]) -> None:
    page = at_park("audrey")
    expect(page.get_by_text("override ends").first).to_be_visible(timeout=SLOW_MS)
    protected = re.compile("hours in scope in the last 4 weeks|have only just begun")
    expect(page.get_by_text(protected).first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("Trial: warnings go out once a ranger confirms")).to_be_visible()
    expect(page.locator(".st-key-stop-now")).to_have_count(0)


def test_an_auditor_filters_the_chain_and_takes_it_home(at_audit: Callable[..., Page]) -> None:
    page = at_audit("audrey")
    expect(page.get_by_text("On which evidence").first).to_be_visible(timeout=SLOW_MS)
    with page.expect_download() as found:
        page.get_by_role("link", name="As a table (CSV)").click()
    file = found.value.path()
    with file.open(newline="") as opened:
        rows = list(csv.DictReader(io.StringIO(opened.read())))
    assert rows[0]["number"] == "1"
    whole = file.rename(file.with_suffix(".csv"))
    assert audit_file.verify(whole).ok


def test_a_past_minute_says_which_rule_was_in_force(at_audit: Callable[..., Page]) -> None:
    page = at_audit("audrey", **PHONE)
    until(page.get_by_text("A bear would have been"), lambda: page.get_by_role("tab", name="What held then").click())
    expect(page.get_by_text("because:")).to_be_visible(timeout=SLOW_MS)


def test_every_decision_stands_with_its_reason(at_audit: Callable[..., Page]) -> None:
    page = at_audit("audrey")
    until(page.get_by_text("NOTHING_FOUND").first, lambda: page.get_by_role("tab", name="Decisions").click())


def test_a_ranger_has_no_page_audit(running: Running, at_audit: Callable[..., Page]) -> None:
    page = at_audit("riley")
    expect(page.get_by_text("this is for admins and auditors")).to_be_visible(timeout=SLOW_MS)
    open_more(page)
    expect(page.get_by_role("link", name="Audit")).to_have_count(0)
