"""What a tired ranger must not miss or mistake at night, in a real browser on the demo park."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api import wiring
from api.settings import Settings
from store import tables
from store.session import transaction
from store.vocabulary import AlertState
from tests.browser.asking import SLOW_MS, choose, first, signed_in, until
from tests.browser.conftest import Running
from tests.chromium import sign_in
from tests.ingest.drawings import encoded, landscape

PHONE = {"width": 390, "height": 844}
LEAST_PX = 44
SMALL = """least => [...document.querySelectorAll('button, a, summary, [role=radio], label:has(> input)')]
  .filter(one => !one.closest('[data-testid=stHeader]') && getComputedStyle(one).visibility !== 'hidden')
  .map(one => [one.tagName, one.innerText || one.ariaLabel || '', one.getBoundingClientRect()])
  .filter(([tag, says, at]) => at.width > 1 && at.height > 1 && at.height < least)
  .map(([tag, says, at]) => `${tag} ${says} ${at.height}`)"""


@pytest.fixture
def as_person(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages as people of the demo, on a phone; closed when the test ends."""
    opened: list[Page] = []

    def as_one(name: str, path: str = "/") -> Page:
        page = sign_in(browser, running.url, name, running.passwords[name], **PHONE)
        opened.append(page)
        page.goto(f"{running.url}{path}")
        expect(page.get_by_text("Demo park").first).to_be_visible(timeout=SLOW_MS)
        return page

    yield as_one
    for page in opened:
        page.context.close()


def test_a_first_password_leads_to_an_own_one_and_then_to_the_page(running: Running, browser: Browser) -> None:
    invited = invite(running, "nora")
    page = browser.new_context(viewport=PHONE).new_page()
    page.goto(f"{running.url}/")
    page.fill("#name", "nora")
    page.fill("#password", invited)
    page.click("button")
    expect(page.get_by_text("made by somebody else")).to_be_visible()
    page.fill("#old", invited)
    page.fill("#new", "a long password of nora's")
    page.fill("#again", "a long password of nora's")
    page.click("button")
    page.wait_for_url(f"{running.url}/")
    expect(page.get_by_text("cameras alive").first).to_be_visible(timeout=SLOW_MS)
    page.context.close()


def test_an_alert_that_nobody_answered_is_loud_on_now_and_on_its_page(
    running: Running, as_person: Callable[..., Page]
) -> None:
    expired = leave_unanswered(running)
    page = as_person("riley")
    look = page.get_by_role("button", name="never answered")
    expect(look).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("No alert waits for an answer")).to_have_count(0, timeout=SLOW_MS)
    until(page.get_by_text(re.compile("EXPIRED at")), look.click)
    expect(page.get_by_text("nobody was warned").first).to_be_visible()
    assert page.url.endswith(f"/review?shown={expired}")


def test_the_wall_frames_a_possible_bear_and_gives_no_number(as_person: Callable[..., Page]) -> None:
    page = as_person("riley", "/wall?site=old-orchard")
    expect(page.get_by_text("Possibly a bear").first).to_be_visible(timeout=SLOW_MS)
    expect(page.locator(".bw-tile.bw-bear").first).to_be_visible(timeout=SLOW_MS)
    assert re.findall(r"[01]\.\d\d", " ".join(page.locator(".bw-tile").all_inner_texts())) == []


def test_now_gives_no_number_for_what_nobody_has_answered(as_person: Callable[..., Page]) -> None:
    page = as_person("riley")
    unsent = page.locator("li", has_text="NOT SENT")
    expect(unsent.first).to_be_visible(timeout=SLOW_MS)
    expect(unsent.filter(has_not_text="answered").first).to_be_visible(timeout=SLOW_MS)
    open_ones = unsent.filter(has_not_text="answered").all_inner_texts()
    assert re.findall(r"[01]\.\d\d", " ".join(open_ones)) == []


def test_a_ranger_stops_all_sites_and_takes_the_watch_from_the_bar_and_two_people_lift(
    as_person: Callable[..., Page],
) -> None:
    riley, alex, sam = (as_person(name, "/sites") for name in ("riley", "alex", "sam"))
    riley.get_by_role("button", name="STOP ALL SITES").click(timeout=SLOW_MS)
    line = riley.get_by_role("button", name="dangers: ALL SITES STOPPED")
    expect(line).to_be_visible(timeout=SLOW_MS)
    assert bar_height(riley) <= 2 * 60
    expect(riley.get_by_role("button", name=re.compile("Lift|lift"))).to_have_count(0, timeout=SLOW_MS)
    watch = riley.locator("[class*=st-key-bar-watch-creek-camp] button")
    until(watch, line.click)
    expect(watch).to_be_in_viewport(timeout=SLOW_MS)
    until(riley.get_by_text("riley has the manual watch").first, watch.click)
    alex.get_by_role("button", name="Ask to lift the stop of all sites").click(timeout=SLOW_MS)
    expect(alex.get_by_text("You asked to lift").first).to_be_visible(timeout=SLOW_MS)
    expect(alex.get_by_role("button", name=re.compile("lift the stop of all sites", re.IGNORECASE))).to_have_count(0)
    expect(sam.get_by_text(re.compile(r"alex asked to lift at \d\d:\d\d; your press lifts it"))).to_be_visible(
        timeout=SLOW_MS
    )
    lift = sam.get_by_role("button", name="Lift the stop of all sites", exact=True)
    until(sam.get_by_role("button", name="STOP ALL SITES"), lift.click)


def test_a_stopped_site_is_louder_than_its_stage(as_person: Callable[..., Page]) -> None:
    page = as_person("ada", "/sites")
    page.get_by_role("button", name="STOP Creek camp").click(timeout=SLOW_MS)
    loud = page.locator(".bw-unprotected", has_text="STOPPED")
    expect(loud.first).to_be_visible(timeout=SLOW_MS)
    expect(page.locator(".bw-stage-trial")).to_have_count(0, timeout=SLOW_MS)
    expect(page.locator(".bw-stage-idle")).to_have_count(loud.count(), timeout=SLOW_MS)


def test_everything_to_press_on_the_phone_is_large_enough(running: Running, as_person: Callable[..., Page]) -> None:
    page = as_person("ada", "/sites")
    page.get_by_text("Propose another rule").first.click(timeout=SLOW_MS)
    expect(page.get_by_label("Why this rule").first).to_be_visible(timeout=SLOW_MS)
    assert page.evaluate(SMALL, LEAST_PX) == []
    for path in ("/", f"/review?alert={leave_unanswered(running)}", "/wall", "/classify", "/people"):
        page.goto(f"{running.url}{path}")
        expect(page.get_by_text("Demo park").first).to_be_visible(timeout=SLOW_MS)
        page.wait_for_timeout(2000)
        assert (path, page.evaluate(SMALL, LEAST_PX)) == (path, [])


def test_hours_are_asked_for_only_where_they_count(as_person: Callable[..., Page]) -> None:
    page = as_person("ada", "/sites")
    page.get_by_text("Propose another rule").first.click(timeout=SLOW_MS)
    expect(page.get_by_label("Why this rule").first).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_label("Between, site time")).to_have_count(0, timeout=SLOW_MS)
    asked = page.get_by_label("Between, site time").first
    choose(page, page.get_by_role("combobox", name="Hours", exact=True).first, "between hours", asked)


def test_a_proposal_that_is_not_complete_offers_no_approval_and_says_what_it_lacks(
    running: Running, as_person: Callable[..., Page]
) -> None:
    with signed_in(running, "ada") as ada:
        said = {"site": "old-orchard", "stage": "trial", "reason": "try", "last_day": str(wiring.now().date())}
        rule = ada.post("/rules", json=said).raise_for_status().json()["rule"]
    page = as_person("sam", "/sites")
    expect(page.get_by_text("Nobody can approve it before it has")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("exit checklist: shadow days", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0, timeout=SLOW_MS)
    with signed_in(running, "ada") as ada:
        ada.post(f"/rules/{rule}/withdraw").raise_for_status()


def test_classify_says_what_it_is_before_the_picture_and_names_its_model(
    as_person: Callable[..., Page], tmp_path: Path
) -> None:
    picture = tmp_path / "seen.jpg"
    picture.write_bytes(encoded(landscape(640, 480), ".jpg"))
    page = as_person("riley", "/classify")
    page.set_input_files("input[type=file]", picture, timeout=SLOW_MS)
    verdict = page.get_by_text("the threshold", exact=False)
    expect(verdict).to_be_in_viewport(timeout=SLOW_MS)
    assert verdict.bounding_box()["y"] < page.locator(".bw-picture").bounding_box()["y"]  # type: ignore[index]
    expect(page.get_by_text(re.compile(r"Model \S+ \([0-9a-f]{12}\)"))).to_be_visible()
    assert "Model demo-scenery" not in page.inner_text("body")


def bar_height(page: Page) -> float:
    """How much of the screen the bars take together."""
    boxes = [one.bounding_box() for one in page.locator(".st-key-dangers, .bw-danger").all()]
    return sum(box["height"] for box in boxes if box)


def invite(running: Running, name: str) -> str:
    """Add a ranger; gives the first password."""
    with signed_in(running, "ada") as ada:
        told = ada.post("/users", json={"name": name, "role": "ranger"}).raise_for_status().json()
        return str(told["first_password"])


def leave_unanswered(running: Running) -> int:
    """An alert of Creek camp whose time ran out a while ago, as the clock would have left it; gives its number."""
    number = first(running, "?site=creek-camp")["id"]
    with wiring.opened(Settings(data_dir=running.folder)) as system, transaction(system.engine) as session:
        found = session.get_one(tables.Alert, number)
        known = {column.name: getattr(found, column.name) for column in tables.Alert.__table__.columns}
        copy = tables.Alert(**{name: value for name, value in known.items() if name != "id"})
        copy.state, copy.turn, copy.claimed_by, copy.claimed_at = AlertState.EXPIRED, found.turn + 1, None, None
        copy.deadline = copy.decided_at = wiring.now() - timedelta(minutes=5)
        session.add(copy)
        session.flush()
        return copy.id
