"""What is watched, in a real browser on the demo park: drawn by hand, entered as numbers, shown to everybody."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.asking import SLOW_MS, TRIES, choose, signed_in, until
from tests.browser.conftest import Running, people_at

pytestmark = pytest.mark.long


@pytest.fixture
def as_person(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page as people of the demo; closed when the test ends."""
    with people_at(running, browser, "/cameras") as as_one:
        yield as_one


def watched(page: Page, camera: str) -> None:
    """Open the section at one camera."""
    picked = page.get_by_role("combobox", name="Camera")
    until(picked, page.get_by_text("What is watched", exact=True).click)
    choose(page, picked, camera, page.locator(".st-key-part-picture, .bw-parts").first)


def test_an_admin_draws_a_mask_on_the_picture_and_everybody_sees_it(
    running: Running, as_person: Callable[..., Page]
) -> None:
    with signed_in(running, "ada") as ada:
        camera = str(ada.get("/cameras").raise_for_status().json()["items"][0]["id"])
    page = as_person("ada")
    watched(page, camera)
    chart = page.locator(".st-key-part-picture .marks").first
    expect(chart).to_be_visible(timeout=SLOW_MS)
    left = page.get_by_role("spinbutton", name="Left %")

    def drag() -> None:
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.25 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.4 * box["height"], steps=4)
        page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.75 * box["height"], steps=4)
        page.mouse.up()

    for _ in range(TRIES):
        drag()
        with suppress(AssertionError):
            expect(left).to_have_value("50", timeout=SLOW_MS / 4)
            break
    page.get_by_label("Why is it drawn").fill("a flag moves there")
    drawn = page.get_by_text(f"Drawn at {camera}.")
    until(drawn, page.get_by_role("button", name=f"Draw it at {camera}").click)
    with signed_in(running, "riley") as riley:
        found = riley.get(f"/cameras/{camera}/masks").raise_for_status().json()
    assert 0.09 < found["unwatched_day"] < 0.16
    phone = as_person("riley", width=390, height=844)
    watched(phone, camera)
    expect(phone.locator(".bw-parts .bw-hidden")).to_be_visible(timeout=SLOW_MS)
    expect(phone.get_by_role("button", name=f"Draw it at {camera}")).to_have_count(0)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
