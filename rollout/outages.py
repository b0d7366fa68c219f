"""Outages: what stands still for a reason that is not the frame's, said once and tried again after growing pauses."""

import threading
from datetime import timedelta

import structlog

from store.errors import BearwatchError

LONGEST_PAUSE_S = 60.0
log = structlog.get_logger()


class Outages:
    """Which parts are out of order now, and how often each was tried since. Threads may share it."""

    def __init__(self) -> None:
        self._tries: dict[str, int] = {}
        self._lock = threading.Lock()

    def failed(self, part: str, fault: BearwatchError) -> timedelta:
        """The part did not work, once more; gives how long to leave it alone."""
        with self._lock:
            tries = self._tries[part] = self._tries.get(part, 0) + 1
        if tries == 1:
            log.error("outage.began", part=part, error=fault.slug(), detail=fault.detail)
        return pause(tries)

    def works(self, part: str) -> None:
        """The part did its work."""
        with self._lock:
            tries = self._tries.pop(part, 0)
        if tries:
            log.info("outage.ended", part=part, tries=tries)


def pause(tries: int) -> timedelta:
    """How long what is out of order is left alone after so many tries.

    >>> [pause(tries).total_seconds() for tries in (1, 2, 3, 7, 5000)]
    [1.0, 2.0, 4.0, 60.0, 60.0]
    """
    return timedelta(seconds=min(LONGEST_PAUSE_S, 2.0 ** min(tries - 1, 10)))
