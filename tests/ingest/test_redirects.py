"""Cameras that send us elsewhere: followed to where cameras may be, and nothing connects to any other place."""

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ingest import redirects
from ingest.streams import Stream
from store.errors import SourceUnreachable
from tests.ingest.cameras import bare, camera, http_camera, live

HERE = ("127.0.0.1/32",)
"""One number of this machine is a camera's; 127.0.0.2, this machine too, is nobody's."""


class Listening:
    """Counts who connects to it, and answers RTSP requests as `answers` says."""

    def __init__(self, number: str, status: str, location: str = "") -> None:
        self.calls = 0
        self._answer = f"RTSP/1.0 {status}\r\nCSeq: %d\r\n" + (f"Location: {location}\r\n" if location else "")
        self._socket = socket.create_server((number, 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                one, _ = self._socket.accept()
                self.calls += 1
                with one, contextlib.suppress(OSError, ValueError):
                    self._talk(one)

    def _talk(self, one: socket.socket) -> None:
        while asked := one.recv(4096).decode():
            number = int(asked.split("CSeq:")[1].split("\r\n")[0])
            one.sendall((self._answer % number + "\r\n").encode())


@contextlib.contextmanager
def listening(number: str, status: str, location: str = "") -> Iterator[Listening]:
    opened = Listening(number, status, location)
    try:
        yield opened
    finally:
        opened.close()


def look(url: str, count: int = 1) -> int:
    shots = Stream(url, allowed=HERE).shots(threading.Event())
    try:
        return len(list(itertools.islice(shots, count)))
    finally:
        shots.close()  # type: ignore[attr-defined]


def test_a_camera_that_sends_us_to_this_machine_is_refused_before_anything_connects() -> None:
    with listening("127.0.0.2", "404 Not Found") as other:
        place = f"rtsp://127.0.0.2:{other.port}/admin"
        with (
            listening("127.0.0.1", "302 Found", place) as sender,
            pytest.raises(SourceUnreachable, match=r"sends us elsewhere.*127\.0\.0\.2 is this machine itself"),
        ):
            look(f"rtsp://127.0.0.1:{sender.port}/main")
        assert sender.calls == 1
        assert other.calls == 0


@pytest.mark.parametrize(
    "place",
    [
        "rtsp://169.254.169.254/latest", "rtsp://eve:pass@127.0.0.1:{port}/", "rtsp://127.0.0.1\\@127.0.0.2:{port}/",
        "rtmp://127.0.0.2:{port}/", "rtsp://127.0.0.2:{port}/" + "a" * 2000, "/elsewhere",
        "rtsp://127.0.0.2:{port}?@127.0.0.1/", "rtsp://2130706434:{port}/",
    ],
)  # fmt: skip
def test_no_way_of_writing_a_place_gets_past(place: str) -> None:
    with listening("127.0.0.2", "404 Not Found") as other:
        told = place.format(port=other.port)
        with (
            listening("127.0.0.1", "301 Moved Permanently", told) as sender,
            pytest.raises(SourceUnreachable, match=r"sends us|cannot be read"),
        ):
            look(f"rtsp://127.0.0.1:{sender.port}/main")
        assert other.calls == 0


def test_a_camera_that_sends_us_to_where_cameras_may_be_is_followed(tmp_path: Path) -> None:
    view = bare(tmp_path / "clip", live("creek", 6, 4, rate=12, size=(320, 180)), "h264", rate=12, key=12)
    with camera(view) as running, listening("127.0.0.1", "302 Found", running.url()) as sender:
        assert look(f"rtsp://127.0.0.1:{sender.port}/main", 2) == 2


def test_no_http_redirect_is_followed() -> None:
    with listening("127.0.0.1", "404 Not Found") as other:

        def elsewhere(asked: BaseHTTPRequestHandler) -> None:
            asked.send_response(302)
            asked.send_header("Location", f"http://127.0.0.1:{other.port}/video")
            asked.end_headers()

        with http_camera(elsewhere) as url, pytest.raises(SourceUnreachable):
            look(url)
        assert other.calls == 0


def test_a_name_that_led_elsewhere_once_it_was_looked_up_is_noticed_by_who_answers() -> None:
    with (
        listening("127.0.0.2", "404 Not Found") as other,
        socket.create_connection(("127.0.0.2", other.port)),
        pytest.raises(SourceUnreachable, match=r"led elsewhere.*127\.0\.0\.2"),
    ):
        redirects.require_peers(HERE)


def test_looking_at_what_is_open_leaves_nothing_open(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w"), socket.create_server(("127.0.0.1", 0)):
        before = set(Path("/proc/self/fd").iterdir())
        for _ in range(3):
            redirects.require_peers(HERE)
        assert set(Path("/proc/self/fd").iterdir()) == before
