"""The demo park in a real browser, as its README promises it."""

import json
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.asking import first, until
from tests.browser.conftest import Running
from tests.chromium import sign_in

PAGES = ("", "review", "wall", "sites", "classify", "people")


def test_within_a_minute_there_is_something_to_look_at(running: Running, browser: Browser) -> None:
    page = sign_in(browser, running.url, "riley", running.passwords["riley"])
    expect(page.get_by_role("button", name="Review").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("NOT SENT").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("cameras alive").first).to_be_visible()


def test_a_ranger_answers_by_key_and_only_then_the_warning_lies_there(running: Running, browser: Browser) -> None:
    page = sign_in(browser, running.url, "riley", running.passwords["riley"], width=390, height=844)
    alert = int(str(first(running, "?state=pending&site=creek-camp")["id"]))
    page.goto(f"{running.url}/review?alert={alert}")
    expect(page.get_by_role("button", name="Bear", exact=False).first).to_be_visible(timeout=30_000)
    assert "%" not in page.inner_text("body")
    assert _warnings(running, alert) == []
    until(page.get_by_text("model saw", exact=False), lambda: page.keyboard.press("1"))
    end = time.monotonic() + 20
    while not _warnings(running, alert):
        assert time.monotonic() < end
        time.sleep(0.3)
    assert len(_warnings(running, alert)) >= 1


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_shows_a_fault_or_is_wider_than_the_screen(running: Running, browser: Browser, width: int) -> None:
    page = sign_in(browser, running.url, "ada", running.passwords["ada"], width=width, height=844)
    for name in PAGES:
        page.goto(f"{running.url}/{name}")
        page.wait_for_selector("[data-testid=stMain]", timeout=30_000)
        page.wait_for_timeout(2500)
        expect(page.locator("[data-testid=stException]"), name).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_pages_are_for_people_who_are_signed_in(running: Running, browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{running.url}/review?alert=1")
    assert page.url.startswith(f"{running.url}/sign-in?next=")
    assert page.goto(f"{running.url}/nothing").status == 404  # type: ignore[union-attr]


def test_an_admin_stops_a_site_with_one_press(running: Running, browser: Browser) -> None:
    page = sign_in(browser, running.url, "ada", running.passwords["ada"])
    page.goto(f"{running.url}/sites")
    page.get_by_role("button", name="STOP Upper meadow").click(timeout=30_000)
    expect(page.get_by_text("NOT protected", exact=False).first).to_be_visible(timeout=20_000)


def _warnings(running: Running, alert: int) -> list[dict[str, object]]:
    told = [json.loads(path.read_text()) for path in (running.folder / "outbox").glob("*.json")]
    return [one for one in told if one["kind"] == "warning" and one.get("alert") == alert]
