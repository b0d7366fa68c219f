"""Clips that were handed in: opened once, whatever is in them and whenever the process dies."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ingest import uploads
from ingest.arrivals import accept_frame, accept_upload, times
from ingest.decoding import Decoder
from ingest.intake import Intake
from store import frames, tables
from store.archive import FolderArchive
from store.errors import DiskNearlyFull
from store.frame_queue import TableQueue
from store.session import Engine, reading
from store.vocabulary import Origin
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
            at=uploads.later(start, shot.at_s), origin=Origin.DOOR, received_at=NOW, motion=regions, upload=upload,
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
