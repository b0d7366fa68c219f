"""Repeated false alarms and known bears in a real browser: proposed, accepted by an admin, seen by a ranger."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from rollout import quieting
from store.session import make_engine, transaction
from tests.browser.asking import SLOW_MS, first, signed_in, until
from tests.browser.conftest import Running, people_at
from tests.rollout.dismissing import days_before

pytestmark = pytest.mark.long


@pytest.fixture
def as_person(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page as people of the demo; closed when the test ends."""
    with people_at(running, browser, "/cameras") as as_one:
        yield as_one


@pytest.fixture(scope="module")
def proposed(running: Running) -> tuple[str, int]:
    """A camera of the demo with a proposal, and that."""
    alert = first(running, "?state=pending")
    number, camera = int(str(alert["id"])), str(alert["camera"])
    with signed_in(running, "riley") as riley:
        riley.post(f"/alerts/{number}/review", json={"verdict": "not_bear"}).raise_for_status()
        engine, now = make_engine(f"sqlite:///{running.folder / 'bearwatch.db'}"), datetime.now(UTC)
        with transaction(engine) as session:
            days_before(session, number)
            quieting.keep(session, now=now)
        engine.dispose()
        (item,) = riley.get("/quiet-places").raise_for_status().json()["items"]
    return camera, int(item["id"])


def test_an_admin_accepts_a_proposal_until_a_day_and_a_ranger_on_a_phone_sees_it(
    running: Running, proposed: tuple[str, int], as_person: Callable[..., Page]
) -> None:
    camera, number = proposed
    page = as_person("ada")
    card = page.locator(f".st-key-quiet-{number}")
    until(card, page.get_by_text("Repeated false alarms (1 proposed)").click)
    expect(card.get_by_text(f"Proposed at {camera}")).to_be_visible()
    expect(card.locator("img").first).to_be_visible(timeout=SLOW_MS)
    card.get_by_label("Why").fill("a stump")
    accepted = page.get_by_text("It asks nobody by itself until then.")
    until(accepted, card.get_by_role("button", name="Accept until then").click)
    with signed_in(running, "audrey") as audrey:
        (item,) = audrey.get("/quiet-places", params={"camera": camera}).raise_for_status().json()["items"]
    assert (item["state"], item["settled_by"], item["why"]) == ("accepted", "ada", "a stump")
    phone = as_person("riley", width=390, height=844)
    expect(phone.get_by_text("a bear seen only in a quiet place asks NOBODY").first).to_be_visible(timeout=SLOW_MS)
    again = phone.locator(f".st-key-quiet-{number}")
    until(again, phone.get_by_text("Repeated false alarms (0 proposed)").click)
    expect(again.get_by_text("ada accepted it: a stump")).to_be_visible()
    expect(again.get_by_role("button")).to_have_count(0)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_says_how_each_cameras_known_bear_fared(as_person: Callable[..., Page]) -> None:
    page = as_person("riley")
    table = page.get_by_text("What was played")
    until(table, page.get_by_text("Known bears, once a day").click)
    expect(page.get_by_text("the drawn bear").first).to_be_visible(timeout=SLOW_MS * 2)
