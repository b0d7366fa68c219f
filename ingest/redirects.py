"""Redirects: an RTSP camera may send us elsewhere, and each such place is looked at before anything connects to it.

FFmpeg follows wherever it is sent, and no option of it forbids that. It logs the place first, in the thread that is
about to connect, and PyAV hands the line over at once: a thread that is sent where no camera may be stays there for
ever and connects to nothing. Runs in a stream's child only; HTTP is told to follow none.
"""

import logging
import os
import re
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import av

from ingest import addresses
from store.errors import SourceUnreachable

TOLD = re.compile(r"Status \d+: Redirecting to (.*)", re.DOTALL)
PLAIN = re.compile(r"rtsps?://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:[/?][^\s\\@]*)?")
"""The only form that is followed: FFmpeg and we read the same host in it."""

LONGEST = 900
"""Characters; a longer place may have been cut off in the log."""

_lock = threading.Lock()
_opening: dict[int, Callable[[str], str | None]] = {}


@contextmanager
def looked_at(allowed: Collection[str], refused: Callable[[str], None]) -> Iterator[None]:
    """While this thread opens a stream. refused: told why, once; what was called then never returns."""

    def fault(place: str) -> str | None:
        says = _fault(place, allowed)
        if says is not None:
            refused(says)
        return says

    _listen()
    with _lock:
        _opening[threading.get_ident()] = fault
        av.logging.set_level(av.logging.INFO)
    try:
        yield
    finally:
        with _lock:
            _opening.pop(threading.get_ident())
            if not _opening:
                av.logging.set_level(None)


def require_peers(allowed: Collection[str]) -> None:
    """Raise SourceUnreachable where this process is connected to what no camera may be, however it came there."""
    for place in Path("/proc/self/fd").iterdir():
        with suppress(OSError), _copied(int(place.name)) as opened:
            if opened.family in (socket.AF_INET, socket.AF_INET6):
                _require(str(opened.getpeername()[0]), allowed)


def _copied(number: int) -> socket.socket:
    """A copy of an open socket. Raises OSError where the number is of none, and leaves nothing open."""
    copy = os.dup(number)
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        raise


def _require(number: str, allowed: Collection[str]) -> None:
    try:
        addresses.require(number, allowed)
    except SourceUnreachable as fault:
        raise SourceUnreachable(f"the camera's name led elsewhere than it did a moment ago: {fault.detail}") from None


def _fault(place: str, allowed: Collection[str]) -> str | None:
    """Why a place that a camera sends us to must not be called; None where it may be."""
    if len(place) > LONGEST or not PLAIN.fullmatch(place):
        return "the camera sends us to an address that cannot be read: write the one where its stream is in park.toml"
    try:
        addresses.resolved(place, {}, allowed=allowed)
    except SourceUnreachable as fault:
        return f"the camera sends us elsewhere, and that is refused: {fault.detail}"
    return None


def _listen() -> None:
    log = logging.getLogger("libav.rtsp")
    log.setLevel(logging.INFO)
    if _heard not in log.filters:
        log.addFilter(_heard)  # a filter holds no lock, so a thread that stays in it keeps up no other


def _heard(record: logging.LogRecord) -> bool:
    told = TOLD.fullmatch(record.getMessage())
    fault = _opening.get(threading.get_ident())
    if told and fault is not None and fault(told[1].strip()) is not None:
        threading.Event().wait()
    return False
