"""The page Versions: an admin lets another version look in shadow, sees both compared, and ends it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.settings import SHIPPED
from model.bundle import write
from tests.browser.asking import SLOW_MS, until
from tests.browser.conftest import Running, people_at

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def other(running: Running) -> str:
    """Another version that is known to the demo park."""
    folder = running.folder / "other"
    shutil.copytree(SHIPPED / "demo", folder)
    manifest = json.loads((folder / "manifest.json").read_text()) | {"name": "other", "threshold": 0.99}
    write(folder, manifest)
    environment = {**os.environ, "BEARWATCH_DATA_DIR": str(running.folder)}
    subprocess.run([sys.executable, "-m", "api.cli.main", "model", "add", str(folder)], env=environment, check=True)
    return "other"


@pytest.fixture
def people(running: Running, browser: Browser) -> Iterator[Callable[..., Page]]:
    with people_at(running, browser, "/versions?site=upper-meadow") as opened:
        yield opened


def test_an_admin_tries_a_version_in_shadow_and_ends_it(people: Callable[..., Page], other: str) -> None:
    page = people("ada", width=1280, height=900)
    box = page.get_by_label("Why", exact=True)
    until(box, lambda: page.get_by_text("Try another version in shadow").click(timeout=SLOW_MS))
    box.fill("fewer false alarms")
    page.get_by_label("Version", exact=True).click()
    page.get_by_role("option", name=other).click()
    until(page.get_by_text(f"Challenger: {other}"), lambda: page.get_by_role("button", name="Let it look").click())
    end = page.get_by_role("button", name=f"End the challenge of {other}")
    until(page.get_by_text(f"{other} looks at no more frames."), end.click)


def test_a_ranger_reads_it_on_a_phone_and_changes_nothing(people: Callable[..., Page]) -> None:
    page = people("riley", width=390, height=844)
    expect(page.get_by_text("In force at")).to_be_visible(timeout=SLOW_MS)
    assert page.get_by_role("button", name="Let it look").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
