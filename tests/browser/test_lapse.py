"""The time-lapse in a real browser: an hour is chosen and played by keys, and what is missing of it says why."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from ingest import footage
from ingest.timelapse import HOUR
from store import episodes, timelapse
from store.archive import FolderArchive
from store.session import make_engine, transaction
from store.vocabulary import CameraFault
from tests.browser.asking import SLOW_MS, signed_in
from tests.browser.conftest import Running, people_at

PICTURES = 60
"""Ten minutes of the hour, from its twentieth minute on."""


@pytest.fixture
def as_person(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page as people of the demo; closed when the test ends."""
    with people_at(running, browser, "/time-lapse") as as_one:
        yield as_one


@pytest.fixture(scope="module")
def lapsed(running: Running) -> datetime:
    """An hour that was drawn for the first camera, with its pictures and a time in which the camera was covered."""
    with signed_in(running, "ada") as ada:
        sites = ada.get("/sites").raise_for_status().json()["items"]
        cameras = ada.get("/cameras").raise_for_status().json()["items"]
    camera = next(str(one["id"]) for one in cameras if one["site"] == sites[0]["id"])
    begins = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=2)
    archive, engine = (
        FolderArchive(running.folder / "archive"),
        make_engine(f"sqlite:///{running.folder}/bearwatch.db"),
    )
    kept = [archive.put(drawn(number)) for number in range(PICTURES)]
    with transaction(engine) as session:
        before = begins - timedelta(hours=1)
        timelapse.draw(session, camera, begins.date(), [(begins, 2 / 24)], seed=1, now=before)
        hour = timelapse.running(session, camera, at=begins, lasts=HOUR)
        assert hour is not None
        for number, digest in enumerate(kept):
            at = begins + timedelta(minutes=20, seconds=10 * number)
            timelapse.keep(session, hour.id, taken_at=at, sha256=digest, size_bytes=1)
        begun = begins + timedelta(minutes=40)
        row = episodes.begin(session, camera, CameraFault.COVERED, since=begun, now=begun, says="", measured={})
        row.ended_at = begins + timedelta(minutes=50)
    engine.dispose()
    return begins


def drawn(number: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(footage.render("creek", 2 + number / 2, seed=3)).save(out, "JPEG", quality=80)
    return out.getvalue()


def test_an_hour_is_played_by_keys_and_its_gaps_say_why(lapsed: datetime, as_person: Callable[..., Page]) -> None:
    page = as_person("riley")
    stage = page.locator(".stage")
    expect(stage.get_by_text("not kept")).to_be_visible(timeout=SLOW_MS)
    says = page.locator(".says")
    expect(says).to_have_text("1 of 64")
    page.keyboard.press("ArrowRight")
    expect(stage.locator("img")).to_be_visible(timeout=SLOW_MS)
    expect(says).to_have_text("2 of 64")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("120 ×")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play or stop")).to_have_text("Stop")
    expect(says).to_have_text("64 of 64", timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Play or stop")).to_have_text("Play")
    page.keyboard.press("ArrowLeft")
    expect(stage.locator(".card")).to_contain_text("camera blind: covered", timeout=SLOW_MS)


def test_the_player_fits_a_phone_and_is_pressed_there(lapsed: datetime, as_person: Callable[..., Page]) -> None:
    page = as_person("riley", width=390, height=844)
    expect(page.locator(".stage")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="One picture on").click()
    expect(page.locator(".stage img")).to_be_visible(timeout=SLOW_MS)
    line = page.locator(".line")
    box = line.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + 24)
    expect(page.locator(".says")).to_have_text("26 of 64")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
