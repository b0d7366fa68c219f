"""The page Unrecognised in a real browser on the demo park: a picture gets its camera, another is discarded."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from ingest.handed import Desk, Handed, take_in
from ingest.intake import Intake
from ingest.recognition import Claims
from store.archive import FolderArchive
from store.session import make_engine
from store.vocabulary import Door
from tests.browser.asking import SLOW_MS, open_more, signed_in, until
from tests.browser.conftest import Running, people_at
from tests.ingest.desks import picture

pytestmark = pytest.mark.long

SENDER = "who@else.example"


@pytest.fixture
def as_person(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page as people of the demo; closed when the test ends."""
    with people_at(running, browser, "/unrecognised") as as_one:
        yield as_one


@pytest.fixture
def waiting(running: Running) -> Iterator[list[int]]:
    """Two mailed pictures of no known camera, and one file that was refused."""
    engine = make_engine(f"sqlite:///{running.folder / 'bearwatch.db'}")
    intake = Intake(engine=engine, archive=FolderArchive(running.folder / "archive"), data_dir=running.folder)
    desk = Desk(intake=intake, limit_bytes=1_000_000, held_bytes=10_000_000)
    files = [("first.jpg", picture(serial="X8")), ("second.jpg", picture(serial="X9")), ("note.txt", b"hello")]
    yield [
        take_in(
            desk, Handed(door=Door.MAIL, name=name, data=data, claims=Claims(mail=SENDER)), now=datetime.now(UTC)
        ).held
        or 0
        for name, data in files
    ]
    engine.dispose()


def test_an_admin_gives_a_picture_its_camera_discards_one_and_tries_a_refused_one_again(
    running: Running, waiting: list[int], as_person: Callable[..., Page]
) -> None:
    with signed_in(running, "ada") as ada:
        camera = str(ada.get("/cameras").raise_for_status().json()["items"][0]["id"])
    page = as_person("ada")
    first, second = (page.locator(f".st-key-held-{number}") for number in waiting[:2])
    expect(first.get_by_text(f"no camera is known by mail {SENDER}, make RECONYX, serial X8")).to_be_visible(
        timeout=SLOW_MS
    )
    expect(first.locator("img")).to_be_visible()
    expect(page.get_by_role("button", name="Unrecognised (2)")).to_be_visible()
    take = first.get_by_role("button", name=f"Take it in for {camera}")
    until(take, lambda: first.get_by_text(camera, exact=True).click(timeout=SLOW_MS))
    until(page.get_by_text(f"first.jpg: taken, camera {camera}."), lambda: take.click(timeout=SLOW_MS))
    expect(first).to_have_count(0, timeout=SLOW_MS)
    until(page.get_by_text("second.jpg: discarded;"), second.get_by_role("button", name="Discard").click)
    expect(page.get_by_text("No picture waits for its camera.")).to_be_visible(timeout=SLOW_MS)
    refused = page.locator(f".st-key-refused-{waiting[2]}")
    until(refused, page.get_by_text("What the doors refused (1)").click)
    again = refused.get_by_role("button", name="Try again")
    until(page.get_by_text("note.txt: refused: this is neither a picture"), again.click)


def test_on_a_phone_nothing_is_cut_off_and_a_supervisor_is_told_who_settles_it(
    waiting: list[int], as_person: Callable[..., Page]
) -> None:
    phone = as_person("ada", width=390, height=844)
    expect(phone.get_by_text("What the doors refused")).to_be_visible(timeout=SLOW_MS)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    other = as_person("sam")
    expect(other.get_by_text("This page is for admins of the whole park")).to_be_visible(timeout=SLOW_MS)
    open_more(other)
    expect(other.get_by_test_id("stPageLink").filter(has_text="Unrecognised")).to_have_count(0)
