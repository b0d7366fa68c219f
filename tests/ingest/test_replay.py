"""Footage taken in as if a camera had given it at a stated time; on both databases."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest import footage, replay
from ingest.decoding import Decoder
from ingest.intake import Intake
from ingest.replay import Taken, Wanted
from ingest.sources import shot_of
from store import tables
from store.archive import FolderArchive
from store.errors import DiskNearlyFull, UnknownCamera
from store.frame_queue import TableQueue
from store.session import Engine, reading
from store.vocabulary import Origin
from tests.ingest.drawings import encoded, exif, landscape, with_exif

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DATE_TIME_ORIGINAL, OFFSET = 0x9003, 0x9011


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as opened:
        yield opened


@pytest.fixture(scope="module")
def clip(decoder: Decoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds in which a bear comes to the creek."""
    out = tmp_path_factory.mktemp("clips") / "creek.mp4"
    shots = [shot_of(footage.render("creek", step / 2, seed=3, size=(320, 180)), 0).picture for step in range(20)]
    decoder.make_clip(shots, out, fps=2)
    return out


@pytest.fixture
def intake(engine: Engine, tmp_path: Path) -> Intake:
    return Intake(engine=engine, archive=FolderArchive(tmp_path / "archive"), data_dir=tmp_path, disk_floor_bytes=0)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A folder as a card may hold it: three pictures, one of them with a time, a hidden file and a folder within."""
    folder = tmp_path / "card"
    (folder / "inner").mkdir(parents=True)
    for name, seed in (("a.jpg", 1), ("inner/b.jpg", 2)):
        (folder / name).write_bytes(encoded(landscape(seed=seed)))
    told = exif({}, {DATE_TIME_ORIGINAL: b"2026:11:19 20:30:00\0", OFFSET: b"-07:00\0"})
    (folder / "c.jpg").write_bytes(with_exif(encoded(landscape(seed=3)), told))
    (folder / ".DS_Store").write_bytes(b"nothing to see")
    return folder


def take(intake: Intake, decoder: Decoder, *paths: Path, start: datetime | None = START, **wanted: object) -> Taken:
    said = Wanted(camera="creek", start=start, now=NOW, **wanted)  # type: ignore[arg-type]
    return replay.take_in(intake, decoder, paths, said)


def kept(intake: Intake) -> list[tables.Frame]:
    """Every frame there is, in order."""
    with reading(intake.engine) as session:
        return session.query(tables.Frame).order_by(tables.Frame.id).all()


def test_a_clip_begins_at_the_start_and_each_shot_has_its_own_time(
    intake: Intake, decoder: Decoder, clip: Path
) -> None:
    taken = take(intake, decoder, clip)
    rows = kept(intake)
    assert taken.frames == [row.id for row in rows]
    assert (taken.files, taken.new, taken.errors) == (1, len(rows), [])
    assert rows[0].taken_at == START
    assert [row.taken_at for row in rows] == sorted({row.taken_at for row in rows})
    assert START + timedelta(seconds=8) < rows[-1].taken_at <= START + timedelta(seconds=10)
    assert {row.origin for row in rows} == {Origin.REPLAY}
    assert all(row.received_at == row.taken_at and not row.send for row in rows)


def test_every_shot_is_read_and_only_those_worth_it_are_kept(
    intake: Intake, decoder: Decoder, tmp_path: Path
) -> None:
    still = tmp_path / "still.mp4"
    decoder.make_clip([encoded(landscape(160, 120))] * 24, still, fps=2)
    taken = take(intake, decoder, still)
    assert (taken.frames_read, len(taken.frames)) == (24, 3)


def test_the_same_footage_with_the_same_start_adds_nothing(
    intake: Intake, decoder: Decoder, clip: Path, card: Path
) -> None:
    first, again = (take(intake, decoder, clip, card) for _ in range(2))
    assert (again.frames, again.new) == (first.frames, 0)
    assert len(kept(intake)) == first.new
    assert take(intake, decoder, clip, start=START + timedelta(days=1)).new > 0


def test_pictures_without_a_time_are_spaced_and_follow_a_clip(
    intake: Intake, decoder: Decoder, clip: Path, card: Path
) -> None:
    take(intake, decoder, clip, card, every_s=20.0)
    last_of_clip, *pictures = kept(intake)[-4:]
    spaces = [
        later.taken_at - before.taken_at for before, later in zip([last_of_clip, *pictures], pictures, strict=False)
    ]
    assert spaces == [timedelta(seconds=20)] * 3


@pytest.mark.parametrize("start", [NOW - timedelta(days=365), NOW + timedelta(days=365)])
def test_footage_of_any_year_waits_from_now_on(intake: Intake, decoder: Decoder, card: Path, start: datetime) -> None:
    take(intake, decoder, card, start=start)
    queue = TableQueue(intake.engine)
    assert queue.claim("w", now=NOW - timedelta(seconds=1)) is None
    assert queue.claim("w", now=NOW) is not None


def test_without_a_start_a_pictures_own_time_counts_and_else_now(
    intake: Intake, decoder: Decoder, card: Path
) -> None:
    take(intake, decoder, card, start=None)
    times = {row.taken_at for row in kept(intake)}
    assert times == {NOW, datetime(2026, 11, 20, 3, 30, tzinfo=UTC), NOW + timedelta(seconds=1)}


def test_with_a_start_a_pictures_own_time_does_not_count(intake: Intake, decoder: Decoder, card: Path) -> None:
    take(intake, decoder, card)
    assert [row.taken_at for row in kept(intake)] == [START + timedelta(seconds=step) for step in range(3)]


def test_an_sd_card_is_marked_as_evidence_only(intake: Intake, decoder: Decoder, card: Path) -> None:
    take(intake, decoder, card, bulk=True)
    assert {(row.origin, row.send) for row in kept(intake)} == {(Origin.BULK, False)}


def of_card(intake: Intake, decoder: Decoder, card: Path, now: datetime) -> Taken:
    return replay.take_in(intake, decoder, [card], Wanted(camera="creek", start=None, now=now, bulk=True))


def test_a_card_without_a_start_goes_by_its_files_times_so_that_a_later_run_adds_nothing(
    intake: Intake, decoder: Decoder, clip: Path, card: Path
) -> None:
    (card / "d.mp4").write_bytes(clip.read_bytes())
    written = datetime(2026, 11, 19, 5, 0, tzinfo=UTC).timestamp()
    for path in card.rglob("*.*"):
        os.utime(path, (written, written))
    first, again = of_card(intake, decoder, card, NOW), of_card(intake, decoder, card, NOW + timedelta(hours=5))
    assert (again.new, again.frames) == (0, first.frames)
    pictures = {row.taken_at for row in kept(intake) if row.id in first.names}
    assert pictures == {datetime(2026, 11, 19, 5, tzinfo=UTC), datetime(2026, 11, 20, 3, 30, tzinfo=UTC)}
    assert len(kept(intake)) == first.new > 3


def test_a_cards_picture_is_taken_in_by_its_header_and_one_without_any_is_an_error(
    intake: Intake, decoder: Decoder, tmp_path: Path
) -> None:
    whole, folder = encoded(landscape(320, 240)), tmp_path / "card"
    folder.mkdir()
    (folder / "1-cut-deep.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "2-cut-early.jpg").write_bytes(whole[:30])
    (folder / "3-empty.jpg").write_bytes(b"")
    (folder / "4-whole.jpg").write_bytes(whole)
    with (folder / "5-endless.jpg").open("wb") as file:
        file.write(whole)
        file.truncate(replay.MOST_BYTES + 1)
    taken = of_card(intake, decoder, folder, NOW)
    named = {Path(error.file).name: error.type for error in taken.errors}
    assert named == {
        "2-cut-early.jpg": "header-broken", "3-empty.jpg": "not-a-picture", "5-endless.jpg": "too-large",
    }  # fmt: skip
    assert [(row.width, row.height) for row in kept(intake)] == [(320, 240), (0, 0), (320, 240)]
    assert [Path(name).name for name in taken.names.values()] == ["1-cut-deep.jpg", "4-whole.jpg"]


def test_how_far_a_card_is_is_told_by_hundreds_with_its_share(intake: Intake, decoder: Decoder, card: Path) -> None:
    told = list[tuple[str, float]]()
    wanted = Wanted(camera="creek", start=None, now=NOW, bulk=True)
    replay.take_in(intake, decoder, [card], wanted, lambda says, share: told.append((says, round(share, 2))))
    assert told == [("taking in 0 of 3 files", 0.33), ("taking in 0 of 3 files", 0.67), ("taking in 0 of 3 files", 1)]


def test_with_send_the_frames_may_lead_to_notices(intake: Intake, decoder: Decoder, card: Path) -> None:
    take(intake, decoder, card, send=True)
    assert {(row.origin, row.send) for row in kept(intake)} == {(Origin.REPLAY, True)}


def test_broken_files_are_errors_beside_the_others(
    intake: Intake, decoder: Decoder, clip: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    good = encoded(landscape(320, 240))
    (folder / "1.jpg").write_bytes(good)
    (folder / "2-cut.jpg").write_bytes(good[:200])
    (folder / "3-empty.jpg").write_bytes(b"")
    (folder / "4-notes.txt").write_text("saw nothing")
    (folder / "5-cut.mp4").write_bytes(clip.read_bytes()[:500])
    (folder / "6.jpg").write_bytes(encoded(landscape(320, 240, seed=6)))
    taken = take(intake, decoder, folder, tmp_path / "gone.jpg")
    assert taken.files == 6
    named = [Path(error.file).name for error in taken.errors]
    assert named == ["2-cut.jpg", "3-empty.jpg", "5-cut.mp4", "gone.jpg"]
    assert {error.type for error in taken.errors} <= {"undecodable", "not-a-picture", "unreadable"}
    assert all(error.detail for error in taken.errors)
    assert taken.frames_read == len(set(taken.frames)) == 4


def test_what_could_not_be_opened_becomes_a_frame_of_no_pixels_for_its_decision(
    intake: Intake, decoder: Decoder, clip: Path, tmp_path: Path
) -> None:
    (tmp_path / "cut.jpg").write_bytes(encoded(landscape(320, 240))[:200])
    (tmp_path / "cut.mp4").write_bytes(clip.read_bytes()[:500])
    take(intake, decoder, tmp_path / "cut.jpg", tmp_path / "cut.mp4")
    assert [(row.width, row.height) for row in kept(intake)] == [(0, 0), (0, 0)]


def test_an_unknown_camera_is_named_and_nothing_is_kept(intake: Intake, decoder: Decoder, card: Path) -> None:
    with pytest.raises(UnknownCamera, match="ridge"):
        replay.take_in(intake, decoder, [card], Wanted(camera="ridge", start=START, now=NOW))
    assert kept(intake) == []


def test_a_nearly_full_disk_stops_it_before_anything_is_written(
    engine: Engine, decoder: Decoder, card: Path, tmp_path: Path
) -> None:
    archive = FolderArchive(tmp_path / "archive")
    full = Intake(engine=engine, archive=archive, data_dir=tmp_path, disk_floor_bytes=10**18)
    with pytest.raises(DiskNearlyFull):
        take(full, decoder, card)
    assert kept(full) == []
