"""Worker: frames out of the queue, one at a time, each to its decision."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from rollout import pipeline
from rollout.challenging import Challenger
from rollout.parts import Parts
from rollout.pipeline import Outcome, Postponed
from store.errors import DatabaseAway, DatabaseBusy, DatabaseFull, LeaseLost, StoreError
from store.frame_queue import Lease
from store.session import transaction
from store.vocabulary import Act

TRIES = 5
"""A frame that failed so often is decided as UNREADABLE, so that it keeps nobody waiting."""

OUT_OF_ORDER = (DatabaseAway, DatabaseBusy, DatabaseFull)
"""Faults that every frame would meet: it goes back until they are over, and the try does not count."""

BROKEN_S = 2.0
"""The pause after an error that nobody foresaw."""

IDLE_S = 0.2
QUIET = (Act.NOTHING, Act.JOIN)
log = structlog.get_logger()


def once(parts: Parts, *, name: str, now: datetime) -> Outcome | None:
    """Carry the next frame to its decision; None where none is due, or this one failed and went back.

    Raises StoreError where the database cannot be asked at all.
    """
    start = time.monotonic()
    lease = parts.queue.claim(name, now=now)
    if lease is None:
        return None
    try:
        with parts.keeper.held(parts.queue, lease, now=now):
            if lease.tries > TRIES:
                return _give_up(parts, lease, "its worker died over it again and again", now=now)
            outcome = pipeline.process(lease, parts=parts, now=now)
    except LeaseLost:
        log.warning("frame.lost", frame=lease.frame, worker=name)
        return None
    except OUT_OF_ORDER as fault:
        outcome = Postponed(rest=parts.outages.failed("database", fault), says=f"{fault.slug()}: {fault.detail}")
    except Exception as fault:
        return _failed(parts, lease, fault, now=now + timedelta(seconds=time.monotonic() - start))
    if isinstance(outcome, Postponed):
        parts.queue.put_back(lease, at=now + outcome.rest, error=outcome.says)
        return None
    parts.outages.works("database")
    seconds = round(time.monotonic() - start, 3)
    told = log.debug if outcome.act in QUIET else log.info
    told("frame.decided", act=outcome.act.value, reason=outcome.reason.value, seconds=seconds, **_ids(outcome))
    return outcome


def run(parts: Parts, stop: threading.Event, *, name: str, clock: Callable[[], datetime]) -> None:
    """Work until told to stop; the frame in hand is finished first. No error ends it.

    Where no frame waits, a challenger may look at one that is decided.
    """
    log.info("worker.started", worker=name)
    challenger = Challenger()
    while not stop.is_set():
        start = time.monotonic()
        try:
            if once(parts, name=name, now=clock()) is not None:
                challenger.decided(time.monotonic() - start)
                rest_s = 0.0
            else:
                rest_s = 0.0 if challenger.look(parts, clock()) else IDLE_S
        except StoreError as fault:
            rest_s = parts.outages.failed("database", fault).total_seconds()
        except Exception:
            log.exception("worker.broke", worker=name)
            rest_s = BROKEN_S
        stop.wait(rest_s)
    log.info("worker.stopped", worker=name)


def pause(tries: int) -> timedelta:
    """How long a frame waits after so many tries.

    >>> [pause(tries).total_seconds() for tries in (1, 2, 3, 4)]
    [1.0, 4.0, 16.0, 64.0]
    """
    return timedelta(seconds=4 ** (tries - 1))


def _failed(parts: Parts, lease: Lease, fault: Exception, *, now: datetime) -> Outcome | None:
    says = f"{type(fault).__name__}: {fault}"
    if lease.tries >= TRIES:
        log.exception("frame.given_up", frame=lease.frame, tries=lease.tries)
        return _give_up(parts, lease, says, now=now)
    log.warning("frame.retried", frame=lease.frame, tries=lease.tries, error=says, exc_info=fault)
    parts.queue.retry(lease, at=now + pause(lease.tries), error=says)
    return None


def _give_up(parts: Parts, lease: Lease, says: str, *, now: datetime) -> Outcome | None:
    try:
        with transaction(parts.engine) as session:
            return pipeline.give_up(session, lease, parts=parts, says=f"could not be processed: {says}", now=now)
    except LeaseLost:
        return None


def _ids(outcome: Outcome) -> dict[str, int | None]:
    return {"frame": outcome.frame, "visit": outcome.visit, "alert": outcome.alert}
