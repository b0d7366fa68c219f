"""The heartbeat: somebody outside is told every minute that the park lives, and not a minute longer than it does."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog

from api import states
from api.duties import Condition
from api.wiring import System
from rollout.notify import calling
from store import beats, decisions, tables
from store.session import reading

EVERY_S = 60.0
OTHERS = ("web", "watch", "work")
HANGS_S = 60.0
"""A duty whose run lasts this long hangs."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Work:
    """The queue at one moment: how many frames wait, and how many were ever decided."""

    waiting: int
    decided: int


def silent_because(
    *, now: datetime, known: Mapping[str, datetime], duties: Sequence[Condition], before: Work | None, work: Work,
    late: timedelta = states.BEAT_LATE,
) -> str | None:  # fmt: skip
    """Why the outside must not be told that all is well; None where it may. before: the queue a minute ago. Pure.

    >>> here = dict(now=datetime(2026, 11, 24), known={}, duties=(), before=None, work=Work(waiting=0, decided=0))
    >>> silent_because(**here)
    'the process web is silent'
    """
    for name in OTHERS:
        if name not in known or now - known[name] > late:
            return f"the process {name} is silent"
    for duty in duties:
        if duty.busy_s > HANGS_S:
            return f"the duty {duty.name} hangs"
        if duty.fault is not None:
            return f"the duty {duty.name} fails: {duty.fault}"
    if before is not None and before.waiting and work.waiting and before.decided == work.decided:
        return f"{work.waiting} frames wait and none was decided within a minute"
    return None


class Heartbeat:
    """Beats once a minute as long as all is well; silence and its end are said once each."""

    def __init__(self, system: System, duties: Callable[[], Sequence[Condition]]) -> None:
        self.system, self.duties = system, duties
        self._looked_at, self._beaten_at = -EVERY_S, -EVERY_S
        self._before: Work | None = None
        self._work = Work(waiting=0, decided=0)
        self._silent: str | None = None

    def tick(self, now: datetime) -> None:
        """Beat where it is time, and all is well."""
        with reading(self.system.engine) as session:
            park = session.get(tables.Park, 1)
            known = {row.name: row.at for row in beats.beats(session)}
        if park is None or not park.heartbeat or time.monotonic() - self._beaten_at < EVERY_S:
            return
        self._look()
        reason = silent_because(
            now=now, known=known, duties=self.duties(), before=self._before, work=self._work
        )  # fmt: skip
        if reason != self._silent:
            log.warning("heartbeat.silent", reason=reason) if reason else log.info("heartbeat.resumed")
        self._silent = reason
        if reason is None:
            self._beaten_at = time.monotonic()
            self._beat(park.heartbeat)

    def _look(self) -> None:
        if time.monotonic() - self._looked_at < EVERY_S:
            return
        self._looked_at = time.monotonic()
        with reading(self.system.engine) as session:
            decided = decisions.count(session)
        self._before, self._work = self._work, Work(waiting=self.system.queue.depth(), decided=decided)

    def _beat(self, url: str) -> None:
        answer = calling.call("GET", url)
        if not isinstance(answer, int) or answer >= 400:
            why = f"answered {answer}" if isinstance(answer, int) else answer.why
            log.warning("heartbeat.failed", host=_host(url), error=why)


def _host(url: str) -> str | None:
    """What may be logged of an address."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
