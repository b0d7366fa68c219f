"""What a tired ranger could stumble over, tried in a real browser on the demo park."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api import wiring
from api.settings import Settings
from store import reports, tables
from store.session import transaction
from tests.api.papers.bodies import doubled
from tests.browser.asking import SLOW_MS, first, signed_in, until
from tests.browser.conftest import Running
from tests.chromium import sign_in
from tests.ingest.drawings import encoded, landscape

FOUR_PLACES = re.compile(r"^[01]\.\d{4}$")
HIDDEN = "getComputedStyle(document.querySelector('.bw-boxes')).display === 'none'"

NO_MORE = "for (let timer = 0; timer < 99999; timer++) clearInterval(timer)"
"""The page asks for nothing any more, as if its server had died."""


@pytest.fixture
def as_person(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages as people of the demo; closed when the test ends."""
    opened: list[Page] = []

    def as_one(name: str, path: str = "/", **size: int) -> Page:
        page = sign_in(browser, running.url, name, running.passwords[name], **size)
        opened.append(page)
        if path != "/":
            page.goto(f"{running.url}{path}")
        return page

    yield as_one
    for page in opened:
        page.context.close()


def test_the_box_and_the_score_wait_for_the_ranger(running: Running, as_person: Callable[..., Page]) -> None:
    none_blind(running)
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    page = as_person("riley", f"/review?alert={alert['id']}")
    expect(page.get_by_role("button", name="Unsure")).to_be_visible(timeout=SLOW_MS)
    page.wait_for_selector(".bw-boxes", state="attached")
    assert f"{alert['p_bear']:.2f}" not in page.inner_text("body")
    assert page.evaluate(HIDDEN)
    until(page.get_by_role("button", name="Hide the box"), lambda: page.keyboard.press("b"))
    page.wait_for_function(f"!({HIDDEN})")
    leave(page)


def none_blind(running: Running) -> None:
    """No alert is drawn to be answered without its box."""
    with wiring.opened(Settings(data_dir=running.folder)) as system, transaction(system.engine) as session:
        session.get_one(tables.Park, 1).trust = {"blind_share": 0}


def test_a_page_left_open_on_review_holds_no_alert(running: Running, as_person: Callable[..., Page]) -> None:
    page = as_person("alex", "/review", width=390, height=844)
    expect(page.get_by_role("button", name="Unsure")).to_be_visible(timeout=60_000)
    shown = int(re.search(r"shown=(\d+)", page.url).group(1))  # type: ignore[union-attr]
    for _ in range(3):
        page.wait_for_timeout(3000)
        assert first(running, f"/{shown}")["claimed_by"] is None
    page.reload()
    expect(page.get_by_role("button", name="Unsure")).to_be_visible(timeout=SLOW_MS)
    page.wait_for_timeout(3000)
    assert first(running, f"/{shown}")["claimed_by"] is None
    until(page.get_by_role("button", name="Leave it to somebody else"), lambda: page.keyboard.press("l"))
    assert first(running, f"/{shown}")["claimed_by"] is not None
    leave(page)
    assert first(running, f"/{shown}")["claimed_by"] is None


def test_an_alert_that_was_opened_by_a_link_is_not_claimed_again_by_the_page(
    running: Running, as_person: Callable[..., Page]
) -> None:
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    page = as_person("ada", f"/review?alert={alert['id']}")
    expect(page.get_by_role("button", name="Leave it to somebody else")).to_be_visible(timeout=SLOW_MS)
    assert first(running, f"/{alert['id']}")["claimed_by"] == "ada"
    leave(page)
    page.goto(f"{running.url}/review?shown={alert['id']}")
    expect(page.get_by_role("button", name="I am looking")).to_be_visible(timeout=SLOW_MS)
    page.wait_for_timeout(6000)
    assert first(running, f"/{alert['id']}")["claimed_by"] is None


def test_a_stopped_site_says_before_the_answer_that_no_warning_goes_out(
    running: Running, as_person: Callable[..., Page]
) -> None:
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    page = as_person("sam", f"/review?alert={alert['id']}", width=390, height=844)
    expect(page.get_by_text("Only “Bear” sends a warning")).to_be_visible(timeout=SLOW_MS)
    change(running, "sam", "/stop", site="creek-camp", reason="drill")
    try:
        expect(page.get_by_text("“Bear” sends NO WARNING")).to_be_visible(timeout=SLOW_MS)
        expect(page.get_by_text("Only “Bear” sends a warning")).to_have_count(0, timeout=SLOW_MS)
    finally:
        for name in ("sam", "ada"):
            change(running, name, "/stop", site="creek-camp", lift=True)
    expect(page.get_by_text("Only “Bear” sends a warning")).to_be_visible(timeout=SLOW_MS)
    leave(page)


def test_a_supervisor_who_looks_pushes_no_ranger_aside(running: Running, as_person: Callable[..., Page]) -> None:
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    riley = as_person("riley", f"/review?alert={alert['id']}")
    expect(riley.get_by_role("button", name="Unsure")).to_be_visible(timeout=SLOW_MS)
    sam = as_person("sam", f"/review?alert={alert['id']}")
    expect(sam.get_by_text("riley is looking at this alert")).to_be_visible(timeout=SLOW_MS)
    expect(sam.get_by_role("button", name="Unsure")).to_have_count(0, timeout=SLOW_MS)
    until(riley.get_by_text("sam is looking at this alert"), sam.get_by_role("button", name="Take it over").click)
    leave(sam)


def test_an_auditor_may_look_and_not_answer(running: Running, as_person: Callable[..., Page]) -> None:
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    page = as_person("audrey", f"/review?alert={alert['id']}")
    expect(page.get_by_text("rangers answer it")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Unsure")).to_have_count(0, timeout=SLOW_MS)


def test_a_number_typed_in_a_note_is_no_answer_and_an_answer_can_be_changed(
    running: Running, as_person: Callable[..., Page]
) -> None:
    alert = first(running, "?state=sent&site=upper-meadow")
    page = as_person("riley", f"/review?alert={alert['id']}", width=390, height=844)
    page.get_by_text("Species or a note").click(timeout=SLOW_MS)
    page.get_by_label("Note").press_sequentially("2 cubs, 1 sow")
    page.get_by_label("Note").blur()
    page.wait_for_timeout(1500)
    assert first(running, f"/{alert['id']}")["verdict"] is None
    until(page.get_by_text("went out was right", exact=False).first, lambda: twice(page, "1"))
    answered = first(running, f"/{alert['id']}")
    assert (answered["state"], answered["verdict"]) == ("reviewed", "bear")
    other = page.get_by_role("button", name="It was not a bear")
    until(other, page.get_by_text("Change the answer").click)
    until(page.get_by_text("Dismissed", exact=False).first, other.click)
    assert first(running, f"/{alert['id']}")["state"] == "dismissed"


def test_a_proposal_shows_what_it_lacks_and_can_be_withdrawn(as_person: Callable[..., Page]) -> None:
    page = as_person("ada", "/sites")
    page.get_by_text("Propose another rule").nth(1).click(timeout=SLOW_MS)
    form = page.get_by_test_id("stForm").nth(1)
    form.get_by_label("Why this rule").fill("two bears were seen this week")
    form.get_by_role("radio", name="trial").click()
    lacks = page.get_by_text("exit checklist: shadow days", exact=True)
    until(lacks, lambda: form.get_by_role("button", name="Propose").click())
    expect(page.get_by_role("button", name="Approve revision")).to_have_count(0, timeout=SLOW_MS)
    until(page.get_by_text("is withdrawn"), lambda: page.get_by_role("button", name="Withdraw").first.click())


def test_an_admin_sees_what_a_step_needs_and_what_a_rule_would_have_done(as_person: Callable[..., Page]) -> None:
    page = as_person("ada", "/sites", width=390, height=844)
    expect(page.locator(".bw-steps li.bw-here").first).to_be_visible(timeout=SLOW_MS)
    needs = page.get_by_text("Next step: what it needs").first
    until(page.get_by_text("Exit checklist, to").first, lambda: needs.click(timeout=SLOW_MS))
    expect(page.get_by_text("shadow days").first).to_be_visible(timeout=SLOW_MS)
    expect(page.locator(".bw-sketch").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_text("Propose another rule").first.click()
    form = page.get_by_test_id("stForm").first
    form.get_by_role("radio", name="trial").click()
    look = form.get_by_role("button", name="What would it have done?")
    until(page.get_by_text("Nothing is proposed yet").first, lambda: look.click(timeout=SLOW_MS))
    expect(page.get_by_text("What it would have done:").first).to_be_visible(timeout=SLOW_MS)
    expect(page.locator(".bw-week").nth(1)).to_be_visible()


def test_an_upload_is_classified_and_a_broken_one_says_why(as_person: Callable[..., Page], tmp_path: Path) -> None:
    picture, broken = tmp_path / "seen.jpg", tmp_path / "notes.jpg"
    picture.write_bytes(encoded(landscape(640, 480), ".jpg"))
    broken.write_text("this is no picture")
    page = as_person("riley", "/classify", width=390, height=844)
    page.set_input_files("input[type=file]", picture, timeout=SLOW_MS)
    expect(page.get_by_text(FOUR_PLACES).first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text(re.compile(r"alled a bear: [01]\.\d{4}, (above|below) the threshold"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"day · .*\([01]\.\d{3}\)"))).to_be_visible()
    expect(page.locator(".bw-bar b")).to_have_count(7, timeout=SLOW_MS)
    expect(page.locator(".bw-picture img")).to_be_visible(timeout=SLOW_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_input_files("input[type=file]", broken)
    expect(page.get_by_text("cannot be classified")).to_be_visible(timeout=SLOW_MS)


def test_a_photo_of_the_devices_camera_is_classified(as_person: Callable[..., Page]) -> None:
    page = as_person("riley", "/classify", width=390, height=844)
    page.get_by_role("radio", name="Take a photo").click(timeout=SLOW_MS)
    take = page.get_by_role("button", name="Take Photo")
    until(page.get_by_text("alled a bear:"), lambda: take.click(timeout=SLOW_MS))
    expect(page.locator(".bw-picture img")).to_be_visible(timeout=SLOW_MS)


def test_a_first_password_is_shown_until_it_is_noted(as_person: Callable[..., Page]) -> None:
    page = as_person("ada", "/people")
    page.get_by_text("Add somebody").click(timeout=SLOW_MS)
    page.get_by_label("Name", exact=True).fill("morgan")
    until(page.get_by_text("Note it now"), lambda: page.get_by_role("button", name="Add", exact=True).click())
    page.get_by_role("button", name="I have noted it").click()
    expect(page.get_by_text("Note it now")).to_have_count(0, timeout=SLOW_MS)


def test_a_silent_page_does_not_look_fresh(as_person: Callable[..., Page]) -> None:
    page = as_person("riley")
    expect(page.get_by_text("cameras alive").first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("no longer fresh")).to_be_hidden(timeout=SLOW_MS)
    page.evaluate(
        "window.setTimeout = window.setInterval = () => 0; for (let i = 0; i < 99999; i++) clearInterval(i)"
    )
    expect(page.get_by_text("no longer fresh")).to_be_visible(timeout=SLOW_MS)


def twice(page: Page, key: str) -> None:
    """Press it two times, as an impatient thumb does."""
    for _ in range(2):
        page.keyboard.press(key)


def leave(page: Page) -> None:
    """Give the alert back, so that others may answer it."""
    until(page.get_by_text("cameras alive").first, page.get_by_role("button", name="Leave it to somebody else").click)


def change(running: Running, name: str, path: str, **told: object) -> None:
    """One change over HTTP, as this person."""
    with signed_in(running, name) as client:
        client.post(path, json=told).raise_for_status()


def test_a_weekly_report_is_read_on_a_phone_with_its_pictures(
    running: Running, as_person: Callable[..., Page]
) -> None:
    keep_a_report(running)
    page = as_person("sam", "/reports?site=creek-camp", width=390, height=844)
    expect(page.get_by_text("Alarm: doubled against the manual watch").first).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("img.bw-chart")).to_have_count(3, timeout=SLOW_MS)
    assert page.evaluate("[...document.querySelectorAll('img.bw-chart')].every(one => one.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{running.url}/api/v1/reports/creek-camp/2026-W47.html")
    expect(page.get_by_role("status")).to_contain_text("Alarm: doubled")
    page.get_by_text("Recall: what each side found").click()
    expect(page.get_by_text("27 of 35", exact=True)).to_be_visible()


def keep_a_report(running: Running) -> None:
    """A report of Creek camp, as the clock would have left it."""
    body = {**doubled(), "site": "creek-camp"}
    now = wiring.now()
    with wiring.opened(Settings(data_dir=running.folder)) as system, transaction(system.engine) as session:
        reports.keep(
            session, "creek-camp", "2026-W47", verdict="alarm_up", body=body, inputs="ef" * 32, as_of=now, now=now
        )  # fmt: skip
