"""The clock process: one tick a second, each duty by itself, so that one that fails holds up no other."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import httpx
import structlog

from api import wiring
from api.wiring import System
from rollout import deadlines, outbox, proposals, stops
from rollout.notify import Notifiers
from rollout.notify.folder import FolderNotifier
from rollout.notify.webhook import WebhookNotifier
from store import tables
from store.errors import BearwatchError
from store.session import reading, transaction

TICK_S = 0.5
RULES_S, HEARTBEAT_S = 10.0, 60.0
log = structlog.get_logger()


def run(system: System, stop: threading.Event) -> None:
    """Tick until told to stop."""
    notifiers = Notifiers(
        folder=FolderNotifier(system.data_dir), webhook=WebhookNotifier(system.secret)
    )  # fmt: skip
    duties = (
        Duty("stops", 0.0, lambda now: stops.latch_files(system.engine, system.data_dir, now)),
        Duty("deadlines", 1.0, lambda now: deadlines.keep(system.engine, now)),
        Duty("outbox", 0.0, lambda now: outbox.send_due(system.engine, notifiers, data_dir=system.data_dir, now=now)),
        Duty("rules", RULES_S, lambda now: _keep_rules(system, now)),
        Duty("heartbeat", HEARTBEAT_S, lambda _: _heartbeat(system)),
    )
    while not stop.wait(TICK_S):
        for duty in duties:
            duty.tick()


class Duty:
    """Something done every so often."""

    def __init__(self, name: str, every_s: float, do: Callable[[datetime], object]) -> None:
        self.name, self.every_s, self.do = name, every_s, do
        self._last: float | None = None

    def tick(self) -> None:
        """Do it if its time has come; a failure is said and tried again at the next tick."""
        if self._last is not None and time.monotonic() - self._last < self.every_s:
            return
        self._last = time.monotonic()
        try:
            self.do(wiring.now())
        except (BearwatchError, OSError, httpx.HTTPError) as fault:
            log.warning("duty.failed", duty=self.name, error=str(fault))


def _keep_rules(system: System, now: datetime) -> None:
    with transaction(system.engine) as session:
        proposals.keep_time(session, now)


def _heartbeat(system: System) -> None:
    """Tell an outside watcher that the park lives; it raises the alarm when this stops."""
    with reading(system.engine) as session:
        park = session.get(tables.Park, 1)
    if park is None or not park.heartbeat:
        return
    try:
        httpx.get(park.heartbeat, timeout=5, follow_redirects=False)
    except httpx.HTTPError as fault:
        log.warning("heartbeat.failed", host=urlsplit(park.heartbeat).hostname, error=type(fault).__name__)
