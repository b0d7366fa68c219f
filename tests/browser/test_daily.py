"""The pages Daily and Incidents in a real browser: a tired ranger joins two bears, a supervisor names a cause."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, expect

from store import tables
from store.session import make_engine, transaction
from store.vocabulary import IncidentCause, IncidentKind, Stage
from tests.browser.asking import SLOW_MS, first, signed_in, until
from tests.browser.conftest import Running, people_at


def unwarned(running: Running) -> None:
    """A bear of the last hour that people saw, and of which nobody was warned."""
    at = datetime.now(UTC) - timedelta(hours=1)
    engine = make_engine(f"sqlite:///{running.folder / 'bearwatch.db'}")
    with transaction(engine) as session:
        session.add(tables.Incident(
            key="audit:1", site_id="old-orchard", kind=IncidentKind.SEEN, at=at, stage=Stage.TRIAL,
            says="Old orchard at the upper tents: riley saw a bear, and no warning was sent.",
            suggested=IncidentCause.CAMERA, facts=["camera orchard-gate was covered", "no camera took a picture"],
            found_at=at,
        ))  # fmt: skip
    engine.dispose()


def test_a_supervisor_is_led_from_now_to_what_nobody_was_warned_of_and_names_the_cause(
    running: Running, browser: Browser
) -> None:
    unwarned(running)
    with people_at(running, browser, "/") as opened:
        page = opened("sam", width=390, height=844)
        led = page.get_by_role("link", name="nobody was warned of")
        told = page.get_by_text("riley saw a bear, and no warning was sent")
        until(told, lambda: led.click(timeout=SLOW_MS / 6))
        expect(page.get_by_text("Camera orchard-gate was covered")).to_be_visible()
        expect(page.get_by_text("Not counted here")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        say = page.get_by_role("button", name="Say so as sam")
        until(page.get_by_text("said sam"), lambda: say.click(timeout=SLOW_MS / 6))
        expect(page.get_by_text("Every cause is named")).to_be_visible(timeout=SLOW_MS)
        ranger = opened("riley", width=1280, height=900)
        ranger.goto(f"{running.url}/incidents")
        expect(ranger.get_by_text("said sam")).to_be_visible(timeout=SLOW_MS)
        expect(ranger.get_by_role("button", name="Say so as riley")).to_have_count(0)


def test_a_ranger_joins_what_both_saw_with_a_reason_and_while_watching_blind_sees_nothing_of_it(
    running: Running, browser: Browser
) -> None:
    alert = first(running, "?site=old-orchard")
    at = datetime.fromisoformat(str(alert["taken_at"])) - timedelta(minutes=6)
    with signed_in(running, "sam") as sam:
        told = {"site": "old-orchard", "at": at.isoformat(), "bears": 2, "spot": "by the upper tents"}
        sam.post("/sightings", json=told).raise_for_status()
    with people_at(running, browser, "/daily?site=old-orchard") as opened:
        page = opened("riley", width=390, height=844)
        expect(page.get_by_text("2 bears, certain, by the upper tents")).to_be_visible(timeout=SLOW_MS)
        card = page.locator("[class*=st-key-daily-0-]")
        expect(card).to_have_count(1)
        why, join = card.get_by_label("Why"), card.get_by_role("button", name="They are one bear")

        def say(words: str) -> None:
            if not why.is_visible():
                card.get_by_text("The model saw this bear too").click(timeout=SLOW_MS / 6)
            why.fill(words, timeout=SLOW_MS / 6)
            join.click(timeout=SLOW_MS / 6)

        until(page.get_by_text("say in a few words why"), lambda: say(""))
        until(
            page.get_by_text("joined by riley: I stood beside the camera"), lambda: say("I stood beside the camera")
        )
        expect(page.get_by_text("These were two different bears")).to_be_visible(timeout=SLOW_MS)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        with signed_in(running, "riley") as riley:
            riley.post("/watch-sessions", json={"site": "old-orchard"}).raise_for_status()
        page.reload()
        expect(page.get_by_text(re.compile("not shown while you watch it blind"))).to_be_visible(timeout=SLOW_MS)
        expect(page.get_by_text("upper tents")).to_have_count(0)
