from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest import retention
from ingest.handed import Desk, Handed, Outcome, again, take_in
from ingest.recognition import Claims, Known, recognise
from store import held, tables
from store.errors import ArchiveFileMissing, DiskNearlyFull
from store.session import Engine, reading, transaction
from store.vocabulary import Door, HeldState
from tests.conftest import NOW
from tests.ingest.desks import desk, knows, picture

EDGE_CASES = Path(__file__).parents[2].parent / "shared" / "data" / "edge_cases"


def hand(at: Desk, data: bytes, minutes: int = 0, **claims: str) -> Outcome:
    handed = Handed(door=Door.FOLDER, name="a.jpg", data=data, claims=Claims(**claims))
    return take_in(at, handed, now=NOW + timedelta(minutes=minutes))


def test_a_serial_number_that_park_toml_names_is_its_cameras(engine: Engine, tmp_path: Path) -> None:
    knows(engine, serial="X1", make="RECONYX")
    done = hand(desk(engine, tmp_path), picture(serial="X1"))
    assert (done.state, done.camera, done.says) == (HeldState.TAKEN, "creek", "EXIF")


def test_an_unknown_cameras_picture_waits_with_its_reason_and_is_counted_once(engine: Engine, tmp_path: Path) -> None:
    at = desk(engine, tmp_path)
    first, second = hand(at, picture(serial="X9")), hand(at, picture(serial="X9"), minutes=5)
    assert first.state is HeldState.UNRECOGNISED and first.held == second.held
    with reading(engine) as session:
        row = held.get(session, first.held or 0)
        assert (row.times, row.says) == (2, "no camera is known by make RECONYX, serial X9")
        assert at.intake.archive.open(row.sha256) == picture(serial="X9")
        assert session.query(tables.Frame).count() == 0


def test_an_assigned_picture_is_a_frame_of_the_time_at_which_it_came(engine: Engine, tmp_path: Path) -> None:
    at = desk(engine, tmp_path)
    waiting = hand(at, picture(serial="X9")).held or 0
    done = again(at, waiting, as_camera="creek", who="ada", now=NOW + timedelta(hours=3))
    assert (done.state, done.camera) == (HeldState.TAKEN, "creek")
    with reading(engine) as session:
        frame = session.query(tables.Frame).one()
        row = held.get(session, waiting)
        assert (frame.camera_id, frame.received_at) == ("creek", NOW)
        assert (row.state, row.settled_by, row.upload_id) == (HeldState.TAKEN, "ada", frame.upload_id)


def test_what_is_tried_again_once_park_toml_knows_it_is_taken_in(engine: Engine, tmp_path: Path) -> None:
    at = desk(engine, tmp_path)
    waiting = hand(at, picture(serial="X9")).held or 0
    assert again(at, waiting, as_camera=None, who="ada", now=NOW).state is HeldState.UNRECOGNISED
    knows(engine, serial="X9")
    assert again(at, waiting, as_camera=None, who="ada", now=NOW).camera == "creek"


def test_a_refused_file_is_kept_apart_and_the_oldest_go_when_too_many_are(engine: Engine, tmp_path: Path) -> None:
    at = desk(engine, tmp_path, held_bytes=2500)
    for number in range(3):
        done = hand(at, f"{number}".encode() * 1000, minutes=number)
        assert (done.state, done.upload) == (HeldState.REFUSED, None)
    with reading(engine) as session:
        rows = held.page(session, state=HeldState.REFUSED, limit=9)
        assert [(row.why, at.refused.open(row.sha256)[:1]) for row in rows] == [
            ("not-a-picture", b"2"), ("not-a-picture", b"1"),
        ]  # fmt: skip
    assert len([path for path in (tmp_path / "refused").rglob("*") if path.is_file()]) == 2


def test_one_that_is_refused_again_stays_and_one_too_large_is_listed(engine: Engine, tmp_path: Path) -> None:
    at = desk(engine, tmp_path, limit_bytes=500)
    refused, large = hand(at, b"no picture").held or 0, hand(at, picture() * 9).held or 0
    assert again(at, refused, as_camera="creek", who="ada", now=NOW).state is HeldState.REFUSED
    with reading(engine) as session:
        assert (held.get(session, large).why, held.get(session, large).kept) == ("too-large", False)


def test_too_many_unrecognised_pictures_ask_the_sender_to_try_again(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(DiskNearlyFull, match="assign or discard"):
        hand(desk(engine, tmp_path, held_bytes=100), picture())


def test_a_cameras_own_zone_counts_before_its_sites(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        session.get_one(tables.Camera, "creek").time_zone = "UTC"
    hand(desk(engine, tmp_path), picture(taken="2026:11:23 02:59:00"), camera="creek")
    with reading(engine) as session:
        assert session.query(tables.Frame).one().taken_at == NOW - timedelta(minutes=1)


def test_two_cameras_that_fit_are_none() -> None:
    both = [Known(camera=name, recognise={"make": "RECONYX"}) for name in ("creek", "gate")]
    assert recognise(Claims(make="RECONYX"), both).says == "it could be of any of these cameras: creek, gate"
    assert recognise(Claims(make="RECONYX", folder="gate"), both).camera == "gate"
    assert recognise(Claims(camera="creek", folder="gate"), both).camera == "creek"


@pytest.mark.skipif(not EDGE_CASES.is_dir(), reason="the real pictures of ../shared are not here")
def test_every_odd_file_is_taken_in_or_listed_with_its_reason(engine: Engine, tmp_path: Path) -> None:
    at = desk(engine, tmp_path, limit_bytes=64_000_000)
    for file in sorted(EDGE_CASES.iterdir()):
        done = hand(at, file.read_bytes(), camera="creek")
        assert done.state in (HeldState.TAKEN, HeldState.REFUSED), file.name
        assert (done.upload is not None) == (done.state is HeldState.TAKEN) and done.says


def discarded(engine: Engine, number: int, at: datetime) -> tables.HeldFile:
    with transaction(engine) as session:
        row = held.get(session, number)
        row.state, row.settled_at, row.settled_by = HeldState.DISCARDED, at, "ada"
        return row


def test_what_was_discarded_is_freed_after_some_days_in_which_it_can_still_be_taken(
    engine: Engine, tmp_path: Path
) -> None:
    at = desk(engine, tmp_path)
    archive, late = at.intake.archive, datetime.now(UTC) + timedelta(days=30)
    row = discarded(engine, hand(at, picture(serial="X9")).held or 0, late)
    assert retention.keep_discarded(engine, archive, now=late + timedelta(days=6)) == 0
    assert archive.has(row.sha256)
    assert retention.keep_discarded(engine, archive, now=late + timedelta(days=8)) == 1
    assert (archive.has(row.sha256), retention.keep_discarded(engine, archive, now=late + timedelta(days=9))) == (
        False, 0,
    )  # fmt: skip
    with pytest.raises(ArchiveFileMissing, match="have its sender send it again"):
        again(at, row.id, as_camera="creek", who="ada", now=late)


def test_discarded_bytes_that_a_camera_handed_in_as_its_own_stay(engine: Engine, tmp_path: Path) -> None:
    at, late = desk(engine, tmp_path), datetime.now(UTC) + timedelta(days=30)
    row = discarded(engine, hand(at, picture(serial="X9")).held or 0, late)
    knows(engine, serial="X9")
    assert hand(at, picture(serial="X9")).state is HeldState.TAKEN
    assert retention.keep_discarded(engine, at.intake.archive, now=late + timedelta(days=8)) == 0
    assert at.intake.archive.has(row.sha256)
    with reading(engine) as session:
        assert held.get(session, row.id).kept is False
