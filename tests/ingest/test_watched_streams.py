"""A watched stream end to end: frames, a recording of what moved, what was shed, and a cut of an hour."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.decoding import Decoder
from ingest.health import health
from ingest.intake import Intake
from ingest.lapsing import Drawing
from ingest.watch import Watched
from store import cameras, episodes, recordings, tables
from store.archive import FolderArchive
from store.session import Engine, reading, transaction
from store.vocabulary import CameraFault, CameraHealth, CameraKind
from tests.ingest.cameras import Camera, bare, camera, live, until


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def walking(tmp_path_factory: pytest.TempPathFactory) -> str:
    pictures = live("creek", 6, 12, rate=12, size=(480, 270))
    return bare(tmp_path_factory.mktemp("walking") / "bear", pictures, "h264", rate=12, key=24)


def streamed(engine: Engine, running: Camera, allowed: list[str]) -> None:
    with transaction(engine) as session:
        session.get_one(tables.Park, 1).camera_networks = allowed
        row = session.get_one(tables.Camera, "creek")
        row.kind, row.url = CameraKind.STREAM, running.url()


def state(engine: Engine, now: datetime) -> tuple[CameraHealth, str]:
    with reading(engine) as session:
        row = cameras.status(session, "creek")
        return health(CameraKind.STREAM, last_seen_at=row.last_seen_at, fault=row.fault, now=now)


def test_a_bear_is_kept_and_recorded_and_a_cut_of_an_hour_is_told_and_mended(
    engine: Engine, tmp_path: Path, walking: str
) -> None:
    clock = Hands()
    intake = Intake(
        engine=engine, archive=FolderArchive(tmp_path / "archive"), data_dir=tmp_path, disk_floor_bytes=0
    )  # fmt: skip
    with camera(walking) as running, Decoder() as files:
        streamed(engine, running, ["127.0.0.0/8"])
        watched = Watched(intake, files, clock, Drawing(intake, 0))

        def seen(wanted: CameraHealth) -> bool:
            watched.turn()
            return state(engine, clock.now)[0] is wanted

        until(lambda: seen(CameraHealth.ALIVE))
        until(lambda: recorded(engine) > 0, within_s=45)
        running.kill()
        clock.now += timedelta(hours=1)
        until(lambda: seen(CameraHealth.BROKEN))
        running.start()
        until(lambda: seen(CameraHealth.ALIVE), within_s=30)
        watched.end()
    with reading(engine) as session:
        row = session.query(tables.Recording).first()
        assert row is not None
        assert row.ended_at - row.began_at > timedelta(seconds=4)
        assert intake.archive.open(row.sha256)[4:8] == b"ftyp"
        assert session.query(tables.Frame).filter_by(width=480).count() > 1


def recorded(engine: Engine) -> int:
    with reading(engine) as session:
        return session.query(tables.Recording).count()


def test_a_camera_on_this_machine_that_nobody_allowed_is_told(engine: Engine, tmp_path: Path, walking: str) -> None:
    intake = Intake(engine=engine, archive=FolderArchive(tmp_path), data_dir=tmp_path, disk_floor_bytes=0)
    clock = Hands()
    with camera(walking) as running, Decoder() as files:
        streamed(engine, running, [])
        watched = Watched(intake, files, clock, Drawing(intake, 0))

        def refused() -> bool:
            watched.turn()
            return "camera_networks" in state(engine, clock.now)[1]

        until(refused)
        watched.end()


def test_the_time_in_which_this_machine_was_off_is_a_silence_although_pictures_come_at_once(
    engine: Engine, tmp_path: Path
) -> None:
    clock = Hands()
    with transaction(engine) as session:
        session.get_one(tables.Camera, "creek").kind = CameraKind.FILE
        session.get_one(tables.Camera, "creek").url = "demo:creek"
        cameras.seen(session, "creek", at=clock.now - timedelta(hours=1))
    intake = Intake(engine=engine, archive=FolderArchive(tmp_path), data_dir=tmp_path, disk_floor_bytes=0)
    with Decoder() as files:
        watched = Watched(intake, files, clock, Drawing(intake, 0))

        def seen() -> bool:
            watched.turn()
            return state(engine, clock.now)[0] is CameraHealth.ALIVE

        until(seen)
        watched.end()
    with reading(engine) as session:
        (silence,) = episodes.open_of(session, "creek")
    assert (silence.kind, silence.began_at) == (CameraFault.SILENT, clock.now - timedelta(hours=1))


def test_what_was_shed_is_counted_by_the_minute(engine: Engine) -> None:
    at = datetime(2026, 11, 24, 3, 0, 7, tzinfo=UTC)
    with transaction(engine) as session:
        recordings.shed(session, "creek", at=at, seconds=1.5, pictures=3)
        recordings.shed(session, "creek", at=at + timedelta(seconds=40), seconds=1.0, pictures=2)
        recordings.shed(session, "creek", at=at + timedelta(minutes=1), seconds=0.5, pictures=1)
    with reading(engine) as session:
        rows = recordings.shed_between(session, "creek", at - timedelta(hours=1), at + timedelta(hours=1))
        assert [(row.seconds, row.pictures) for row in rows] == [(2.5, 5), (0.5, 1)]
