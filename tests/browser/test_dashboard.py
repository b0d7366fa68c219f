"""What a tired ranger could stumble over, tried in a real browser on the demo park."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running
from tests.chromium import sign_in
from tests.ingest.drawings import encoded, landscape

SLOW_MS = 30_000
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
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    page = as_person("riley", f"/review?alert={alert['id']}")
    expect(page.get_by_role("button", name="Unsure")).to_be_visible(timeout=SLOW_MS)
    page.wait_for_selector(".bw-boxes", state="attached")
    assert f"{alert['p_bear']:.2f}" not in page.inner_text("body")
    assert page.evaluate(HIDDEN)
    page.keyboard.press("b")
    page.wait_for_function(f"!({HIDDEN})")
    leave(page)


def test_a_supervisor_who_looks_pushes_no_ranger_aside(running: Running, as_person: Callable[..., Page]) -> None:
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    riley = as_person("riley", f"/review?alert={alert['id']}")
    expect(riley.get_by_role("button", name="Unsure")).to_be_visible(timeout=SLOW_MS)
    sam = as_person("sam", f"/review?alert={alert['id']}")
    expect(sam.get_by_text("riley is looking at this alert")).to_be_visible(timeout=SLOW_MS)
    assert sam.get_by_role("button", name="Unsure").count() == 0
    sam.get_by_role("button", name="Take it over").click()
    expect(riley.get_by_text("sam is looking at this alert")).to_be_visible(timeout=SLOW_MS)
    leave(sam)


def test_an_auditor_may_look_and_not_answer(running: Running, as_person: Callable[..., Page]) -> None:
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    page = as_person("audrey", f"/review?alert={alert['id']}")
    expect(page.get_by_text("rangers answer it")).to_be_visible(timeout=SLOW_MS)
    assert page.get_by_role("button", name="Unsure").count() == 0


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
    page.keyboard.press("1")
    page.keyboard.press("1")
    expect(page.get_by_text("went out was right", exact=False).first).to_be_visible(timeout=SLOW_MS)
    answered = first(running, f"/{alert['id']}")
    assert (answered["state"], answered["verdict"]) == ("reviewed", "bear")
    page.get_by_text("Change the answer").click()
    page.get_by_role("button", name="It was not a bear").click()
    expect(page.get_by_text("Dismissed", exact=False).first).to_be_visible(timeout=SLOW_MS)
    assert first(running, f"/{alert['id']}")["state"] == "dismissed"


def test_a_proposal_shows_what_it_lacks_and_can_be_withdrawn(as_person: Callable[..., Page]) -> None:
    page = as_person("ada", "/sites")
    page.get_by_text("Propose another rule").nth(1).click(timeout=SLOW_MS)
    form = page.get_by_test_id("stForm").nth(1)
    form.get_by_label("Why this rule").fill("two bears were seen this week")
    form.get_by_role("radio", name="trial").click()
    form.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("exit checklist", exact=True)).to_be_visible(timeout=SLOW_MS)
    assert page.get_by_role("button", name="Approve revision").count() == 0
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("is withdrawn")).to_be_visible(timeout=SLOW_MS)


def test_an_upload_is_classified_and_a_broken_one_says_why(as_person: Callable[..., Page], tmp_path: Path) -> None:
    picture, broken = tmp_path / "seen.jpg", tmp_path / "notes.jpg"
    picture.write_bytes(encoded(landscape(640, 480), ".jpg"))
    broken.write_text("this is no picture")
    page = as_person("riley", "/classify", width=390, height=844)
    page.set_input_files("input[type=file]", picture, timeout=SLOW_MS)
    expect(page.get_by_text("the threshold", exact=False)).to_be_visible(timeout=SLOW_MS)
    page.set_input_files("input[type=file]", broken)
    expect(page.get_by_text("cannot be classified")).to_be_visible(timeout=SLOW_MS)


def test_a_first_password_is_shown_once(as_person: Callable[..., Page]) -> None:
    page = as_person("ada", "/people")
    page.get_by_text("Add somebody").click(timeout=SLOW_MS)
    page.get_by_label("Name", exact=True).fill("morgan")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("It is not shown again")).to_be_visible(timeout=SLOW_MS)
    page.get_by_text("Audit: who changed what").click()
    expect(page.get_by_text("morgan is ranger")).to_be_visible(timeout=SLOW_MS)
    assert page.get_by_text("It is not shown again").count() == 0


def test_a_silent_page_does_not_look_fresh(as_person: Callable[..., Page]) -> None:
    page = as_person("riley")
    expect(page.get_by_text("cameras alive").first).to_be_visible(timeout=SLOW_MS)
    assert not page.get_by_text("no longer fresh").is_visible()
    page.evaluate(
        "window.setTimeout = window.setInterval = () => 0; for (let i = 0; i < 99999; i++) clearInterval(i)"
    )
    expect(page.get_by_text("no longer fresh")).to_be_visible(timeout=SLOW_MS)


def leave(page: Page) -> None:
    """Give the alert back, so that others may answer it."""
    page.get_by_role("button", name="Leave it to somebody else").click()
    expect(page.get_by_text("cameras alive").first).to_be_visible(timeout=SLOW_MS)


def first(running: Running, query: str) -> dict[str, object]:
    """The alert, as an auditor reads it over HTTP, once there is one."""
    with httpx.Client(base_url=f"{running.url}/api/v1", timeout=10) as client:
        client.post("/session", json={"name": "audrey", "password": running.passwords["audrey"]}).raise_for_status()
        end = time.monotonic() + 60
        while True:
            told = client.get(f"/alerts{query}").raise_for_status().json()
            items = told.get("items", [told])
            if items:
                return dict(items[0])
            assert time.monotonic() < end, query
            time.sleep(0.5)
