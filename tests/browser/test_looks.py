"""Looks on the page Review, in a browser: they look like alerts, give way to one, and say what they were."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from api import auth, wiring
from ingest import footage
from ingest.sources import shot_of
from rollout.blind import drawn
from store import looks, people, tables
from store.archive import FolderArchive
from store.looks import Taken
from store.session import Engine, make_engine, reading, transaction
from store.vocabulary import LookKind, Role, Verdict
from tests.browser.asking import SLOW_MS, first, signed_in, until
from tests.browser.conftest import Running
from tests.chromium import sign_in

PASSWORD = "the word of maya"


@pytest.fixture(scope="module")
def engine(running: Running) -> Iterator[Engine]:
    """The demo's database, with a ranger of the orchard, where nobody is asked about alerts."""
    opened = make_engine(f"sqlite:///{running.folder / 'bearwatch.db'}")
    with transaction(opened) as session:
        auth.add_person(
            session, name="maya", role=Role.RANGER, sites=["old-orchard"], password_hash=auth.hashed(PASSWORD),
            must_change=False, by="test", now=wiring.now(),
        )  # fmt: skip
    yield opened
    opened.dispose()


def known_footage(running: Running, engine: Engine, *, pictures: int = 3) -> int:
    """A test at the orchard: drawn scenery without a bear."""
    now, archive = wiring.now(), FolderArchive(running.folder / "archive")
    digests = [
        archive.put(shot_of(footage.render("lot", number * 3.0, seed=2), 0).picture) for number in range(pictures)
    ]
    with transaction(engine) as session:
        row = tables.Look(
            kind=LookKind.SEEDED, truth=Verdict.NOT_BEAR, site_id="old-orchard", camera_id="orchard-lot",
            since=now - timedelta(hours=9), until=now - timedelta(hours=8), made_at=now, turn=1, source="test",
        )  # fmt: skip
        taken = [Taken(camera="orchard-lot", at=now - timedelta(hours=9), sha256=one) for one in digests]
        return looks.add(session, row, taken).id


def as_maya(browser: Browser, running: Running, *, width: int = 390, height: int = 844) -> Page:
    page = sign_in(browser, running.url, "maya", PASSWORD, width=width, height=height)
    page.goto(f"{running.url}/review")
    return page


def test_a_test_is_asked_about_as_an_alert_is_and_tells_what_it_was_after_the_answer(
    running: Running, engine: Engine, browser: Browser
) -> None:
    known_footage(running, engine)
    page = as_maya(browser, running)
    expect(page.get_by_role("button", name="Not a bear")).to_be_visible(timeout=SLOW_MS)
    page.wait_for_timeout(1500)
    body = page.inner_text("body").lower()
    assert [word for word in ("test", "audit", "known", "drawn by chance", "hours ago") if word in body] == []
    expect(page.locator(".bw-more-pictures img")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    until(page.get_by_text("This was a test with known footage"), lambda: page.keyboard.press("1"))
    expect(page.get_by_text("You said a bear")).to_be_visible()
    expect(page.get_by_text("No other alert waits")).to_be_visible(timeout=SLOW_MS)
    page.context.close()


def test_a_look_gives_way_to_an_alert_and_its_keys_answer_neither(
    running: Running, engine: Engine, browser: Browser
) -> None:
    number = known_footage(running, engine)
    page = as_maya(browser, running, width=1280, height=800)
    expect(page.get_by_role("button", name="Not a bear")).to_be_visible(timeout=SLOW_MS)
    alert = first(running, "?state=pending&site=creek-camp")
    with transaction(engine) as session:
        people.get(session, "maya").sites = ["old-orchard", "creek-camp"]
    expect(page.get_by_text("An alert waits for an answer. It comes first.")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("button", name="Not a bear")).to_have_count(0)
    page.keyboard.press("1")
    until(page.get_by_text("Creek camp").first, lambda: page.keyboard.press("n"))
    expect(page.get_by_role("button", name="Unsure")).to_be_visible(timeout=SLOW_MS)
    with reading(engine) as session:
        assert session.get_one(tables.Look, number).answered_at is None
        assert session.query(tables.Review).count() == 0
    assert first(running, f"/{alert['id']}")["verdict"] is None
    leave(page)
    with transaction(engine) as session:
        people.get(session, "maya").sites = ["old-orchard"]


def leave(page: Page) -> None:
    """Give the alert back."""
    gone = page.get_by_text("cameras alive").first
    until(gone, page.get_by_role("button", name="Leave it to somebody else").click)
    page.context.close()


def test_a_blind_alert_shows_no_box_before_the_answer(running: Running, engine: Engine, browser: Browser) -> None:
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    with transaction(engine) as session:
        session.get_one(tables.Park, 1).trust = {"blind_share": 1.0}
        assert drawn(session, [int(str(alert["id"]))])
    page = sign_in(browser, running.url, "riley", running.passwords["riley"])
    page.goto(f"{running.url}/review?alert={alert['id']}")
    expect(page.get_by_role("button", name="Unsure")).to_be_visible(timeout=SLOW_MS)
    page.wait_for_timeout(1500)
    expect(page.get_by_role("button", name="Show the box")).to_have_count(0)
    with signed_in(running, "riley") as client:
        client.post(f"/alerts/{alert['id']}/review", json={"verdict": "bear"}).raise_for_status()
    expect(page.get_by_role("button", name="Show the box")).to_be_visible(timeout=SLOW_MS)
    with reading(engine) as session:
        assert session.query(tables.Review).filter_by(alert_id=alert["id"]).one().blind is True
    page.context.close()
