"""Keeper: renews the leases of the frames that a process has in hand, by one thread for all of them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from store.errors import LeaseLost, StoreError
from store.frame_queue import LEASE, FrameQueue, Lease

RENEWS_S = LEASE.total_seconds() / 3
LOOKS_S = 1.0
RESTS_S = 30.0
"""With nothing in hand for this long the thread ends; the next frame starts another."""
log = structlog.get_logger()


@dataclass(kw_only=True, eq=False)
class InHand:
    """One frame in hand. since, renewed: by time.monotonic(); now: what the caller's clock said at `since`."""

    queue: FrameQueue
    lease: Lease
    now: datetime
    since: float
    renewed: float


class Keeper:
    """Renews each lease that is held for longer than a third of its time. Threads may share it."""

    def __init__(self) -> None:
        self._held: set[InHand] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def held(self, queue: FrameQueue, lease: Lease, *, now: datetime) -> Iterator[None]:
        """Keep the lease for as long as the block runs."""
        start = time.monotonic()
        one = InHand(queue=queue, lease=lease, now=now, since=start, renewed=start)
        with self._lock:
            self._held.add(one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._held.remove(one)

    def _run(self) -> None:
        busy_at = time.monotonic()
        while True:
            time.sleep(LOOKS_S)
            now = time.monotonic()
            with self._lock:
                if self._held:
                    busy_at = now
                elif now - busy_at >= RESTS_S:
                    self._thread = None
                    return
                due = [one for one in self._held if now - one.renewed >= RENEWS_S]
            for one in due:
                _renew(one, now)


def _renew(one: InHand, now: float) -> None:
    try:
        one.queue.renew(one.lease, now=one.now + timedelta(seconds=now - one.since))
    except LeaseLost:
        pass  # it is done, or another worker has it: whoever commits finds out
    except StoreError as fault:
        log.warning("lease.not_renewed", frame=one.lease.frame, error=fault.detail)
        return
    except Exception:
        log.exception("lease.not_renewed", frame=one.lease.frame)
        return
    one.renewed = now
