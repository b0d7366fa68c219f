"""The child process that opens foreign files: one socket, one request after another, until the socket closes.

Started as `python -m ingest.decoding_child SOCKET MEMORY_BYTES SLATE` by ingest.child.
"""

import ctypes
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "110000000"
os.environ["OPENCV_LOG_LEVEL"] = "OFF"

from ingest import clips, obscuring, opening
from ingest.frames import Shot
from ingest.messages import Content, Reply, Request, Task, receive, send
from ingest.slate import Slate
from store.errors import Undecodable

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
GRACE_S = 2.0
"""The parent kills first; a child whose parent has died ends itself this much later."""

KEPT_BYTES = 32 << 20
"""So much freed memory the child keeps for its next picture: to take it anew costs a third of the decoding."""

Answer = tuple[Reply, list[bytes | Content]]


def main(descriptor: int, memory_bytes: int, slate_at: int) -> None:
    """Answer until the parent closes its end."""
    slate = Slate(slate_at)
    _keep_memory()
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    opened: dict[int, Iterator[Shot]] = {}
    with socket.socket(fileno=descriptor) as parent, suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            words, content = receive(parent)
            request = Request(**words)
            signal.setitimer(signal.ITIMER_REAL, request.limit_s + GRACE_S)
            reply, contents = _answer(request, content, opened)
            if on_slate := slate.write(contents):
                reply, contents = replace(reply, on_slate=on_slate), []
            send(parent, reply, contents)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _keep_memory() -> None:
    """By glibc's mallopt; another C library keeps to its own ways."""
    with suppress(AttributeError):
        keep = ctypes.CDLL(None).mallopt
        for option in (TRIM_THRESHOLD, MMAP_THRESHOLD):
            keep(option, KEPT_BYTES)


def _answer(request: Request, content: Content, opened: dict[int, Iterator[Shot]]) -> Answer:
    try:
        if request.task == Task.SHOT:
            return _next_shot(request, opened)
        if request.task == Task.CLOSE:
            opened.pop(request.clip, None)
            return Reply(), []
        if request.task == Task.ENCODE:
            clips.encode(opening.sources(request, content), request.out, request.fps)
            return Reply(), []
        if request.task == Task.SPAN:
            span = clips.span(str(request.addresses[0]))
            return Reply(at_s=span.seconds, said=span.made_at.isoformat() if span.made_at else ""), []
        pixels = opening.picture(opening.sources(request, content)[0], request.max_side)
        reply = Reply(height=pixels.shape[0], width=pixels.shape[1])
        if request.task == Task.OBSCURED:
            pixels = obscuring.obscured(pixels, hide=request.hide, shown=request.shown)
        return reply, [pixels if request.task == Task.PICTURE else opening.jpeg(pixels)]
    except Undecodable as fault:
        return Reply(fault=fault.detail), []
    except MemoryError:
        return Reply(fault="it needs more memory than one file may take: make it smaller"), []


def _next_shot(request: Request, opened: dict[int, Iterator[Shot]]) -> Answer:
    """The shot after the first `after` ones; a clip that an earlier child had open is opened again."""
    shots = opened.get(request.clip)
    if shots is None:
        shots = clips.shots(str(request.addresses[0]), every_s=request.every_s)
        for _ in range(request.after):
            next(shots, None)
        opened[request.clip] = shots
    shot = next(shots, None)
    if shot is None:
        return Reply(end=True), []
    reply = Reply(
        at_s=shot.at_s, width=shot.width, height=shot.height, jpeg=len(shot.picture),
        thumb=(shot.thumb.shape[0], shot.thumb.shape[1]),
    )  # fmt: skip
    return reply, [shot.picture, shot.thumb]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
