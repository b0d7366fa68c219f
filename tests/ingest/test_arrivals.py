"""A file at the door: kept once, with the times that can be believed, and on disk before anybody is answered."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from ingest.arrivals import Accepted, Times, accept_frame, accept_upload
from ingest.frames import Region
from ingest.intake import Intake
from store import cameras, frames, tables
from store.archive import FolderArchive
from store.errors import DiskNearlyFull, HeaderBroken, NotAPicture, UnknownCamera
from store.frame_queue import TableQueue
from store.session import Engine, make_engine, reading, transaction
from store.vocabulary import Origin, UploadKind
from tests.conftest import NOW
from tests.ingest.drawings import encoded, exif, landscape, shared, with_exif

PICTURE = encoded(landscape())
DATED = with_exif(PICTURE, exif({}, {0x9003: b"2026:11:22 12:00:00\0"}))
HANDING_IN = Path(__file__).parent / "handing_in.py"


@pytest.fixture
def intake(engine: Engine, tmp_path: Path) -> Intake:
    return Intake(engine=engine, archive=FolderArchive(tmp_path / "archive"), data_dir=tmp_path, disk_floor_bytes=0)


def handed_in(intake: Intake, data: bytes = PICTURE, stated_at: datetime | None = None) -> Accepted:
    return accept_upload(intake, camera="creek", data=data, stated_at=stated_at, now=NOW)


def frame_of(intake: Intake, accepted: Accepted) -> tables.Frame:
    assert accepted.frame is not None
    with reading(intake.engine) as session:
        return frames.get(session, accepted.frame)


def test_a_picture_is_archived_kept_and_queued(intake: Intake) -> None:
    accepted = handed_in(intake)
    frame = frame_of(intake, accepted)
    assert (accepted.kind, accepted.new) == (UploadKind.PICTURE, True)
    assert (frame.width, frame.height, frame.upload_id, frame.origin) == (64, 48, accepted.upload, Origin.DOOR)
    assert intake.archive.open(accepted.sha256) == PICTURE
    assert TableQueue(intake.engine).depth() == 1


def test_a_clip_waits_to_be_opened(intake: Intake) -> None:
    data = shared("clips/bear/bear_uit2052188_10.mp4").read_bytes()
    accepted = handed_in(intake, data)
    with reading(intake.engine) as session:
        assert [row.id for row in frames.waiting_clips(session)] == [accepted.upload]
    assert (accepted.kind, accepted.frame) == (UploadKind.CLIP, None)


def test_the_same_file_again_gives_the_same_ids(intake: Intake) -> None:
    first, second = handed_in(intake), handed_in(intake)
    assert (second.upload, second.frame, second.new) == (first.upload, first.frame, False)
    other = handed_in(intake, stated_at=NOW - timedelta(hours=1))
    assert other.new
    assert other.frame != first.frame
    assert TableQueue(intake.engine).depth() == 2


def test_the_senders_time_counts_before_the_pictures_own(intake: Intake) -> None:
    stated = NOW - timedelta(hours=3)
    assert frame_of(intake, handed_in(intake, DATED, stated)).taken_at == stated


def test_the_pictures_own_time_is_in_the_sites_zone(intake: Intake) -> None:
    frame = frame_of(intake, handed_in(intake, DATED))
    assert frame.taken_at == frame.stated_at == datetime(2026, 11, 22, 19, tzinfo=UTC)


def test_a_picture_without_any_time_counts_from_its_receipt(intake: Intake) -> None:
    frame = frame_of(intake, handed_in(intake))
    assert (frame.stated_at, frame.taken_at, frame.clock_fault) == (None, NOW, None)


@pytest.mark.parametrize(
    "stated", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC), NOW + timedelta(minutes=11)]
)
def test_a_time_that_cannot_be_is_kept_as_said_but_does_not_count(intake: Intake, stated: datetime) -> None:
    frame = frame_of(intake, handed_in(intake, stated_at=stated))
    assert (frame.stated_at, frame.taken_at) == (stated, NOW)
    assert frame.clock_fault is not None
    assert f"{stated:%Y-%m-%d}" in frame.clock_fault


@pytest.mark.parametrize("behind", [timedelta(minutes=11), timedelta(hours=3), timedelta(days=2500)])
def test_a_time_long_before_receipt_is_kept_with_its_doubt(intake: Intake, behind: timedelta) -> None:
    number = handed_in(intake, stated_at=NOW - behind).frame
    assert number is not None
    with reading(intake.engine) as session:
        frame, (status,) = frames.get(session, number), cameras.statuses(session)
    assert (frame.stated_at, frame.taken_at) == (NOW - behind, NOW - behind)
    assert "the clock is wrong" in (frame.clock_fault or "")
    assert status.clock_offset_s is None, "one picture measures no clock"


def test_a_picture_of_a_clock_that_was_measured_is_corrected_and_keeps_what_it_said(intake: Intake) -> None:
    with transaction(intake.engine) as session:
        cameras.clock_off(session, "creek", timedelta(hours=-1))
    frame = frame_of(intake, handed_in(intake, stated_at=NOW - timedelta(hours=3)))
    assert (frame.stated_at, frame.taken_at) == (NOW - timedelta(hours=3), NOW - timedelta(hours=2))
    assert "1 hour behind" in (frame.clock_fault or "")


def test_a_clock_a_little_ahead_is_believed(intake: Intake) -> None:
    stated = NOW + timedelta(minutes=9)
    assert frame_of(intake, handed_in(intake, stated_at=stated)).taken_at == stated


@pytest.mark.parametrize("stated", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-24T03:00:00"])
def test_a_stated_time_that_no_calendar_has_is_refused(intake: Intake, stated: str) -> None:
    with pytest.raises(HeaderBroken, match="stated time"):
        handed_in(intake, stated_at=datetime.fromisoformat(stated))


def test_what_is_no_picture_leaves_nothing_behind(intake: Intake) -> None:
    with pytest.raises(NotAPicture):
        handed_in(intake, b"hello")
    with pytest.raises(HeaderBroken):
        handed_in(intake, PICTURE[:12])
    assert not (intake.data_dir / "archive").exists()


def test_an_unknown_or_retired_camera_is_refused(intake: Intake) -> None:
    with pytest.raises(UnknownCamera, match="brook"):
        accept_upload(intake, camera="brook", data=PICTURE, stated_at=None, now=NOW)
    with transaction(intake.engine) as session:
        session.get_one(tables.Camera, "creek").retired_at = NOW
    with pytest.raises(UnknownCamera, match="creek"):
        handed_in(intake)


def test_a_nearly_full_disk_refuses_before_anything_is_written(intake: Intake) -> None:
    full = Intake(engine=intake.engine, archive=intake.archive, data_dir=intake.data_dir, disk_floor_bytes=1 << 60)
    with pytest.raises(DiskNearlyFull, match="make room"):
        handed_in(full)
    assert not (intake.data_dir / "archive").exists()
    assert TableQueue(intake.engine).depth() == 0


def test_the_camera_is_seen_when_it_hands_something_in(intake: Intake) -> None:
    accepted = handed_in(intake)
    with reading(intake.engine) as session:
        (status,) = cameras.statuses(session)
    assert (status.last_seen_at, status.last_frame_at, status.latest_sha256) == (NOW, NOW, accepted.sha256)


def test_a_frame_keeps_its_motion_and_its_upload(intake: Intake) -> None:
    kept = accept_frame(
        intake, camera="creek", data=PICTURE, size=(64, 48), at=Times(stated_at=NOW, taken_at=NOW),
        origin=Origin.STREAM, received_at=NOW, motion=[Region(x=0.1, y=0.2, w=0.3, h=0.4)],
    )  # fmt: skip
    with reading(intake.engine) as session:
        assert frames.get(session, kept.id).motion == [[0.1, 0.2, 0.3, 0.4]]


def test_a_replayed_frame_does_not_make_its_camera_look_alive(intake: Intake) -> None:
    accept_frame(
        intake, camera="creek", data=PICTURE, size=(64, 48), at=Times(stated_at=NOW, taken_at=NOW),
        origin=Origin.REPLAY, received_at=NOW,
    )  # fmt: skip
    with reading(intake.engine) as session:
        assert not cameras.statuses(session)


def test_a_key_opens_its_own_camera_until_it_is_revoked(engine: Engine) -> None:
    with transaction(engine) as session:
        cameras.add_key(session, "creek", "f" * 64, NOW)
    with transaction(engine) as session:
        found = cameras.by_key(session, "f" * 64)
        assert found is not None
        assert found.id == "creek"
        assert cameras.by_key(session, "0" * 64) is None
        found.retired_at = NOW
    with reading(engine) as session:
        assert cameras.by_key(session, "f" * 64) is None


def test_a_fault_keeps_its_beginning_and_ends_with_the_next_picture(engine: Engine) -> None:
    with transaction(engine) as session:
        cameras.fault(session, "creek", "no answer", at=NOW)
        cameras.fault(session, "creek", "refused", at=NOW + timedelta(minutes=5))
        status = cameras.status(session, "creek")
        assert (status.fault, status.fault_since) == ("refused", NOW)
        cameras.seen(session, "creek", at=NOW + timedelta(minutes=6))
        assert (status.fault, status.fault_since) == (None, None)


@pytest.mark.parametrize("after_s", [0.15, 0.4, 0.75])
def test_what_was_answered_survives_a_kill(url: str, engine: Engine, tmp_path: Path, after_s: float) -> None:
    """P1: the process that accepts is killed at any moment; every answer that it gave still holds."""
    told = tmp_path / "told"
    with told.open("wb") as out:
        child = subprocess.Popen([sys.executable, HANDING_IN, url, tmp_path / "archive"], stdout=out)
        try:
            while not told.stat().st_size:
                assert child.poll() is None
                time.sleep(0.01)
            time.sleep(after_s)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
    answers = [line.split() for line in told.read_text().splitlines() if line.endswith(".")]
    assert answers
    archive, again = FolderArchive(tmp_path / "archive"), make_engine(url)
    with reading(again) as session:
        for frame, digest, _ in answers:
            assert frames.get(session, int(frame)).sha256 == digest
            assert sha256(archive.open(digest)).hexdigest() == digest
        for row in session.query(tables.Frame):
            assert archive.has(row.sha256)
    again.dispose()
