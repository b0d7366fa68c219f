"""Cameras of the tests: real RTSP and HTTP servers on free ports, and the footage that they send."""

import contextlib
import http.server
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from ingest import footage
from ingest.frames import Pixels

SYSTEM_PYTHON = "/usr/bin/python3"
PROGRAM = Path(__file__).with_name("rtsp_camera.py")
NEEDED = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
HOME = ("127.0.0.0/8",)
"""The cameras of the tests are on this machine, which a park must allow."""


@cache
def _has_gstreamer() -> bool:
    return subprocess.run([SYSTEM_PYTHON, "-c", NEEDED], capture_output=True, check=False).returncode == 0


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


class Camera:
    """An RTSP server of these views; it can die and come back at the same port."""

    def __init__(self, *views: str) -> None:
        if not _has_gstreamer():
            pytest.skip("GStreamer's RTSP server is missing: apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi")
        self.port, self.views = free_port(), views
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [SYSTEM_PYTHON, PROGRAM, str(self.port), *self.views], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"

    def url(self, view: int = 0) -> str:
        return f"rtsp://127.0.0.1:{self.port}/{view}"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextlib.contextmanager
def camera(*views: str) -> Iterator[Camera]:
    running = Camera(*views)
    try:
        yield running
    finally:
        running.kill()


def bare(
    path: Path, pictures: Iterator[Pixels] | Sequence[Pixels], codec: str, *, rate: int = 25, key: int = 25
) -> str:
    """Encode as cameras do (no B-frames, a keyframe each `key` pictures) and give the view that sends it."""
    name = {"h264": "libx264", "h265": "libx265"}[codec]
    tuned = {"h264": {"tune": "zerolatency"}, "h265": {"x265-params": "log-level=none:bframes=0:rc-lookahead=0"}}
    with av.open(str(path), "w", format={"h264": "h264", "h265": "hevc"}[codec]) as container:
        stream = None
        for pixels in pictures:
            if stream is None:
                stream = container.add_stream(name, rate=rate)
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt, stream.gop_size = "yuv420p", key
                stream.options = {"preset": "ultrafast", "crf": "28", **tuned[codec]}
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        assert stream is not None
        container.mux(stream.encode())
    return f"{codec}={path}@{rate}"


def live(
    scene: str, begin_s: float, seconds: float, *, rate: int = 25, size: tuple[int, int] = (640, 360)
) -> Iterator[Pixels]:
    """A drawn scene as a sensor sees it: noise of its own in each picture."""
    chance = np.random.default_rng(3)
    noise = chance.normal(0, 2.0, (9, size[1], size[0], 1)).astype(np.float32)
    for number in range(round(seconds * rate)):
        pixels = footage.render(scene, begin_s + number / rate, size=size).astype(np.float32)
        yield np.clip(pixels + noise[number % 9], 0, 255).astype(np.uint8)


@contextlib.contextmanager
def http_camera(answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """An HTTP server that answers each GET by a function; gives its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with contextlib.suppress(OSError):
                answer(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/video"
    finally:
        server.shutdown()
        server.server_close()


def until(holds: Callable[[], bool], within_s: float = 20.0) -> None:
    """Wait until something holds, else fail."""
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
