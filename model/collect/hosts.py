"""Hosts: how much is asked of each server, so that nobody is a burden and nobody is waited for in vain."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from store.errors import DownloadFailed

AT_A_TIME = 4
"""Downloads from one host at a time."""

SILENT_AT_MOST = 3
"""Times in a row that a host may fail to answer before nothing more is asked of it."""


@dataclass
class Host:
    """One host. silent: how often in a row it did not answer. asked_again_at: by time.monotonic()."""

    name: str
    silent: int = 0
    asked_again_at: float = 0.0
    room: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_A_TIME))

    @contextmanager
    def turn(self, stopped: threading.Event) -> Iterator[None]:
        """Wait until it may be asked. Raises DownloadFailed where it never answers, or all is over."""
        with self.room:
            while (wait := self.asked_again_at - time.monotonic()) > 0 and not stopped.wait(wait):
                pass
            if stopped.is_set():
                raise DownloadFailed("stopped before it was downloaded: run the same command again")
            if self.silent >= SILENT_AT_MOST:
                raise DownloadFailed(
                    f"{self.name} did not answer {SILENT_AT_MOST} times in a row and is left alone: try again later"
                )
            yield

    def pause(self, seconds: float) -> None:
        """Ask nothing of it for so long."""
        self.asked_again_at = max(self.asked_again_at, time.monotonic() + seconds)


class Hosts:
    """Every host that was met, by name and port."""

    def __init__(self) -> None:
        self._known: dict[str, Host] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> Host:
        """The host of this name."""
        with self._lock:
            return self._known.setdefault(name, Host(name))
