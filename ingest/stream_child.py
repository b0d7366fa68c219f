"""The child process of one stream: receives all its packets, and decodes as few of them as will do.

Started as `python -m ingest.stream_child SOCKET MEMORY_BYTES` by ingest.child. It ends with its socket or its stream.
"""

import os
import resource
import select
import signal
import socket
import sys
import time
from contextlib import suppress

import av
import numpy as np

from ingest import picturing, remuxing
from ingest.messages import Content, receive, send
from ingest.picturing import Eye
from ingest.pulse import Pulse
from ingest.receiving import Receiver
from ingest.recorder import Recorder, Span
from ingest.stream_messages import News, Order, Told, Wish
from store.errors import Undecodable

TURN_S, QUIET_TURN_S = 0.25, 1.5
"""While quiet a turn begins when packets were read, or at the latest after this."""

BEAT_S = 4.0
DEAF_S = 12.0
BLIND_S = 45.0
AGAIN_S = 15.0
STALE_S = 5.0
"""After so long without a packet the stream for evidence is away."""


class Reading:
    """One camera: the stream that is watched, and the one for evidence, which may be the same."""

    def __init__(self, parent: socket.socket, order: Order) -> None:
        self._parent, self._order = parent, order
        self._bell = os.eventfd(0)
        self._main = Receiver(
            order.main, order.transport, allowed=order.allowed, again_s=AGAIN_S if order.watch else None,
            read=self._ring_bell if not order.watch else lambda: None,
        )  # fmt: skip
        self._watched = self._main
        if order.watch:
            self._watched = Receiver(order.watch, order.transport, allowed=order.allowed, read=self._ring_bell)
        self._eyes: dict[Receiver, tuple[int, Eye]] = {}
        self._pulse, self._recorder = Pulse(every_s=order.every_s), Recorder()
        self._frame: av.VideoFrame | None = None
        self._asked, self._judged, self._told_at = False, 0, 0.0
        self._begun = time.monotonic()

    def run(self) -> None:
        """Until the stream ends, or the parent."""
        for receiver in {self._main, self._watched}:
            receiver.start()
        says = "the stream ended: it is opened again"
        try:
            while self._watched.fault is None:
                self._obey()
                self._turn(time.monotonic())
            says = self._watched.fault
        except Undecodable as fault:
            says = fault.detail
        self._record(self._recorder.rest(time.monotonic()))
        send(self._parent, Told(news=News.END, says=says))

    def _ring_bell(self) -> None:
        os.eventfd_write(self._bell, 1)

    def _obey(self) -> None:
        """Wait a moment for wishes, and fulfil them."""
        wait_s = QUIET_TURN_S if self._watched.quiet else TURN_S
        while True:
            doors: list[socket.socket | int] = [self._parent, self._bell]
            ready = select.select(doors, [], [], wait_s)[0]
            if self._bell in ready:
                os.eventfd_read(self._bell)
            if self._parent not in ready:
                return
            order = Order(**receive(self._parent)[0])
            wait_s = 0.0
            if order.wish == Wish.FINE:
                self._fine()
                continue
            self._asked = True
            now = time.monotonic()
            self._pulse.seen(now, moving=order.moving or order.unsure)
            if order.moving:
                self._recorder.moved(now)

    def _turn(self, now: float) -> None:
        if self._watched.stream is not None:
            self._judge()
            self._look(now)
        begins = self._recorder.begins_s
        held = () if begins is None else self._evidence().ring.since(begins)
        self._record(self._recorder.due(now, sum(one.size for one in held)))
        for receiver in {self._main, self._watched}:
            receiver.ring.trim((self._recorder.begins_s or now) - self._pulse.before_s)
        self._require_life(now)
        if now - self._told_at >= BEAT_S:
            self._tell(Told(news=News.BEAT))

    def _require_life(self, now: float) -> None:
        """Raise where a stream hangs that raises nothing, or sends what no picture can be made of."""
        if now - self._watched.heard_at > DEAF_S:
            raise Undecodable(f"nothing came for {DEAF_S:g} s: look at camera and network; it is opened again")
        if now - (self._pulse.looked_at or self._begun) > BLIND_S:
            raise Undecodable(f"it sends, but for {BLIND_S:g} s no picture could be made of it: check the camera")

    def _judge(self) -> None:
        """What came since the last turn, by its sizes."""
        for one in self._watched.ring.after(self._judged):
            self._judged = one.number
            self._pulse.packet(one.at_s, one.size, key=one.key)

    def _look(self, now: float) -> None:
        """A picture where one is due."""
        eye, ring = self._eye(self._watched), self._watched.ring
        asleep = self._pulse.sleeps(now)
        for receiver in {self._main, self._watched}:
            receiver.quiet = asleep and self._recorder.begins_s is None
        if asleep:
            key = ring.last_key()
            if key is None or not self._pulse.glances(now, key.at_s):
                return
            self._show(eye.glance(key), now)
        elif eye.intra:
            newest = ring.last_key()
            if newest is not None and newest.number != eye.fed and self._pulse.due(now):
                self._show(eye.follow([newest]), now)
        else:
            frame = self._followed(self._watched, now)
            if frame is not None and self._pulse.due(now):
                self._show(frame, now)

    def _followed(self, receiver: Receiver, now: float) -> av.VideoFrame | None:
        """The newest picture, decoded from where the eye was, or from the last keyframe. What is too old is shed."""
        eye, ring = self._eye(receiver), receiver.ring
        key = ring.last_key()
        if key is None:
            return None
        todo = ring.after(eye.fed) if eye.fed else ring.after(key.number - 1)
        behind = bool(eye.fed and todo) and self._pulse.is_behind(now, todo[0].at_s, key.at_s)
        if behind or (eye.fed and todo and (todo[0].number != eye.fed + 1 or key.number > eye.fed)):
            eye.rest()
            todo = ring.after(key.number - 1)
        return eye.follow(todo)

    def _show(self, frame: av.VideoFrame | None, now: float) -> None:
        if frame is None:
            return
        self._pulse.looked(now)
        if not self._asked:
            self._pulse.left_out()
            return
        self._frame, self._asked = frame, False
        small = picturing.small(frame)
        picture, thumb = picturing.jpeg(small), picturing.thumb(small)
        shape = (thumb.shape[0], thumb.shape[1])
        width, height = small.width, small.height
        self._tell(Told(news=News.SHOT, width=width, height=height, jpeg=len(picture), thumb=shape), [picture, thumb])

    def _fine(self) -> None:
        """The moment of the last shot, as large as the camera gives it."""
        frame = self._frame
        if self._evidence() is not self._watched:
            try:
                frame = self._followed(self._main, time.monotonic()) or frame
            except Undecodable:  # of another size than before: the next one meets a new eye
                self._eyes.pop(self._main, None)
        assert frame is not None
        picture = picturing.jpeg(frame)
        self._tell(Told(news=News.FINE, width=frame.width, height=frame.height, jpeg=len(picture)), [picture])

    def _eye(self, receiver: Receiver) -> Eye:
        """The decoder of its present connection."""
        generation, stream = receiver.generation, receiver.stream
        assert stream is not None
        known = self._eyes.get(receiver)
        if known is None or known[0] != generation:
            size = stream.codec_context
            if receiver is self._watched:
                self._pulse.begins(pixels=size.width * size.height)
            known = self._eyes[receiver] = (generation, Eye(stream))
        return known[1]

    def _evidence(self) -> Receiver:
        """Where recordings are cut from: the watched stream while the other is away."""
        silent = time.monotonic() - self._main.heard_at > STALE_S
        away = self._main.stream is None or self._main.ring.last_key() is None or silent
        return self._watched if away else self._main

    def _record(self, span: Span | None) -> None:
        evidence = self._evidence()
        if span is None or evidence.stream is None or evidence.stream.codec_context.name not in remuxing.CODECS:
            return
        packets = [one for one in evidence.ring.since(span.begins_s) if one.at_s <= span.ends_s]
        if not packets:
            return
        size, now = evidence.stream.codec_context, time.monotonic()
        with suppress(av.FFmpegError, OSError):  # the pictures of the visit are kept all the same
            data = remuxing.recorded(evidence.stream, packets)
            told = Told(
                news=News.RECORDING, width=size.width, height=size.height, codec=size.name,
                began_s=now - packets[0].at_s, ended_s=now - packets[-1].at_s, at_s=now,
            )  # fmt: skip
            self._tell(told, [data])

    def _tell(self, told: Told, contents: list[bytes | Content] | None = None) -> None:
        self._told_at = time.monotonic()
        shed_s, shed = self._pulse.take_shed()
        send(self._parent, Told(**{**vars(told), "shed_s": shed_s, "shed": shed}), contents or [])


def main(descriptor: int, memory_bytes: int) -> None:
    """Read one stream until it ends, or the parent closes its end."""
    if picturing.hardware() is None:  # a device's driver asks for more addresses than any limit worth the name
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    av.logging.set_level(None)
    np.seterr(all="ignore")
    with socket.socket(fileno=descriptor) as parent, suppress(EOFError, BrokenPipeError, ConnectionResetError):
        Reading(parent, Order(**receive(parent)[0])).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
