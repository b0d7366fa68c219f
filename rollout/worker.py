"""Worker: frames out of the queue, one at a time, each to its decision."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from rollout import pipeline
from rollout.parts import Parts
from rollout.pipeline import Outcome
from store.errors import LeaseLost, StoreError
from store.frame_queue import LEASE, Lease
from store.session import transaction
from store.vocabulary import Act

TRIES = 5
"""A frame that failed so often is decided as UNREADABLE, so that it keeps nobody waiting."""

IDLE_S = 0.2
QUIET = (Act.NOTHING, Act.JOIN)
RENEWS = LEASE / 3
log = structlog.get_logger()


def once(parts: Parts, *, name: str, now: datetime) -> Outcome | None:
    """Carry the next frame to its decision; None where none is due, or this one failed and went back."""
    start = time.monotonic()
    lease = parts.queue.claim(name, now=now)
    if lease is None:
        return None
    try:
        with _kept(parts, lease, now=now):
            if lease.tries > TRIES:
                return _give_up(parts, lease, "its worker died over it again and again", now=now)
            outcome = pipeline.process(lease, parts=parts, now=now)
    except LeaseLost:
        log.warning("frame.lost", frame=lease.frame, worker=name)
        return None
    except Exception as fault:
        return _failed(parts, lease, fault, now=now + timedelta(seconds=time.monotonic() - start))
    seconds = round(time.monotonic() - start, 3)
    told = log.debug if outcome.act in QUIET else log.info
    told("frame.decided", act=outcome.act.value, reason=outcome.reason.value, seconds=seconds, **_ids(outcome))
    return outcome


def run(parts: Parts, stop: threading.Event, *, name: str, clock: Callable[[], datetime]) -> None:
    """Work until told to stop; the frame in hand is finished first."""
    log.info("worker.started", worker=name)
    while not stop.is_set():
        try:
            worked = once(parts, name=name, now=clock())
        except StoreError as fault:
            log.warning("worker.waits", worker=name, error=fault.detail or fault.title())
            worked = None
        if worked is None:
            stop.wait(IDLE_S)
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


@contextmanager
def _kept(parts: Parts, lease: Lease, *, now: datetime) -> Iterator[None]:
    """Renew the lease beside slow work, so that nobody else takes the frame of a worker that lives."""
    done, start = threading.Event(), time.monotonic()

    def renew() -> None:
        while not done.wait(RENEWS.total_seconds()):
            try:
                parts.queue.renew(lease, now=now + timedelta(seconds=time.monotonic() - start))
            except LeaseLost:
                return
            except StoreError as fault:
                log.warning("lease.not_renewed", frame=lease.frame, error=fault.detail)

    beside = threading.Thread(target=renew, name="lease", daemon=True)
    beside.start()
    try:
        yield
    finally:
        done.set()
        beside.join()


def _ids(outcome: Outcome) -> dict[str, int | None]:
    return {"frame": outcome.frame, "visit": outcome.visit, "alert": outcome.alert}
