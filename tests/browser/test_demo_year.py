"""The simulated year in a real browser: a new user moves its clock."""

import re
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import demo_park
from tests.chromium import sign_in


@pytest.mark.long
def test_a_new_user_sees_five_stories_and_moves_the_clock(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> None:
    with demo_park(tmp_path_factory.mktemp("year")) as running:
        end = time.monotonic() + 120
        while not list(running.folder.glob("demo-year-*.db")):
            assert time.monotonic() < end
            time.sleep(0.5)
        page = sign_in(browser, running.url, "riley", running.passwords["riley"], width=390, height=844)
        page.goto(f"{running.url}/demo-year")
        expect(page.get_by_text("SIMULATED", exact=True)).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Week 52 of 52")).to_be_visible(timeout=60_000)
        for verdict in ("Consistent with", "Alarm: doubled", "Data fault", "Nobody watched:", "Not enough data"):
            expect(page.get_by_text(verdict, exact=False).first).to_be_visible()
        page.get_by_role("button", name="A week back").click()
        expect(page.get_by_text("Week 51 of 52")).to_be_visible(timeout=60_000)
        page.get_by_text(re.compile("^Twin creek: the pictures")).click()
        expect(page.get_by_text("How sure are we").locator("visible=true")).to_have_count(1)
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
