"""TrainingJob: the one training that somebody started from the dashboard, in processes of its own, at low priority.

`python -m api.training_job FOLDER WORD...` runs one command and writes down how it ended. It outlives the web process
that started it; a lock that it and its command hold says that it runs, also after one of them was killed.
"""

import fcntl
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from api.schemas.cleaning import JobState
from store.errors import NotAllowedNow

STARTED, ENDED, STOPPED, OUT, LOCK = "started.json", "ended.json", "stopped.json", "out.log", "lock"
LINES, LINE_LONG, TAIL_BYTES = 12, 240, 16_000
PATIENCE_S = 1.0
"""Whoever looks whether it runs holds the lock for a moment."""

LOWEST = 19
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PARTS = ("torch", "torchvision", "fastai")


@dataclass(frozen=True, kw_only=True)
class Job:
    """Where it stands. run: its run folder; uses: which pictures; says: in words; lines: the last ones it printed."""

    state: JobState
    says: str
    by: str | None = None
    run: str | None = None
    uses: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class TrainingJob:
    """What is known of it, in a folder."""

    folder: Path

    def now(self) -> Job:
        """Where it stands."""
        told = self._told(STARTED)
        if told is None:
            return Job(state=JobState.NONE, says="no training was started here yet")
        state, says = self._stands()
        ended = self.folder / ENDED
        return Job(
            state=state, says=says, by=told["by"], run=told["run"], uses=told["uses"],
            lines=_last_lines(self.folder / OUT), started_at=datetime.fromisoformat(told["at"]),
            ended_at=datetime.fromtimestamp(ended.stat().st_mtime, UTC) if ended.is_file() else None,
        )  # fmt: skip

    def start(self, words: Sequence[str], *, run: str, by: str, now: datetime, uses: str = "") -> None:
        """Start a command. Raises NotAllowedNow while another one runs."""
        with self._lock() as lock:
            if lock is None:
                raise NotAllowedNow("a training is running: wait for its end, or stop it")
            for name in (ENDED, STOPPED):
                (self.folder / name).unlink(missing_ok=True)
            self._tell(STARTED, {"by": by, "run": run, "at": now.isoformat(), "uses": uses})
            runner = [sys.executable, "-P", "-m", "api.training_job", str(self.folder), str(lock.fileno()), *words]
            root = str(Path(__file__).parents[1])
            process = subprocess.Popen(
                runner, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True, pass_fds=[lock.fileno()], env={**os.environ, "PYTHONPATH": root},
            )  # fmt: skip
            known = {"process": process.pid, "began": _began(process.pid)}
            self._tell(STARTED, {**(self._told(STARTED) or {}), **known})
        threading.Thread(target=process.wait, name="training", daemon=True).start()

    def stop(self, *, by: str) -> None:
        """End it. What its run folder holds stays. Raises NotAllowedNow where none runs."""
        told = self._told(STARTED)
        if told is None or self._stands()[0] is not JobState.RUNNING:
            raise NotAllowedNow("no training is running")
        process = told.get("process")
        if process is None:
            raise NotAllowedNow("the training is only just starting: try again in a moment")
        began = _began(process)
        if began is not None and told.get("began", began) != began:
            raise NotAllowedNow("the training's process is gone, and another one has its number: nothing was stopped")
        try:
            os.killpg(process, signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            raise NotAllowedNow("the training's process is gone or not ours: load the page again") from None
        self._tell(STOPPED, {"by": by})

    def _stands(self) -> tuple[JobState, str]:
        with self._lock() as lock:
            if lock is None:
                return JobState.RUNNING, "a training is running"
        ended, stopped = self._told(ENDED), self._told(STOPPED)
        if ended is not None and ended["code"] == 0:
            return JobState.FINISHED, "the training has finished"
        if stopped is not None:
            return JobState.FAILED, f"{stopped['by']} stopped the training"
        if ended is None:
            return JobState.FAILED, "the training ended without a word: it was killed, or the machine was"
        return JobState.FAILED, f"the training failed (exit {ended['code']})"

    @contextmanager
    def _lock(self) -> Iterator[BinaryIO | None]:
        """The lock, or None while a training holds it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + PATIENCE_S
        with (self.folder / LOCK).open("wb") as lock:
            while not _taken(lock):
                if self._told(ENDED) is None or time.monotonic() > end:
                    yield None
                    return
                time.sleep(0.05)
            yield lock

    def _told(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
            return found
        except (FileNotFoundError, ValueError):
            return None

    def _tell(self, name: str, told: Mapping[str, Any]) -> None:
        _write(self.folder / name, told)


def can_train() -> bool:
    """Whether the training extra is installed here; nothing of it is loaded."""
    return all(importlib.util.find_spec(name) is not None for name in PARTS)


def command(told: Sequence[str]) -> list[str]:
    """The same as a process of this installation."""
    return [sys.executable, "-P", "-m", "api.cli.main", *told]


def _began(process: int) -> str | None:
    """When a process began, in the kernel's ticks; None where it is gone, or where the system has no /proc."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return told.rpartition(")")[2].split()[19]


def _taken(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _last_lines(file: Path) -> tuple[str, ...]:
    """The last lines of a log, without colours; of a progress bar its last state."""
    if not file.is_file():
        return ()
    with file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - TAIL_BYTES))
        told = COLOURS.sub("", log.read().decode(errors="replace"))
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1].strip() for line in told.split("\n")]
    return tuple(line[:LINE_LONG] for line in lines if line)[-LINES:]


def _write(file: Path, told: Mapping[str, Any]) -> None:
    unfinished = file.with_name(f".{file.name}.new")
    unfinished.write_text(json.dumps(told), encoding="utf-8")
    unfinished.replace(file)


def main(folder: Path, lock: int, told: Sequence[str]) -> None:
    """Run the command at the lowest priority, and write down how it ended."""
    os.nice(LOWEST)
    signal.signal(signal.SIGTERM, lambda *_: None)  # the whole group gets it: the command ends, this writes it down
    with (folder / OUT).open("wb") as out:
        done = subprocess.run(
            told, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, pass_fds=[lock], check=False
        )
    _write(folder / ENDED, {"code": done.returncode})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
