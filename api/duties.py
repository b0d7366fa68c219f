"""Duties of the clock: each is done every so often in a thread of its own, so that none holds up another."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from api import wiring
from store.errors import BearwatchError

TICK_S = 0.5
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Condition:
    """How a duty is. fault: of its last run, None where that went well; busy_s: how long the present run lasts."""

    name: str
    fault: str | None
    busy_s: float


class Duty:
    """Something done every so often."""

    def __init__(self, name: str, every_s: float, do: Callable[[datetime], object]) -> None:
        self.name, self.every_s, self.do = name, every_s, do
        self._begun_at: float | None = None
        self._busy = False
        self._fault: str | None = None

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop. No error ends it."""
        while not stop.wait(TICK_S):
            self.tick()

    def tick(self) -> None:
        """Do it if its time has come; a failure is said, and it is tried again when its time comes again."""
        if self._begun_at is not None and time.monotonic() - self._begun_at < self.every_s:
            return
        self._begun_at, self._busy = time.monotonic(), True
        fault: str | None = None
        try:
            self.do(wiring.now())
        except BearwatchError as said:
            fault = said.slug()
            log.warning("duty.failed", duty=self.name, error=fault, detail=said.detail)
        except Exception as said:
            fault = type(said).__name__
            log.exception("duty.failed", duty=self.name, error=fault)
        self._busy, self._fault = False, fault

    def condition(self) -> Condition:
        """How it is now; other threads ask."""
        busy_s = time.monotonic() - self._begun_at if self._busy and self._begun_at is not None else 0.0
        return Condition(name=self.name, fault=self._fault, busy_s=busy_s)
