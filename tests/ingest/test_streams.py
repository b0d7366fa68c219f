"""Streams against a real RTSP server, and against servers that are none."""

import itertools
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import av
import pytest

from ingest import addresses
from ingest.decoding import Decoder
from ingest.frames import Shot
from ingest.sources import shot_of
from ingest.streams import Stream, pause_s
from store.errors import SourceUnreachable
from tests.ingest.cameras import HOME, bare, camera, http_camera, live


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A bear that walks, as a main stream in H.265 and a smaller one in H.264."""
    folder = tmp_path_factory.mktemp("views")
    return (
        bare(folder / "main", live("creek", 6, 12, rate=12, size=(960, 540)), "h265", rate=12, key=24),
        bare(folder / "sub", live("creek", 6, 12, rate=12, size=(480, 270)), "h264", rate=12, key=24),
    )


def some(stream: Stream, count: int) -> list[Shot]:
    shots = stream.shots(threading.Event())
    try:
        return list(itertools.islice(shots, count))
    finally:
        shots.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("view", "transport"), [(0, "tcp"), (1, "tcp"), (1, "udp")])
def test_pictures_come_over_rtsp(views: tuple[str, str], view: int, transport: str) -> None:
    with camera(*views) as running:
        shots = some(Stream(running.url(view), transport=transport, allowed=HOME), 3)
    assert {shot.thumb.shape for shot in shots} == {(180, 320)}
    assert shots[0].at_s < shots[1].at_s < shots[2].at_s


def test_the_small_stream_is_watched_and_the_large_one_kept_and_recorded(views: tuple[str, str]) -> None:
    with camera(*views) as running:
        stream = Stream(running.url(0), watch=running.url(1), allowed=HOME)
        shots: Iterator[Shot] = stream.shots(threading.Event())
        fine = None
        for shot in shots:
            assert (shot.width, shot.height) == (480, 270)
            fine = stream.fine(shot)
            if shot.at_s < 5:
                stream.follow()
            if stream.recordings:
                break
        shots.close()  # type: ignore[attr-defined]
    assert fine is not None
    assert (fine.width, fine.height) == (960, 540)
    with Decoder() as decoder:
        assert decoder.picture(fine.picture).shape == (540, 960, 3)
    (recording,) = stream.take_recordings()
    assert (recording.codec, recording.width) == ("hevc", 960)
    assert recording.began_s - recording.ended_s > 4


def test_a_recording_holds_the_packets_as_they_were_sent(views: tuple[str, str], tmp_path: Path) -> None:
    with camera(views[1]) as running:
        stream = Stream(running.url(), allowed=HOME)
        shots = stream.shots(threading.Event())
        stream.follow()
        for shot in shots:
            if shot.at_s < 3:
                stream.follow()
            if stream.recordings:
                break
        shots.close()  # type: ignore[attr-defined]
    place = tmp_path / "recording.mp4"
    place.write_bytes(stream.recordings[0].data)
    sent = Path(views[1].partition("=")[2].rpartition("@")[0]).read_bytes()
    with av.open(str(place)) as container:
        packets = [bytes(packet) for packet in container.demux() if packet.size]
    assert len(packets) > 40
    slices = [packet[-60:] for packet in packets]
    assert all(piece in sent for piece in slices), "a packet was encoded anew"
    with Decoder() as decoder:
        assert len(list(decoder.clip(place, every_s=1.0))) >= 4


def test_a_camera_that_dies_is_told_and_is_there_again(views: tuple[str, str]) -> None:
    with camera(views[1]) as running:
        stream = Stream(running.url(), allowed=HOME)
        shots = stream.shots(threading.Event())
        next(shots)
        running.kill()
        with pytest.raises(SourceUnreachable):
            list(shots)
        running.start()
        assert len(some(stream, 2)) == 2


def test_a_camera_that_freezes_raises_nothing_and_is_told_all_the_same(views: tuple[str, str]) -> None:
    with camera(views[1]) as running:
        shots = Stream(running.url(), allowed=HOME).shots(threading.Event())
        next(shots)
        running.process.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        with pytest.raises(SourceUnreachable):
            list(shots)
        assert time.monotonic() - begun < 20


def test_a_decoder_that_hangs_is_ended_by_the_clock_on_the_wall(views: tuple[str, str]) -> None:
    with camera(views[1]) as running:
        stream = Stream(running.url(), allowed=HOME, silent_s=4.0)
        shots = stream.shots(threading.Event())
        next(shots)
        assert stream._child is not None
        child = stream._child.process
        child.send_signal(signal.SIGSTOP)
        with pytest.raises(SourceUnreachable, match="hung"):
            list(shots)
        assert child.poll() is not None


def test_a_picture_that_changes_its_size_is_opened_again() -> None:
    with camera("test=320x240") as running:
        stream = Stream(running.url(), allowed=HOME)
        shots = stream.shots(threading.Event())
        assert next(shots).width == 320
        running.process.send_signal(signal.SIGUSR1)
        with pytest.raises(SourceUnreachable, match="160 x 120"):
            list(shots)
        assert some(stream, 1)


def garbage(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(200)
    asked.end_headers()
    for number in range(200):
        asked.wfile.write(bytes((number * 7 + place * 13) % 251 for place in range(20_000)))


def silence(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(200)
    asked.send_header("Content-Type", "multipart/x-mixed-replace; boundary=x")
    asked.end_headers()
    asked.wfile.flush()
    time.sleep(25)


@pytest.mark.parametrize("answer", [garbage, silence])
def test_what_is_no_stream_is_told_and_ends_nothing(answer: object) -> None:
    begun = time.monotonic()
    with http_camera(answer) as url, pytest.raises(SourceUnreachable):  # type: ignore[arg-type]
        some(Stream(url, allowed=HOME), 1)
    assert time.monotonic() - begun < 22


def test_motion_jpeg_is_watched() -> None:
    pictures = [shot_of(pixels, 0).picture for pixels in live("creek", 6, 2, rate=5, size=(320, 180))]

    def motion(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(200)
        asked.send_header("Content-Type", "multipart/x-mixed-replace; boundary=x")
        asked.end_headers()
        for picture in itertools.cycle(pictures):
            head = f"--x\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            asked.wfile.write(head.encode() + picture + b"\r\n")
            time.sleep(0.1)

    with http_camera(motion) as url:
        shots = some(Stream(url, allowed=HOME), 3)
    assert [(shot.width, shot.height) for shot in shots] == [(320, 180)] * 3


def test_this_machine_is_refused_unless_the_park_allows_it() -> None:
    with pytest.raises(SourceUnreachable, match=r"this machine itself.*camera_networks"):
        some(Stream("rtsp://127.0.0.1:554/main"), 1)
    with pytest.raises(SourceUnreachable, match="this machine itself"):
        addresses.resolved("http://localhost:8000/api", allowed=["10.0.0.0/8"])
    assert addresses.resolved("rtsp://127.0.0.1/main", allowed=HOME)
    with pytest.raises(SourceUnreachable, match="no camera can be"):
        addresses.resolved("http://169.254.169.254/", allowed=["169.254.0.0/16"])


def test_pauses_grow_and_no_two_are_alike() -> None:
    assert max(pause_s(1) for _ in range(50)) <= 2.0
    assert min(pause_s(9) for _ in range(50)) >= 30.0
    assert len({pause_s(6) for _ in range(50)}) > 20
