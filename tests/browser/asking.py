"""How a browser test asks: the demo park over HTTP, and a page again where it swallowed a press."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.conftest import Running

SLOW_MS = 30_000
SOON_S = 60
TRIES = 4
TRIES_S = 75
"""No further try after this: a test that waits longer than its limit is ended with its whole worker."""

DRAWN = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"


def until(seen: Locator, act: Callable[[], object]) -> None:
    """Do it until that is seen, as a person would whose press met a page that was just being drawn anew."""
    end = time.monotonic() + TRIES_S
    for number in range(TRIES):
        if number and time.monotonic() > end:
            break
        with suppress(Error):
            seen.page.wait_for_function(DRAWN, timeout=SLOW_MS / 6)
        with suppress(Error):
            act()
        with suppress(AssertionError):
            expect(seen).to_be_visible(timeout=SLOW_MS / 2)
            return
    expect(seen).to_be_visible(timeout=SLOW_MS)


def open_more(page: Page) -> None:
    """Open the menu of the pages that do not stand at hand."""
    until(page.get_by_role("link", name="Versions"), page.locator('[class*="st-key-more-"] button').click)


def choose(page: Page, box: Locator, option: str, then: Locator) -> None:
    """Pick one option of a select box; what is drawn anew closes its list, so it is opened again."""
    wanted = page.get_by_role("option", name=option, exact=True)

    def pick() -> None:
        box.press("ArrowDown", timeout=SLOW_MS / 6)
        wanted.click(timeout=SLOW_MS / 6)

    until(then, pick)


@contextmanager
def signed_in(running: Running, name: str) -> Iterator[httpx.Client]:
    """A person of the demo over HTTP."""
    with httpx.Client(base_url=f"{running.url}/api/v1", timeout=10) as client:
        client.post("/session", json={"name": name, "password": running.passwords[name]}).raise_for_status()
        yield client


def first(running: Running, query: str) -> dict[str, object]:
    """The alert, as an auditor reads it, once there is one."""
    with signed_in(running, "audrey") as client:
        end = time.monotonic() + SOON_S
        while True:
            told = client.get(f"/alerts{query}").raise_for_status().json()
            items = told.get("items", [told])
            if items:
                return dict(items[0])
            assert time.monotonic() < end, query
            time.sleep(0.5)
