"""Decoder: opens what others sent, in a child process with limits. Loads neither cv2 nor PyAV itself."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType

from ingest.child import Child, Limits
from ingest.frames import Pixels, Region, Shot, Span
from ingest.messages import Content, Reply, Request, Task
from ingest.slate import Slate
from store.errors import Undecodable

__all__ = ["Decoder", "Limits"]

CHILD = "ingest.decoding_child"
ENCODING_S = 120.0
numbers = itertools.count(1)


class Decoder:
    """Pictures and clips out of foreign files. Threads may share one; the child starts with the first request.

    A child that dies or hangs over a file is replaced, and clips that others were reading out of it go on.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: Child | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> "Decoder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child. A later request starts another."""
        with self._lock:
            if self._child is not None:
                self._child.end()
            self._child = None

    def kill(self) -> None:
        """End the child from another thread although it is at work: whoever waits for it gets Undecodable."""
        child = self._child
        if child is not None:
            child.process.kill()

    def picture(self, source: bytes | Path, max_side: int | None = None) -> Pixels:
        """Decode one picture, upright; made smaller where its longer side exceeds max_side. Raises Undecodable."""
        reply, content = self._one(source, Task.PICTURE, max_side)
        return content.reshape(reply.height, reply.width, 3)

    def thumbnail(self, source: bytes | Path, max_side: int) -> bytes:
        """One picture as a small JPEG. Raises Undecodable."""
        return self._one(source, Task.THUMBNAIL, max_side)[1].tobytes()

    def obscured(
        self, source: bytes | Path, max_side: int, *, hide: Sequence[Region], shown: Sequence[Region]
    ) -> bytes:
        """One picture as a small JPEG in which what is hidden, and all that is not shown, is a few blocks of colour.

        Raises Undecodable.
        """
        parts = [[(one.x, one.y, one.w, one.h) for one in some] for some in (hide, shown)]
        return self._one(source, Task.OBSCURED, max_side, hide=parts[0], shown=parts[1])[1].tobytes()

    def clip(self, path: Path, every_s: float = 0.5) -> Iterator[Shot]:
        """The shots of a clip, one each every_s seconds from its first. Raises Undecodable."""
        return self._shots(f"file:{path}", every_s=every_s)

    def span(self, path: Path) -> Span:
        """How long a clip says it is and when it says it was made; nothing is decoded. Raises Undecodable."""
        request = Request(task=Task.SPAN, limit_s=self.limits.seconds, addresses=[f"file:{path}"])
        reply, _ = self._ask(request)
        return Span(seconds=reply.at_s, made_at=datetime.fromisoformat(reply.said) if reply.said else None)

    def make_clip(self, pictures: Sequence[bytes | Path], out: Path, fps: float) -> None:
        """Write the pictures as an H.264 MP4 that browsers play, at most 1280 wide. Raises Undecodable."""
        out.parent.mkdir(parents=True, exist_ok=True)
        self._ask(
            Request(
                task=Task.ENCODE, limit_s=max(ENCODING_S, self.limits.seconds), fps=fps, out=str(out.absolute()),
                addresses=[_address(source) for source in pictures],
                sizes=[len(source) for source in pictures if isinstance(source, bytes)],
            ),
            [source for source in pictures if isinstance(source, bytes)],
        )  # fmt: skip

    def _one(
        self, source: bytes | Path, task: Task, max_side: int | None, *,
        hide: Sequence[Sequence[float]] = (), shown: Sequence[Sequence[float]] = (),
    ) -> tuple[Reply, Content]:  # fmt: skip
        sent = [source] if isinstance(source, bytes) else []
        request = Request(
            task=task, limit_s=self.limits.seconds, max_side=max_side, addresses=[_address(source)],
            sizes=[len(data) for data in sent], hide=hide, shown=shown,
        )  # fmt: skip
        return self._ask(request, sent)

    def _shots(self, address: str, *, every_s: float) -> Iterator[Shot]:
        clip = next(numbers)
        try:
            for after in itertools.count():
                request = Request(
                    task=Task.SHOT, limit_s=self.limits.seconds, addresses=[address], clip=clip, after=after,
                    every_s=every_s,
                )  # fmt: skip
                reply, content = self._ask(request)
                if reply.end:
                    return
                yield _shot(reply, content)
        finally:
            self._forget(clip)

    def _forget(self, clip: int) -> None:
        with self._lock:
            if self._child is not None and self._child.alive:
                try:
                    self._child.ask(Request(task=Task.CLOSE, clip=clip, limit_s=self.limits.seconds))
                except Undecodable:
                    self._child = None

    def _ask(self, request: Request, contents: Sequence[bytes] = ()) -> tuple[Reply, Content]:
        with self._lock:
            if self._child is None or not self._child.alive:
                if self._child is not None:
                    self._child.end()
                self._child = Child(self.limits, CHILD, Slate())
            reply, content = self._child.ask(request, contents)
        if reply.fault is not None:
            raise Undecodable(reply.fault)
        return reply, content


def _address(source: bytes | Path) -> str | None:
    return None if isinstance(source, bytes) else str(source.absolute())


def _shot(reply: Reply, content: Content) -> Shot:
    height, width = reply.thumb
    return Shot(
        at_s=reply.at_s,
        picture=content[: reply.jpeg].tobytes(),
        thumb=content[reply.jpeg :].reshape(height, width),
        width=reply.width,
        height=reply.height,
    )
