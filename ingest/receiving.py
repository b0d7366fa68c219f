"""Receiving: one connection to a camera, its packets into a ring. Runs in a stream's child only."""

import threading
import time
from collections.abc import Callable, Collection
from contextlib import closing

import av
import av.container

from ingest import redirects
from ingest.headers import MOST_PIXELS
from ingest.ring import Ring
from ingest.timing import Timing
from store.errors import SourceUnreachable, Undecodable

FORMATS = "rtsp,sdp,rtp,mpjpeg,mjpeg,jpeg_pipe,mov,mp4,matroska,webm,mpegts,flv,h264,hevc"
OPTIONS = {
    "protocol_whitelist": "rtsp,rtsps,rtp,udp,tcp,tls,http,https",
    "format_whitelist": FORMATS,
    "analyzeduration": "1500000",
    "fflags": "nobuffer",
    "max_redirects": "0",  # of HTTP alone: see redirects for RTSP
}
TRANSPORTS = {
    "tcp": {"rtsp_transport": "tcp", "rtsp_flags": "prefer_tcp"},
    "udp": {"rtsp_transport": "udp"},
}
OPEN_S, READ_S = 8.0, 8.0
AHEAD_S = 1.0
"""A file that a server hands out at once is read at its own pace, give or take this."""

FRESH_S, BATCH_S, QUIET_BATCH_S = 0.005, 0.15, 1.0
"""A packet that was waited for was the last one there: the next ones are read together, which wakes us less often.

A wake costs more than all packets of a quiet second.
"""

MOST_WAITING = 200_000
"""Bytes that may come while we wait, so that no camera must hold back what the kernel has no room for."""

SNAPSHOT_S = 1.0
INTRA = ("mjpeg", "png", "jpegls", "webp")
"""Each picture of these stands alone: their sizes tell nothing about motion."""


class Receiver:
    """The packets of one address. fault: why none come any more. generation: counts the connections.

    heard_at: when the last packet came. quiet: nothing moves, so packets may be read later; read: called then, each
    time that all of them are in the ring.

    again_s: with it the address is opened again after each failure, so that evidence may come back while the other
    stream is watched.
    """

    def __init__(
        self,
        address: str,
        transport: str,
        *,
        allowed: Collection[str] = (),
        again_s: float | None = None,
        read: Callable[[], None] = lambda: None,
    ) -> None:
        self.ring = Ring()
        self.fault: str | None = None
        self.stream: av.VideoStream | None = None
        self.generation = 0
        self.quiet = False
        self.heard_at = time.monotonic()
        self._address, self._options, self._again_s = address, {**OPTIONS, **TRANSPORTS[transport]}, again_s
        self._allowed, self._read = allowed, read
        self._batched = transport == "tcp"  # what comes by UDP is lost where nobody reads
        self._snapshot = False
        self._thread = threading.Thread(target=self._run, name="receiver", daemon=True)

    def start(self) -> None:
        """Begin to receive."""
        self._thread.start()

    def _run(self) -> None:
        while self.fault is None:
            try:
                fault = self._receive()
            except (av.FFmpegError, OSError) as broken:
                fault = f"it cannot be read ({broken.strerror or type(broken).__name__}): check camera and network"
            except (SourceUnreachable, Undecodable) as broken:
                fault = broken.detail
            pause = SNAPSHOT_S if self._snapshot and fault is None else self._again_s
            if pause is None:
                self.fault = fault or "the stream ended: it is opened again"
                return
            time.sleep(pause)

    def _receive(self) -> str | None:
        """One connection to its end. Gives why it ended, or None where it ended of itself."""
        with closing(self._opened()) as container:
            redirects.require_peers(self._allowed)
            stream = _video(container)
            if not self._snapshot:
                self.ring.clear()
            self.stream, self.generation = stream, self.generation + 1
            count = self._packets(container, stream)
        self._snapshot = count == 1 and stream.codec_context.name in INTRA
        return None if count else "it opens, and no picture comes: check the camera"

    def _opened(self) -> av.container.InputContainer:
        with redirects.looked_at(self._allowed, self._refuse):
            return av.open(self._address, "r", options=self._options, timeout=(OPEN_S, READ_S))

    def _refuse(self, says: str) -> None:
        self.fault = says

    def _packets(self, container: av.container.InputContainer, stream: av.VideoStream) -> int:
        begun, first, count = time.monotonic(), None, 0
        asked_at, timing, base = begun, Timing(), float(stream.time_base or 0)
        for packet in container.demux(stream):
            if not packet.size:
                continue
            count += 1
            told = packet.dts if packet.dts is not None else packet.pts
            if told is not None and base:
                at_s = told * base
                first = at_s if first is None else first
                ahead_s = at_s - first - (time.monotonic() - begun) - AHEAD_S
                if ahead_s > 0:
                    time.sleep(min(1.0, ahead_s))
            self.heard_at = time.monotonic()
            waited = self.heard_at - asked_at > FRESH_S
            self.ring.add(packet, timing.came(self.heard_at, waited=waited or not self._batched))
            if self._batched and (waited or (self.quiet and timing.none_waits(self.heard_at))):
                wait_s = QUIET_BATCH_S if self.quiet else BATCH_S
                if self.quiet:
                    self._read()
                time.sleep(min(wait_s, MOST_WAITING / max(1.0, self.ring.rate)))
            asked_at = time.monotonic()
        return count


def _video(container: av.container.InputContainer) -> av.VideoStream:
    if not container.streams.video:
        raise Undecodable("it has no picture track, only sound or data: choose another stream of the camera")
    stream = container.streams.video[0]
    if stream.codec_context.width * stream.codec_context.height > MOST_PIXELS:
        raise Undecodable("it has too many pixels for a stream: choose a smaller one in the camera")
    return stream
