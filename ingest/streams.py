"""Streams: cameras that are pulled over RTSP or HTTP, each in a child of its own."""

import secrets
import threading
import time
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from ingest import addresses
from ingest.child import Child, Limits
from ingest.frames import Shot
from ingest.messages import Content, receive, send
from ingest.stream_messages import News, Order, Told, Wish
from store.errors import SourceUnreachable

EVERY_S = 0.5
SILENT_S = 15.0
"""By the wall clock: a child that said nothing for so long hangs, and is ended."""

LONGEST_PAUSE_S = 60.0
CHILD = "ingest.stream_child"


@dataclass(frozen=True, kw_only=True, eq=False)
class Recording:
    """An MP4 of received packets. It begins and ends so many seconds before at_s (time.monotonic)."""

    data: bytes
    began_s: float
    ended_s: float
    at_s: float
    codec: str
    width: int
    height: int


class Stream:
    """One camera: main for what is kept, watch (if another) for what is watched.

    recordings: those handed over and not yet taken. shed_s, shed: seconds and pictures left out and not yet taken.
    """

    def __init__(
        self, main: str, *, watch: str | None = None, transport: str = "tcp", allowed: Collection[str] = (),
        silent_s: float = SILENT_S,
    ) -> None:  # fmt: skip
        self.recordings: deque[Recording] = deque()
        self.shed_s, self.shed = 0.0, 0
        self._main, self._watch, self._transport, self._allowed = main, watch, transport, allowed
        self._silent_s = silent_s
        self._child: Child | None = None
        self._moving = self._unsure = False

    def shots(self, stop: threading.Event) -> Iterator[Shot]:
        """As they come; ends when stop is set. Raises SourceUnreachable: it ended, broke, or was silent for long."""
        begun = time.monotonic()
        self._child = Child(Limits(), CHILD)
        try:
            self._order(self._opening())
            while not stop.is_set():
                self._order(Order(wish=Wish.NEXT, moving=self._moving, unsure=self._unsure))
                self._moving = self._unsure = False
                told, content = self._heard(News.SHOT)
                if stop.is_set():
                    return
                yield replace(_shot(told, content), at_s=time.monotonic() - begun)
        finally:
            self._child.end()

    def fine(self, shot: Shot) -> Shot:
        """The shot that was given last, as large as the camera gives it. Raises SourceUnreachable."""
        self._order(Order(wish=Wish.FINE))
        told, content = self._heard(News.FINE)
        return replace(shot, picture=content.tobytes(), width=told.width, height=told.height)

    def follow(self) -> None:
        """Something moves in the shot that was given last: stay awake, and record it."""
        self._moving = True

    def stay(self) -> None:
        """Something small may move: the next shot comes soon, and nothing is recorded."""
        self._unsure = True

    def take_recordings(self) -> list[Recording]:
        """Those handed over since the last time."""
        return [self.recordings.popleft() for _ in range(len(self.recordings))]

    def take_shed(self) -> tuple[float, int]:
        """Seconds and pictures left out since the last time."""
        shed = (self.shed_s, self.shed)
        self.shed_s, self.shed = 0.0, 0
        return shed

    def cut(self) -> None:
        """From another thread: end a wait for the next shot."""
        if self._child is not None:
            self._child.process.kill()

    def _opening(self) -> Order:
        main = addresses.resolved(self._main, allowed=self._allowed)
        watch = addresses.resolved(self._watch, allowed=self._allowed) if self._watch else ""
        return Order(
            wish=Wish.OPEN, main=main, watch=watch, transport=self._transport, every_s=EVERY_S,
            allowed=tuple(self._allowed),
        )  # fmt: skip

    def _order(self, order: Order) -> None:
        assert self._child is not None
        try:
            self._child.socket.settimeout(self._silent_s)
            send(self._child.socket, order)
        except OSError:
            pass  # what it said last is still to be read

    def _heard(self, wanted: News) -> tuple[Told, Content]:
        """Wait for this piece of news; others are taken in on the way."""
        assert self._child is not None
        while True:
            try:
                words, content = receive(self._child.socket, time.monotonic() + self._silent_s)
            except TimeoutError:
                raise self._unreachable(
                    f"it hung: nothing came for {self._silent_s:g} s. Look at camera and network; it is opened again"
                ) from None
            except (EOFError, OSError):
                raise self._unreachable("its decoder broke down: it is opened again") from None
            told = Told(**words)
            self.shed_s, self.shed = self.shed_s + told.shed_s, self.shed + told.shed
            if told.news == wanted:
                return told, content
            if told.news == News.RECORDING:
                self.recordings.append(_recording(told, content))
            if told.news == News.END:
                raise self._unreachable(told.says)

    def _unreachable(self, says: str) -> SourceUnreachable:
        return SourceUnreachable(f"{addresses.shown(self._watch or self._main)}: {says}")


def pause_s(failures: int) -> float:
    """How long to wait before a source is opened again: growing to a minute, and never the same for two cameras."""
    longest = min(LONGEST_PAUSE_S, 2.0 ** min(failures, 6))
    return longest * (0.5 + secrets.randbelow(1000) / 2000)


def _shot(told: Told, content: Content) -> Shot:
    height, width = told.thumb
    return Shot(
        at_s=0.0, picture=content[: told.jpeg].tobytes(), thumb=content[told.jpeg :].reshape(height, width),
        width=told.width, height=told.height,
    )  # fmt: skip


def _recording(told: Told, content: Content) -> Recording:
    return Recording(
        data=content.tobytes(), began_s=told.began_s, ended_s=told.ended_s, at_s=told.at_s, codec=told.codec,
        width=told.width, height=told.height,
    )  # fmt: skip
