"""The whole way: four processes, a real frame through the HTTP door, a ranger in Chromium, a webhook called once."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from ingest import footage
from ingest.sources import shot_of
from tests.chromium import sign_in, wait_until_ready
from tests.ingest.drawings import SHARED
from tests.servers import Hook, free_port, webhook

REAL = SHARED / "images" / "grizzly"
BUNDLES = Path(__file__).parents[2] / "model" / "bundles"
KEY, PASSWORD = "a key for the flow", "a long password"
PARK = """
[park]
name = "Flow park"
time_zone = "America/Denver"
[[site]]
id = "camp"
name = "Camp"
latitude = 44.6
longitude = -110.5
[[camera]]
id = "creek"
site = "camp"
kind = "trail"
[[receiver]]
id = "siren"
site = "camp"
audience = "rangers"
url = "{url}"
[[receiver]]
id = "phone"
site = "camp"
audience = "rangers"
url = "folder:outbox"
[[duty]]
site = "camp"
chain = [{{ receivers = ["phone"], after_minutes = 0 }}]
"""
RULE = """
site = "camp"
stage = "trial"
last_day = {last}
deadline_minutes = 30
[override]
reason = "the flow test"
[answers]
if_it_worked_really_well = "rangers sleep"
"""


def frame() -> tuple[bytes, Path]:
    """A bear and the bundle that knows it: a real one where the real pictures are, else a drawn one."""
    if REAL.is_dir():
        return min(REAL.glob("grizzly_jeffridgew_*.jpg")).read_bytes(), BUNDLES / "default"
    return shot_of(footage.render("creek", 12, seed=3), 0).picture, BUNDLES / "demo"


class Park:
    """Commands and processes over one data folder."""

    def __init__(self, folder: Path, bundle: Path, hook: Hook) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ, "BEARWATCH_DATA_DIR": str(folder / "var"), "BEARWATCH_MODEL": str(bundle),
            "BEARWATCH_SECRET_KEY": KEY, "BEARWATCH_PASSWORD": PASSWORD,
        }  # fmt: skip
        (folder / "park.toml").write_text(PARK.format(url=hook.url))
        last = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
        (folder / "rule.toml").write_text(RULE.format(last=last))

    def run(self, *words: str, stdin: str = "") -> str:
        """One command; gives what it printed."""
        command = [sys.executable, "-m", "api.cli.main", *words]
        told = subprocess.run(command, env=self.environment, input=stdin, capture_output=True, text=True)
        assert told.returncode == 0, told.stderr
        return told.stdout

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """One of the four processes."""
        words = [name, "--port", str(self.port)] if name == "web" else [name]
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "api.cli.main", *words], env=self.environment, stdout=log, stderr=log
            )


@pytest.fixture
def park(tmp_path: Path) -> Iterator[tuple[Park, Hook, bytes]]:
    picture, bundle = frame()
    with ExitStack() as stack:
        hook = stack.enter_context(webhook())
        made = Park(tmp_path, bundle, hook)
        made.run("park", "apply", str(tmp_path / "park.toml"))
        for name, role in (("ada", "admin"), ("sam", "supervisor"), ("riley", "ranger")):
            made.run("user", "add", name, "--role", role, "--password-stdin", stdin=PASSWORD)
        processes = [made.start(name) for name in ("web", "watch", "work", "clock")]
        try:
            wait_until_ready(made.url, processes[0])
            yield made, hook, picture
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            codes = [process.wait(timeout=30) for process in processes]
    assert codes == [0, 0, 0, 0]


def test_the_webhook_is_called_once_and_only_after_the_review(
    park: tuple[Park, Hook, bytes], browser: Browser
) -> None:
    made, hook, picture = park
    rule = json.loads(
        made.run("rule", "propose", str(made.folder / "rule.toml"), "--as", "ada", "--reason", "try", "--json")
    )
    assert [item["what"] for item in rule["missing"]] == ["people"]
    approved = json.loads(made.run("rule", "approve", str(rule["rule"]), "--as", "sam", "--json"))
    assert (approved["state"], approved["protected"]) == ("in_force", True)
    key = json.loads(made.run("key", "add", "--camera", "creek", "--json"))["key"]
    answer = httpx.post(
        f"{made.url}/api/v1/frames", files={"file": ("bear.jpg", picture)}, headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 202, answer.text

    page = sign_in(browser, made.url, "riley", PASSWORD, width=390, height=844)
    page.goto(f"{made.url}/review")
    bear = page.get_by_role("button", name="Bear", exact=False).first
    expect(bear).to_be_visible(timeout=40_000)
    until(lambda: list((made.folder / "var" / "outbox").glob("*.json")), "the request lies in the outbox")
    assert hook.received == []
    page.keyboard.press("1")
    until(lambda: hook.received, "the webhook is called")
    expect(page.get_by_text("model saw", exact=False)).to_be_visible(timeout=20_000)
    time.sleep(3)

    assert len(hook.received) == 1
    headers, body = hook.received[0]
    told = json.loads(body)
    assert (told["kind"], told["site"], told["camera"]) == ("warning", "camp", "creek")
    assert headers["idempotency-key"] == told["id"]
    said = dict(part.split("=", 1) for part in headers["bearwatch-signature"].split(","))
    wanted = hmac.new(KEY.encode(), said["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert said["v1"] == wanted
    assert json.loads(made.run("audit", "verify", "--json"))["ok"]


def until(seen: object, what: str, within_s: float = 30) -> None:
    """Wait for it."""
    assert callable(seen)
    end = time.monotonic() + within_s
    while not seen():
        assert time.monotonic() < end, f"not within {within_s:g} s: {what}"
        time.sleep(0.2)
