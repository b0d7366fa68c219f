"""A real Chromium, and how a person signs in with it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--no-first-run", "--disable-sync",
             "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")  # fmt: skip
READY_S = 90


@contextmanager
def chromium() -> Iterator[Browser]:
    """One browser; skips where none is installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium: install Debian's package `chromium`")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield opened
        opened.close()


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until /ready says 200."""
    end = time.monotonic() + READY_S
    while True:
        try:
            if httpx.get(f"{url}/ready", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        assert process.poll() is None, "it ended while starting"
        assert time.monotonic() < end, "it was not ready in time"
        time.sleep(0.3)


def sign_in(browser: Browser, url: str, name: str, password: str, *, width: int = 1280, height: int = 800) -> Page:
    """A page of its own, signed in as a person would."""
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.goto(f"{url}/sign-in")
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("button")
    page.wait_for_url(f"{url}/")
    return page
