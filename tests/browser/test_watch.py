"""The manual watch in a real browser: one press on a phone, without a network, and at a desk over recorded hours."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from ingest.timelapse import EVERY, HOUR
from store import tables, timelapse
from store.archive import FolderArchive
from store.session import make_engine, transaction
from tests.browser.asking import SLOW_MS, signed_in, until
from tests.browser.conftest import Running
from tests.browser.test_lapse import drawn
from tests.chromium import sign_in

PHONE = {"width": 390, "height": 844}
KEPT = """() => new Promise((done) => navigator.serviceWorker.controller
    ? done() : navigator.serviceWorker.addEventListener("controllerchange", () => done()))"""
"""The page is kept on the phone."""

FREE = """((one) => { const box = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(box.x + box.width / 2, box.bottom - 4)); })"""
"""Whether a button can be pressed at its lower edge as the page stands, without scrolling."""

LOGGED = ("sightings", "watch-sessions")

OF_ALERTS = {"asked", "copied"}
"""Doubts that the demo's own bears bring: alerts of this minute are told to people at Creek camp."""


@pytest.fixture
def as_person(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages as people of the demo, on a phone; closed when the test ends."""
    opened: list[BrowserContext] = []

    def as_one(name: str, path: str) -> Page:
        page = sign_in(browser, running.url, name, running.passwords[name], **PHONE)
        opened.append(page.context)
        page.goto(f"{running.url}{path}")
        return page

    yield as_one
    for context in opened:
        context.close()


def listed(running: Running, what: str, name: str = "riley") -> list[dict[str, object]]:
    with signed_in(running, name) as client:
        items = client.get(f"/{what}", params={"limit": 200}).raise_for_status().json()["items"]
        return [item for item in items if item.get("observer", name) == name]


def doubts(row: dict[str, object]) -> set[str]:
    told = row["doubts"]
    assert isinstance(told, list)
    return {one["doubt"] for one in told}


def test_a_ranger_logs_a_bear_and_a_watch_with_a_press_each(running: Running, as_person: Callable[..., Page]) -> None:
    page = as_person("riley", "/manual-watch")
    bear, before = page.get_by_role("button", name="I saw a bear: log it"), len(listed(running, "sightings"))
    expect(bear).to_be_in_viewport(timeout=SLOW_MS)
    assert page.evaluate(f"{FREE}(document.querySelector('.st-key-log-bear button'))"), "no bar lies over it"
    bear.click()
    expect(page.locator(".bw-logged")).to_contain_text("a bear (certain)", timeout=SLOW_MS)
    assert len(listed(running, "sightings")) == before + 1
    until(page.get_by_text("You watch Creek camp: blind"), page.get_by_role("button", name="Start watching").click)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    until(page.get_by_text("Ended: "), page.get_by_role("button", name="No: end it").click)
    expect(page.get_by_text("riley, blind, field").first).to_be_visible(timeout=SLOW_MS)


def test_what_is_logged_without_a_network_is_kept_over_a_reload_and_sent_once_from_two_tabs(
    running: Running, as_person: Callable[..., Page]
) -> None:
    page, before = as_person("sam", "/watch"), [len(listed(running, what, "sam")) for what in LOGGED]
    expect(page.locator("#link")).to_contain_text("sam · online", timeout=SLOW_MS)
    page.evaluate(KEPT)
    page.context.set_offline(True)
    page.click("#start")
    expect(page.locator("#watching")).to_contain_text("You watch Creek camp: blind")
    page.reload()
    page.click("#bear")
    page.get_by_role("button", name="2", exact=True).click()
    page.fill("#spot", "by the bins")
    page.click("#log")
    page.click("#end")
    page.click("#told-no")
    expect(page.locator("#entries .waits")).to_have_count(3)
    expect(page.locator("#link")).to_have_text("sam · no network · 3 wait")
    assert [len(listed(running, what, "sam")) for what in LOGGED] == before
    second = page.context.new_page()
    second.goto(f"{running.url}/watch")
    expect(second.locator("#entries .waits")).to_have_count(3)
    page.context.set_offline(False)
    for tab in (page, second):
        expect(tab.locator("#entries .sent")).to_have_count(3, timeout=SLOW_MS)
    assert [len(listed(running, what, "sam")) for what in LOGGED] == [one + 1 for one in before]
    seen, watch = (max(listed(running, what, "sam"), key=lambda one: int(str(one["id"]))) for what in LOGGED)
    assert (seen["bears"], seen["spot"], seen["session"]) == (2, "by the bins", watch["id"])
    assert (watch["told_otherwise"], watch["ended_at"] is not None) == (False, True)
    assert (watch["counts"], watch["told_hours"] != 0) == (False, True), "Creek camp is in trial: people are told"
    assert doubts(watch) <= OF_ALERTS


def test_an_answer_that_is_lost_adds_nothing_twice_and_what_is_refused_stays_with_its_reason(
    running: Running, browser: Browser
) -> None:
    context = browser.new_context(viewport=PHONE, service_workers="block")  # type: ignore[arg-type]
    page, lost = context.new_page(), []
    page.goto(f"{running.url}/sign-in?next=/watch")
    page.fill("#name", "alex")
    page.fill("#password", running.passwords["alex"])
    page.click("button")
    expect(page.locator("#link")).to_contain_text("alex · online", timeout=SLOW_MS)

    def lose(route: Route) -> None:
        """The server has taken it, and its answer does not arrive."""
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    context.route("**/api/v1/sightings", lose)
    page.click("#bear")
    page.click("#log")
    expect(page.locator("#entries .waits")).to_have_count(1, timeout=SLOW_MS)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#entries .sent")).to_have_count(1, timeout=SLOW_MS)
    assert (lost, len(listed(running, "sightings", "alex"))) == ([200], 1)
    page.evaluate(
        "localStorage.setItem('bw-entry-old', JSON.stringify({key: 'old-start', kind: 'start', who: 'alex', "
        "written: Date.now() - 5e7, skew: 0, at: Date.now() - 5e7, site: 'creek-camp', mode: 'routine'}))"
    )
    page.reload()
    expect(page.locator("#entries li", has=page.locator(".refused"))).to_contain_text(
        "at most 12 hours", timeout=SLOW_MS
    )
    expect(page.get_by_role("button", name="It is over: end it")).to_be_visible()
    context.close()


@pytest.fixture(scope="module")
def hour(running: Running) -> int:
    """A drawn hour of the first camera, last midnight at the site, with pictures of three minutes."""
    with signed_in(running, "ada") as ada:
        camera = next(str(one["id"]) for one in ada.get("/cameras").json()["items"] if one["site"] == "creek-camp")
    archive = FolderArchive(running.folder / "archive")
    engine = make_engine(f"sqlite:///{running.folder}/bearwatch.db")
    begins = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=1)
    kept = [archive.put(drawn(number)) for number in range(18)]
    with transaction(engine) as session:
        row = tables.DrawnHour(camera_id=camera, begins_at=begins, drawn_at=begins - HOUR, probability=0.5, seed=1)
        session.add(row)
        session.flush()
        for number, digest in enumerate(kept):
            timelapse.keep(session, row.id, taken_at=begins + number * EVERY, sha256=digest, size_bytes=1)
        found = row.id
    engine.dispose()
    return found


def test_a_recorded_hour_is_looked_at_blind_with_one_key_for_each_bear(
    running: Running, hour: int, as_person: Callable[..., Page]
) -> None:
    page = as_person("riley", "/desk-watch")
    stage = page.locator(".stage img")
    until(stage, page.get_by_role("button", name="Begin").click)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".says")).to_have_text("2 of 19", timeout=SLOW_MS)
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Bear noted at")).to_be_in_viewport(timeout=SLOW_MS)
    expect(page.get_by_role("button", name="take back")).to_have_count(1, timeout=SLOW_MS)
    done = page.get_by_role("button", name="Hour done: next (N)")
    expect(done).to_have_count(0, timeout=SLOW_MS)
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(done).to_be_visible(timeout=SLOW_MS)
    done.click()
    expect(page.get_by_text("Nothing is left for you to look at")).to_be_visible(timeout=SLOW_MS)
    until(page.get_by_text("Ended: counts as evidence"), page.get_by_role("button", name="No: end it").click)
    seen = next(one for one in listed(running, "sightings") if one["source"] == "desk")
    watch = next(one for one in listed(running, "watch-sessions") if one["id"] == seen["session"])
    assert (seen["doubts"], watch["recorded_hours"], watch["counts"]) == ([], 1, True)
