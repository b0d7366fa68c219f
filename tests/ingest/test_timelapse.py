"""The time-lapse: hours drawn before they begin, pictures in them whatever the gate saw, nothing outside of them."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ingest import footage, timelapse, watch
from ingest.decoding import Decoder
from ingest.frames import Shot
from ingest.intake import Intake
from ingest.lapsing import Drawing, Lapse
from ingest.sources import shot_of
from ingest.timelapse import Span
from store import tables
from store import timelapse as rows
from store.archive import FolderArchive
from store.session import Engine, reading, transaction
from store.vocabulary import CameraKind
from tests.conftest import NOW

DAY = date(2026, 11, 24)


@pytest.fixture
def intake(engine: Engine, tmp_path: Path) -> Intake:
    return Intake(engine=engine, archive=FolderArchive(tmp_path / "archive"), data_dir=tmp_path, disk_floor_bytes=0)


def shot() -> Shot:
    return shot_of(footage.render("creek", 40, seed=3, size=(1280, 720)), 0.0)


def drawn(intake: Intake) -> list[tables.DrawnHour]:
    with reading(intake.engine) as session:
        return sorted(
            (row for row, _ in rows.hours(session, "creek", cursor=None, limit=99)), key=lambda row: row.begins_at
        )


def test_the_same_seed_draws_the_same_hours_and_each_hour_is_as_likely_as_another() -> None:
    first = timelapse.hours_of(DAY, "creek", seed=7, hours_a_day=2)
    assert first == timelapse.hours_of(DAY, "creek", seed=7, hours_a_day=2)
    assert first != timelapse.hours_of(DAY, "creek", seed=8, hours_a_day=2)
    assert [one.probability for one in first] == [2 / 24, 2 / 24]
    days = [DAY + timedelta(days=number) for number in range(1200)]
    counted = Counter(
        one.begins_at.hour for day in days for one in timelapse.hours_of(day, "creek", seed=7, hours_a_day=2)
    )
    assert len(counted) == 24
    assert all(60 < counted[hour] < 145 for hour in range(24))


def test_hours_are_written_before_they_begin_and_a_day_is_drawn_once(intake: Intake) -> None:
    Drawing(intake, 6).ahead(["creek"], NOW)
    first = drawn(intake)
    assert all(row.drawn_at < row.begins_at and row.probability == 0.25 for row in first)
    assert 6 <= len(first) <= 12
    Drawing(intake, 20).ahead(["creek"], NOW + timedelta(hours=1))
    assert [row.id for row in drawn(intake)] == [row.id for row in first]
    Drawing(intake, 20).ahead(["creek"], NOW + timedelta(days=1))
    assert {row.probability for row in drawn(intake)} == {0.25, 20 / 24}


def test_an_hour_that_has_begun_cannot_be_written(intake: Intake) -> None:
    with pytest.raises(Exception, match="drawn_in_advance"), transaction(intake.engine) as session:
        rows.draw(session, "creek", NOW.date(), [(NOW, 0.5)], seed=1, now=NOW)


def test_no_hour_is_drawn_where_the_setting_is_none(intake: Intake) -> None:
    Drawing(intake, 0).ahead(["creek"], NOW)
    assert drawn(intake) == []


def test_a_still_view_is_kept_every_ten_seconds_in_a_drawn_hour_and_not_outside(intake: Intake) -> None:
    Drawing(intake, 12).ahead(["creek"], NOW)
    hours = [row.begins_at for row in drawn(intake)]
    begins = next(at for at in hours if at - timelapse.HOUR not in hours)
    with Decoder() as decoder:
        lapse, still = Lapse(intake, "creek", decoder), shot()
        for second in range(-30, 30):
            lapse.see(still, begins + timedelta(seconds=second))
        with reading(intake.engine) as session:
            hour = next(row for row, count in rows.hours(session, "creek", cursor=None, limit=99) if count)
            kept = rows.pictures(session, hour.id)
        assert [row.taken_at for row in kept] == [begins + timedelta(seconds=second) for second in (0, 10, 20)]
        assert max(decoder.picture(intake.archive.open(kept[0].sha256)).shape) == 640


def test_a_camera_that_is_looked_at_every_eight_seconds_fills_each_ten(intake: Intake) -> None:
    Drawing(intake, 24).ahead(["creek"], NOW)
    begins = drawn(intake)[0].begins_at
    with Decoder() as decoder:
        lapse, still = Lapse(intake, "creek", decoder), shot()
        for number in range(15):
            lapse.see(still, begins + timedelta(seconds=1 + 8.1 * number))
    with reading(intake.engine) as session:
        kept = rows.pictures(session, drawn(intake)[0].id)
    assert [(row.taken_at - begins) // timelapse.EVERY for row in kept] == list(range(12))


def test_what_is_missing_of_an_hour_says_why() -> None:
    begins = datetime(2026, 11, 24, 20, tzinfo=UTC)

    def span(since_s: float, until_s: float, says: str = "not kept") -> Span:
        since, until = (begins + timedelta(seconds=at) for at in (since_s, until_s))
        return Span(since=since, until=until, says=says)

    kept = [begins + timedelta(seconds=at) for at in (5, 15, 29, 300, 310, 900)]
    gone = [begins + timedelta(seconds=at) for at in (100, 110)]
    blind = [span(400, 600, "camera blind: silent"), span(3000, 3600, "camera blind: black")]
    assert timelapse.gaps(kept, span(0, 3600), blind=blind, gone=gone) == [
        span(29, 300, "no longer kept"),
        span(310, 400),
        span(400, 600, "camera blind: silent"),
        span(600, 900),
        span(900, 3000),
        span(3000, 3600, "camera blind: black"),
    ]


def test_an_hour_without_a_picture_is_one_gap_and_a_full_one_has_none() -> None:
    begins = datetime(2026, 11, 24, 20, tzinfo=UTC)
    whole = Span(since=begins, until=begins + timelapse.HOUR, says="not kept")
    assert timelapse.gaps([], whole, blind=[], gone=[]) == [whole]
    full = [begins + number * timelapse.EVERY for number in range(360)]
    assert timelapse.gaps(full, whole, blind=[], gone=[]) == []


def test_a_full_disk_stops_the_time_lapse_and_not_the_camera(intake: Intake) -> None:
    full = Intake(engine=intake.engine, archive=intake.archive, data_dir=intake.data_dir, disk_floor_bytes=1 << 60)
    Drawing(full, 24).ahead(["creek"], NOW)
    at: datetime = drawn(full)[0].begins_at
    with Decoder() as decoder:
        Lapse(full, "creek", decoder).see(shot(), at)
    with reading(full.engine) as session:
        assert rows.pictures(session, drawn(full)[0].id) == []


def test_the_watch_draws_for_its_cameras_and_keeps_their_pictures(intake: Intake) -> None:
    with transaction(intake.engine) as session:
        camera = session.get_one(tables.Camera, "creek")
        camera.kind, camera.url = CameraKind.FILE, "demo:lot?seed=2"
    moments, stop = [NOW + timedelta(minutes=59)], threading.Event()
    watching = threading.Thread(
        target=watch.run, args=(intake, stop), kwargs={"clock": lambda: moments[-1], "lapse_hours": 24}
    )
    watching.start()
    try:
        until(lambda: bool(drawn(intake)))
        moments.append(NOW + timedelta(hours=1, minutes=5))
        until(lambda: kept(intake) == 1)
        moments.append(NOW + timedelta(hours=1, minutes=6))
        until(lambda: kept(intake) == 2)
    finally:
        stop.set()
        watching.join()


def kept(intake: Intake) -> int:
    with reading(intake.engine) as session:
        return sum(count for _, count in rows.hours(session, "creek", cursor=None, limit=99))


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it did not come about within 30 s"
        time.sleep(0.1)
