"""The command line over a data folder of its own, in processes of their own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PASSWORDS = {"ada": "a long password of ada", "sam": "a long password of sam", "riley": "a long password of riley"}
ROLES = {"ada": "admin", "sam": "supervisor", "riley": "ranger"}
PARK = """
[park]
name = "Northern park"
time_zone = "America/Denver"

[[site]]
id = "lower-camp"
name = "Lower campground"
latitude = 44.60
longitude = -110.50

[[camera]]
id = "creek"
site = "lower-camp"
kind = "trail"

[[receiver]]
id = "night-team"
site = "lower-camp"
audience = "rangers"
url = "folder:outbox"

[[duty]]
site = "lower-camp"
chain = [{ receivers = ["night-team"], after_minutes = 0 }]
"""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a command said. document raises where stdout is not one JSON document."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """All of stdout as one JSON document."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Stdout as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, kw_only=True)
class Commands:
    """Runs `bearwatch` in a folder."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        """Its data folder."""
        return self.folder / "var"

    def run(self, *words: str, by: str | None = None, typed: str = "") -> Told:
        """One command. by: whose password the environment holds. typed: what comes in on stdin."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("BEARWATCH_")}
        told = {
            "PYTHONPATH": str(ROOT), "BEARWATCH_DATA_DIR": str(self.data_dir),
            "BEARWATCH_MODEL": str(ROOT / "model" / "bundles" / "demo"), **self.settings,
        }  # fmt: skip
        if by is not None:
            told["BEARWATCH_PASSWORD"] = PASSWORDS[by]
        ended = subprocess.run(
            [sys.executable, "-m", "api.cli.main", *words], env=clean | told, cwd=self.folder, input=typed,
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        return Told(code=ended.returncode, out=ended.stdout, err=ended.stderr)

    def file(self, name: str, text: str) -> str:
        """Write a file beside the data folder; gives its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


def with_park(folder: Path) -> Commands:
    """A park with three people."""
    commands = Commands(folder=folder)
    assert commands.run("park", "apply", commands.file("park.toml", PARK)).code == 0
    for name, role in ROLES.items():
        words = ("user", "add", name, "--role", role, "--password-stdin")
        assert commands.run(*words, typed=PASSWORDS[name] + "\n").code == 0
    return commands
