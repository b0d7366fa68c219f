"""The page Label in a real browser on the demo park: by key, without the score, and with who said so."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.asking import SLOW_MS, SOON_S, first, signed_in, until
from tests.browser.conftest import Running, people_at


@pytest.fixture
def as_person(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page as people of the demo; closed when the test ends."""
    with people_at(running, browser, "/label") as as_one:
        yield as_one


def rows(running: Running, **query: object) -> list[dict[str, object]]:
    with signed_in(running, "sam") as sam:
        return list(sam.get("/labelling", params=query).raise_for_status().json()["items"])  # type: ignore[arg-type]


def once_changed(running: Running, number: object, before: str) -> dict[str, object]:
    """The row with this number, once it is no longer in the state that it was in."""
    end = time.monotonic() + SOON_S
    while True:
        found = next(row for row in rows(running, every=True, limit=200) if row["id"] == number)
        if found["state"] != before:
            return found
        assert time.monotonic() < end, found
        time.sleep(0.5)


def test_a_reviewed_alert_is_labelled_by_key_without_its_score(
    running: Running, as_person: Callable[..., Page]
) -> None:
    alert = first(running, "?state=pending&state=claimed&site=creek-camp")
    with signed_in(running, "riley") as riley:
        riley.post(f"/alerts/{alert['id']}/review", json={"verdict": "bear"}).raise_for_status()
    page = as_person("sam", width=390, height=844)
    expect(page.get_by_text("riley said a bear, not having seen the score")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_role("button", name="other animal")).to_be_in_viewport(timeout=SLOW_MS)
    assert re.findall(r"[01]\.\d\d|%", page.inner_text("body")) == []
    until(page.get_by_text("Nothing waits to be labelled"), lambda: page.keyboard.press("1"))
    (row,) = rows(running, state="accepted")
    assert (row["label"], row["said_by"], row["saw_score"]) == ("bear", "sam", False)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_frames_are_drawn_by_chance_and_whoever_looks_at_the_score_is_recorded_so(
    running: Running, as_person: Callable[..., Page]
) -> None:
    page = as_person("ada")
    draw = page.get_by_role("button", name="Draw 20 frames")
    until(page.get_by_text("drawn by chance: it raised nothing"), lambda: draw.click(timeout=SLOW_MS))
    asked = rows(running)[0]
    until(page.locator(".bw-bars"), page.get_by_role("button", name="Show what the model said").click)
    until(page.get_by_role("button", name="Back to the last one"), lambda: page.keyboard.press("2"))
    until(page.get_by_text("You said: empty."), lambda: page.keyboard.press("ArrowLeft"))
    page.keyboard.press("x")
    expect(page.get_by_text("You said: empty.")).to_have_count(0, timeout=SLOW_MS)
    found = once_changed(running, asked["id"], "accepted")
    assert (found["state"], found["said_by"], found["saw_score"]) == ("rejected", "ada", True)


def test_an_admin_retires_rows_after_seeing_how_many(running: Running, as_person: Callable[..., Page]) -> None:
    page = as_person("ada")
    before = len(rows(running, every=True, limit=200))
    page.get_by_text("Retire old rows").click(timeout=SLOW_MS)
    why, camera = page.get_by_label("Why", exact=True), page.get_by_role("combobox", name="Camera")
    retire = page.get_by_role("button", name=re.compile(r"Retire [1-9]\d* rows?"))

    def choose() -> None:
        why.fill("the lens was changed")
        why.blur()
        camera.fill("creek")
        camera.press("Enter")

    until(retire, choose)
    until(page.get_by_text("0 rows").first, lambda: retire.click(timeout=SLOW_MS))
    left = rows(running, every=True, limit=200)
    assert len(left) < before
    assert "creek" not in {row["camera"] for row in left}


def test_a_ranger_is_told_who_labels(as_person: Callable[..., Page]) -> None:
    page = as_person("riley")
    expect(page.get_by_text("This page is for supervisors and admins")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_test_id("stPageLink").filter(has_text="Label")).to_have_count(0, timeout=SLOW_MS)
