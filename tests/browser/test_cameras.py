"""The page Cameras in a real browser on the demo park: what is wrong, old view beside new, and a word on it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from store import cameras, episodes
from store.session import make_engine, transaction
from store.vocabulary import CameraFault
from tests.browser.asking import SLOW_MS, signed_in, until
from tests.browser.conftest import Running, people_at


@pytest.fixture
def as_person(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page as people of the demo; closed when the test ends."""
    with people_at(running, browser, "/cameras") as as_one:
        yield as_one


@pytest.fixture(scope="module")
def moved(running: Running) -> str:
    """A camera of the demo that was moved."""
    with signed_in(running, "sam") as sam:
        camera = str(sam.get("/cameras").raise_for_status().json()["items"][0]["id"])
    engine, now = make_engine(f"sqlite:///{running.folder / 'bearwatch.db'}"), datetime.now(UTC)
    with transaction(engine) as session:
        episodes.begin(
            session, camera, CameraFault.MOVED, since=now - timedelta(hours=2), now=now,
            says="what the camera shows has gone 8% of its width to the right and 1% of its height down",
            measured={"right_percent": 8.0},
        )  # fmt: skip
        cameras.clock_off(session, camera, timedelta(hours=-1))
    engine.dispose()
    return camera


def test_a_supervisor_sees_what_is_wrong_and_says_that_it_is_known(
    running: Running, moved: str, as_person: Callable[..., Page]
) -> None:
    page = as_person("sam")
    card = page.locator(f".st-key-camera-{moved}")
    expect(card.get_by_text("8% of its width to the right")).to_be_visible(timeout=SLOW_MS)
    expect(card.get_by_text("Mend: turn it back")).to_be_visible()
    expect(card.get_by_text("its clock is 1 h behind ours")).to_be_visible()
    expect(card.locator("figure img").first).to_be_visible()
    note = card.get_by_label("What is done about it")
    until(note, card.get_by_text("I know that it is moved").click)
    note.fill("rory goes there at noon")
    until(
        page.get_by_text("sam knows: rory goes there at noon"),
        card.get_by_role("button", name="No more reminders").click,
    )


def test_a_ranger_on_a_phone_sees_it_and_changes_nothing(moved: str, as_person: Callable[..., Page]) -> None:
    page = as_person("riley", width=390, height=844)
    card = page.locator(f".st-key-camera-{moved}")
    expect(card.get_by_text("8% of its width to the right")).to_be_visible(timeout=SLOW_MS)
    expect(card.get_by_role("button")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_accepted_view_ends_it(moved: str, as_person: Callable[..., Page]) -> None:
    page = as_person("sam")
    card = page.locator(f".st-key-camera-{moved}")
    why = card.get_by_label("Why")
    until(why, card.get_by_text("It was moved on purpose", exact=True).click)
    why.fill("a better pole")
    begun = page.get_by_text(f"The view of {moved} begins anew.")
    until(begun, card.get_by_role("button", name=f"Accept the new view of {moved}").click)
    expect(card).to_have_count(0, timeout=SLOW_MS)
