"""Clips that were handed in: opened once, whatever is in them and whenever the process dies."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from ingest import uploads
from ingest.arrivals import accept_frame, accept_upload, times
from ingest.decoding import Decoder
from ingest.intake import Intake
from store import frames, tables
from store.archive import FolderArchive
from store.errors import DiskNearlyFull
from store.frame_queue import TableQueue
from store.session import Engine, reading, transaction
from store.vocabulary import Light, Origin, ViewPartKind
from tests.conftest import NOW
from tests.ingest.drawings import encoded, landscape, shared

LATER = NOW + timedelta(seconds=30)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as opened:
        yield opened


@pytest.fixture(scope="module")
def clip(decoder: Decoder, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Twelve seconds of a still picture, 2 pictures a second."""
    out = tmp_path_factory.mktemp("clips") / "still.mp4"
    decoder.make_clip([encoded(landscape(160, 120))] * 24, out, fps=2)
    return out.read_bytes()


@pytest.fixture
def intake(engine: Engine, tmp_path: Path) -> Intake:
    return Intake(engine=engine, archive=FolderArchive(tmp_path / "archive"), data_dir=tmp_path, disk_floor_bytes=0)


def hand_in(intake: Intake, data: bytes) -> int:
    return accept_upload(intake, camera="creek", data=data, stated_at=NOW - timedelta(hours=1), now=NOW).upload


def upload_of(intake: Intake, upload: int) -> tuple[tables.Upload, list[tables.Frame]]:
    with reading(intake.engine) as session:
        return session.get_one(tables.Upload, upload), list(frames.of_upload(session, upload))


def test_a_clip_in_which_nothing_moves_still_gets_decisions(intake: Intake, decoder: Decoder, clip: bytes) -> None:
    upload = hand_in(intake, clip)
    assert uploads.open_waiting(intake, decoder, now=LATER) == 1
    row, kept = upload_of(intake, upload)
    assert (row.opened_at, row.error) == (LATER, None)
    assert [frame.taken_at - NOW + timedelta(hours=1) for frame in kept] == [
        timedelta(seconds=0),
        timedelta(seconds=5),
        timedelta(seconds=10),
    ]
    assert {(frame.origin, frame.received_at, frame.width) for frame in kept} == {(Origin.DOOR, NOW, 160)}
    assert TableQueue(intake.engine).depth() == len(kept)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("x", "moved"), [(0.0, False), (0.5, True)])
def test_what_moves_in_a_clip_counts_unless_it_was_masked_when_the_clip_came(
    intake: Intake, decoder: Decoder, tmp_path: Path, x: float, moved: bool
) -> None:
    pictures = [np.full((120, 320, 3), 90, dtype=np.uint8) for _ in range(30)]
    for number, picture in enumerate(pictures[15:]):
        picture[40:80, 10 + 6 * number : 40 + 6 * number] = (230, 200, 160)
    decoder.make_clip([encoded(picture) for picture in pictures], tmp_path / "walk.mp4", fps=2)
    with transaction(intake.engine) as session:
        session.add(tables.Person(id=1, name="ada", role="admin", sites=[], password_hash="x", created_at=NOW))
        session.flush()
        session.add(
            tables.ViewPart(
                camera_id="creek", kind=ViewPartKind.MASK, light=Light.BOTH, x=x, y=0.0, w=0.5, h=1.0, began_at=NOW,
                began_by=1, why="a flag",
            )
        )  # fmt: skip
    upload = hand_in(intake, (tmp_path / "walk.mp4").read_bytes())
    uploads.open_waiting(intake, decoder, now=LATER)
    assert any(frame.motion for frame in upload_of(intake, upload)[1]) is moved


def test_an_opened_clip_is_not_opened_again(intake: Intake, decoder: Decoder, clip: bytes) -> None:
    hand_in(intake, clip)
    assert uploads.open_waiting(intake, decoder, now=LATER) == 1
    hand_in(intake, clip)
    assert uploads.open_waiting(intake, decoder, now=LATER) == 0


def test_a_real_clip_with_a_bear_keeps_what_moves(intake: Intake, decoder: Decoder) -> None:
    upload = hand_in(intake, shared("clips/bear/bear_nishanthil_05.mp4").read_bytes())
    uploads.open_waiting(intake, decoder, now=LATER)
    _, kept = upload_of(intake, upload)
    assert len(kept) > 3
    assert any(frame.motion for frame in kept)


@pytest.mark.parametrize("name", ["cut", "noise"])
def test_a_clip_that_cannot_be_opened_gets_one_frame_to_be_decided_as_unreadable(
    intake: Intake, decoder: Decoder, clip: bytes, name: str
) -> None:
    at = clip.index(b"mdat") + 4
    broken = clip[:at] + {"cut": bytes(len(clip) - at), "noise": b"\x5a" * (len(clip) - at)}[name]
    upload = hand_in(intake, broken)
    assert uploads.open_waiting(intake, decoder, now=LATER) == 1
    row, (frame,) = upload_of(intake, upload)
    assert row.error is not None
    assert (frame.width, frame.height, frame.sha256) == (0, 0, row.sha256)
    assert intake.archive.open(frame.sha256) == broken


def test_the_real_clip_that_aborts_other_decoders_is_opened_or_told(intake: Intake, decoder: Decoder) -> None:
    upload = hand_in(intake, shared("edge_cases/aborts_opencv5_demo.avi").read_bytes())
    assert uploads.open_waiting(intake, decoder, now=LATER) == 1
    assert upload_of(intake, upload)[1]


def test_a_run_that_dies_halfway_adds_nothing_twice(intake: Intake, decoder: Decoder, clip: bytes) -> None:
    """Every step of the first run is done but the last: marking the clip as opened."""
    upload = hand_in(intake, clip)
    start = times(NOW - timedelta(hours=1), NOW)
    shots = list(uploads.gated(decoder, intake.archive.path(upload_of(intake, upload)[0].sha256)))
    for shot, regions in shots[:2]:
        accept_frame(
            intake, camera="creek", data=shot.picture, size=(shot.width, shot.height),
            at=uploads.later(start, shot.at_s, NOW), origin=Origin.DOOR, received_at=NOW, motion=regions,
            upload=upload,
        )  # fmt: skip
    assert len(upload_of(intake, upload)[1]) == 2
    uploads.open_waiting(intake, decoder, now=LATER)
    row, kept = upload_of(intake, upload)
    assert row.opened_at == LATER
    assert len(kept) == len(shots) == len({frame.stated_key for frame in kept})


def test_a_clip_waits_for_the_next_run_when_this_one_is_stopped(
    intake: Intake, decoder: Decoder, clip: bytes
) -> None:
    upload, stop = hand_in(intake, clip), threading.Event()
    stop.set()
    assert uploads.open_waiting(intake, decoder, now=LATER, stop=stop) == 0
    assert upload_of(intake, upload)[0].opened_at is None
    assert uploads.open_waiting(intake, decoder, now=LATER) == 1


def test_a_clip_waits_while_the_disk_is_full(intake: Intake, decoder: Decoder, clip: bytes) -> None:
    upload = hand_in(intake, clip)
    full = Intake(engine=intake.engine, archive=intake.archive, data_dir=intake.data_dir, disk_floor_bytes=1 << 60)
    with pytest.raises(DiskNearlyFull):
        uploads.open_waiting(full, decoder, now=LATER)
    assert upload_of(intake, upload)[0].opened_at is None
    assert uploads.open_waiting(intake, decoder, now=LATER) == 1


def test_a_clip_whose_own_times_lie_far_ahead_dates_nothing_later_than_a_camera_may(
    intake: Intake, decoder: Decoder, tmp_path: Path
) -> None:
    upload = hand_in(intake, leaping(tmp_path / "leap.mkv"))
    assert uploads.open_waiting(intake, decoder, now=LATER) == 1
    row, kept = upload_of(intake, upload)
    assert row.error is None
    assert len(kept) >= 2
    assert max(frame.taken_at for frame in kept) <= NOW + timedelta(minutes=10)


@pytest.mark.parametrize("stated", [None, NOW - timedelta(minutes=1), NOW - timedelta(days=40_000)])
@pytest.mark.parametrize("at_s", [0.0, 3600.0, 1e12])
def test_no_shot_is_dated_ahead_of_its_receipt(stated: datetime | None, at_s: float) -> None:
    at = uploads.later(times(stated, NOW), at_s, NOW)
    assert at.taken_at <= NOW + timedelta(minutes=10)
    assert at.stated_at is not None


def leaping(out: Path) -> bytes:
    """A clip of six pictures half a second apart, but for one leap of three hundred years in the middle."""
    with av.open(str(out), "w", format="matroska") as container:
        video = container.add_stream("libx264", rate=2)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        video.time_base = Fraction(1, 2)
        for number in range(6):
            picture = av.VideoFrame.from_ndarray(landscape(160, 120, seed=number))
            picture.pts, picture.time_base = number + (19_000_000_000 if number > 2 else 0), Fraction(1, 2)
            container.mux(video.encode(picture))
        container.mux(video.encode())
    return out.read_bytes()


class Folder(FolderArchive):
    """An archive on a disk that cannot read one of its files."""

    def __init__(self, folder: Path, unreadable: str) -> None:
        super().__init__(folder)
        self.unreadable = unreadable

    def path(self, digest: str) -> Path:
        if digest == self.unreadable:
            raise OSError(5, "Input/output error")
        return super().path(digest)


def test_a_clip_over_which_we_fail_keeps_no_other_and_is_told_in_the_end(
    intake: Intake, decoder: Decoder, clip: bytes, tmp_path: Path
) -> None:
    first, second = hand_in(intake, clip + b"1"), hand_in(intake, clip + b"2")
    archive = Folder(tmp_path / "archive", upload_of(intake, first)[0].sha256)
    broken = Intake(engine=intake.engine, archive=archive, data_dir=tmp_path, disk_floor_bytes=0)
    failures, now = uploads.Failures(), LATER
    assert uploads.open_waiting(broken, decoder, now=now, failures=failures) == 1
    assert upload_of(intake, second)[0].opened_at == LATER
    for _ in range(uploads.TRIES - 1):
        assert upload_of(intake, first)[0].opened_at is None
        now += timedelta(minutes=1)
        uploads.open_waiting(broken, decoder, now=now, failures=failures)
    row, frames_of_it = upload_of(intake, first)
    assert "OSError" in str(row.error)
    assert len(frames_of_it) == 1
