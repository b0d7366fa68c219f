"""RunFolder: where a training keeps what it knows, so that it can be cut off at any moment and go on."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from model.training.order import differences
from store.errors import RunFolderUnusable

RUN, LOCK, CHECKPOINT = "run.json", ".lock", "checkpoint.pth"
USED, CARD, BUNDLE = "used.json", "CARD.md", "bundle"
NEEDED = 600_000_000
"""Bytes that must be free: two checkpoints of a ResNet-18 with its optimiser, the bundle and the pictures drawn."""

NAMED = 3


class RunFolder:
    """One run: what was asked, how far it is, and what it left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str) -> Path:
        """A file of the run."""
        return self.folder / name

    @contextmanager
    def held(self, *, needed: int = NEEDED) -> Iterator[None]:
        """Make the folder, prove that it can be written and has room (bytes), and keep other trainings out.

        Raises RunFolderUnusable.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = self.file(LOCK).open("w")
        except OSError as fault:
            raise RunFolderUnusable(
                f"{self.folder} cannot be written ({fault.strerror}): name another with --out"
            ) from fault
        with lock:
            free = shutil.disk_usage(self.folder).free
            if free < needed:
                raise RunFolderUnusable(
                    f"{self.folder} has {free // 1_000_000} MB left and {needed // 1_000_000} MB are needed: make "
                    "room, or name another folder with --out"
                )
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunFolderUnusable(
                    f"another training is at work in {self.folder}: wait for it, or stop it"
                ) from None
            yield

    def before(self, *, resume: bool) -> Mapping[str, Any] | None:
        """What run.json says of the run that is here; None where the folder is new. Raises RunFolderUnusable."""
        told: Mapping[str, Any] | None = self.read(RUN)
        if told is None and resume:
            raise RunFolderUnusable(f"{self.folder} holds no training to go on with: leave --resume out to begin one")
        if told is None and any(not path.name.startswith(".") for path in self.folder.iterdir()):
            raise RunFolderUnusable(
                f"{self.folder} holds other files than a training's: name a new folder with --out"
            )
        return told

    def require_same(self, order: Mapping[str, Any], files: Mapping[str, str], before: Mapping[str, Any]) -> None:
        """Raise RunFolderUnusable naming what differs. files: of each file its label, part and sha256 in one text."""
        differs = [*differences(before["order"], order), *_of_files(before["files"], files)]
        if differs:
            raise RunFolderUnusable(
                f"{self.folder} is of another training: {'; '.join(differs)}. Ask for the same, or name a new folder "
                "with --out"
            )

    def read(self, name: str) -> Any:
        """A JSON file of the run; None where it is not there. Raises RunFolderUnusable."""
        try:
            return json.loads(self.file(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as fault:
            raise RunFolderUnusable(
                f"{self.file(name)} cannot be read ({fault}): name a new folder with --out"
            ) from fault

    def write(self, name: str, value: Any) -> None:
        """Replace a JSON file whole."""
        self.replace(name, (json.dumps(value, indent=1) + "\n").encode())

    def replace(self, name: str, data: bytes) -> None:
        """Replace a file whole: cut off at any moment, the old one or the new one is there."""
        unfinished = self.file(f".{name}.new")
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.file(name))


def _of_files(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    new, gone = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    changed = sorted(name for name in before.keys() & now.keys() if before[name] != now[name])
    return [
        f"{len(names)} pictures are {what} ({', '.join(names[:NAMED])}{', ...' if len(names) > NAMED else ''})"
        for names, what in ((new, "new"), (gone, "gone"), (changed, "changed, or have another label or part"))
        if names
    ]
