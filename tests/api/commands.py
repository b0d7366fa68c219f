"""The command line over a data folder of its own: in this process, or where it is asked for in one of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.cli import main

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
        """One command, in this process: the start of another costs a second and shows what `apart` shows once.

        by: whose password the environment holds. typed: what comes in on stdin.
        """
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with (
            chdir(self.folder),
            _said(self._environment(by), words, typed),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main.main()
            except SystemExit as ended:
                code = ended.code
        assert isinstance(code, int)
        return Told(code=code, out=_text(out), err=_text(err))

    def apart(self, *words: str, by: str | None = None, typed: str = "") -> Told:
        """One command in a process of its own, as a person starts it."""
        ended = subprocess.run(
            [sys.executable, "-m", "api.cli.main", *words], env=self._environment(by), cwd=self.folder, input=typed,
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        return Told(code=ended.returncode, out=ended.stdout, err=ended.stderr)

    def _environment(self, by: str | None) -> dict[str, str]:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("BEARWATCH_")}
        told = {
            "PYTHONPATH": str(ROOT), "BEARWATCH_DATA_DIR": str(self.data_dir),
            "BEARWATCH_MODEL": str(ROOT / "model" / "bundles" / "demo"), **self.settings,
        }  # fmt: skip
        return clean | told | ({} if by is None else {"BEARWATCH_PASSWORD": PASSWORDS[by]})

    def file(self, name: str, text: str) -> str:
        """Write a file beside the data folder; gives its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name


@contextmanager
def _said(environment: dict[str, str], words: tuple[str, ...], typed: str) -> Iterator[None]:
    """The words, the environment and stdin of a command, until it has ended."""
    before = dict(os.environ), sys.argv, sys.stdin
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.stdin = ["bearwatch", *words], io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before[0])
        sys.argv, sys.stdin = before[1:]


def _text(written: io.TextIOWrapper) -> str:
    written.seek(0)
    return written.read()


def with_park(folder: Path) -> Commands:
    """A park with three people."""
    commands = Commands(folder=folder)
    assert commands.run("park", "apply", commands.file("park.toml", PARK)).code == 0
    for name, role in ROLES.items():
        words = ("user", "add", name, "--role", role, "--password-stdin")
        assert commands.run(*words, typed=PASSWORDS[name] + "\n").code == 0
    return commands
