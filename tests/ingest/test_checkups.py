"""A camera's pictures, judged one after another, begin and end episodes; absences do by the server's clock."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from ingest import absences, checkups, footage
from ingest.frames import Pixels
from store import cameras, episodes, migrating, park, tables
from store.frames import NewFrame, keep
from store.session import Engine, Session, make_engine, reading, transaction
from store.vocabulary import CameraKind, Origin
from tests.conftest import small_park

NOON = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
EVERY = timedelta(seconds=30)


class Eye:
    """A stream's pictures, one every half minute, by a clock that is passed on."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.now, self.number = engine, NOON, 0
        with transaction(engine) as session:
            session.get_one(tables.Camera, "creek").kind = CameraKind.STREAM

    def see(self, picture: Pixels, times: int = 60) -> list[tuple[str, bool]]:
        """The same view for a while; gives every episode's kind and whether it is open."""
        for _ in range(times):
            self.now += EVERY
            self.number += 1
            noise = np.random.default_rng(self.number).normal(0, 2, picture.shape)
            seen = checkups.of_pixels(np.clip(picture + noise, 0, 255).astype(np.uint8))
            with transaction(self.engine) as session:
                camera = session.get_one(tables.Camera, "creek")
                checkups.note(
                    session, camera, checkups.look(session, camera, seen, still=False, at=self.now), at=self.now
                )
        with reading(self.engine) as session:
            return [(row.kind.value, row.ended_at is None) for row in episodes.between(session)[::-1]]


SIZE = (224, 126)
VIEW = np.asarray(Image.fromarray(footage.render("creek", 45.0, seed=3)).resize(SIZE, Image.Resampling.BOX))
SNOW = np.linspace(90, 150, 126, dtype=np.float32)[:, None, None].repeat(224, axis=1).repeat(3, axis=2)


@pytest.fixture
def eye(tmp_path: Path) -> Iterator[Eye]:
    """On SQLite alone: what is asked of the database here is asked of both in other tests."""
    url = f"sqlite:///{tmp_path / 'bearwatch.db'}"
    migrating.upgrade(url)
    engine = make_engine(url)
    small_park(engine)
    yield Eye(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("fault", "picture"),
    [
        ("moved", np.roll(VIEW, (11, 21), axis=(0, 1))),
        ("covered", SNOW.astype(np.uint8)),
        ("blurred", ndimage.gaussian_filter(VIEW, (2, 2, 0))),
        ("black", (VIEW * 0.02).astype(np.uint8)),
    ],
)
def test_a_fault_begins_is_one_episode_and_ends(eye: Eye, fault: str, picture: Pixels) -> None:
    assert eye.see(VIEW, 8) == []
    assert eye.see(picture, 50) == [(fault, True)]
    assert eye.see(VIEW, 16) == [(fault, False)]
    with reading(eye.engine) as session:
        row = episodes.between(session)[0]
    assert row.began_at == NOON + 9 * EVERY
    assert row.measured


def test_a_reference_is_made_of_pictures_that_are_alike(eye: Eye) -> None:
    for number in range(4):
        eye.see(np.roll(VIEW, 20 * number, axis=1), 2)
    assert eye.see(np.roll(VIEW, 60, axis=1), 40) == []


def later(session: Session, **at: float) -> list[tuple[str, bool, bool]]:
    absences.keep(session, now=NOON + timedelta(**at))
    session.flush()
    return [(row.kind.value, row.ended_at is None, row.blind) for row in episodes.between(session)[::-1]]


def test_silence_begins_when_the_last_picture_came_and_ends_with_the_next(engine: Engine) -> None:
    with transaction(engine) as session:
        cameras.seen(session, "creek", at=NOON)
        assert later(session, hours=25) == []
        assert later(session, hours=27) == [("silent", True, True)]
        assert episodes.open_of(session, "creek")[0].began_at == NOON
        cameras.seen(session, "creek", at=NOON + timedelta(hours=30))
        assert later(session, hours=30) == [("silent", False, True)]


def test_a_camera_that_never_came_is_silent_once_it_was_waited_for(engine: Engine) -> None:
    with transaction(engine) as session:
        assert later(session, hours=0) == []
        assert later(session, hours=27) == [("silent", True, True)]


def test_a_retired_camera_has_nothing_wrong_any_more(engine: Engine) -> None:
    with transaction(engine) as session:
        later(session, hours=0)
        later(session, hours=27)
        session.get_one(tables.Camera, "creek").retired_at = NOON
        assert later(session, hours=28) == [("silent", False, True)]


def picture(session: Session, number: int, *, at: datetime, stated: datetime) -> None:
    keep(
        session,
        NewFrame(
            camera="creek", sha256=f"{number:064d}", stated_at=stated, taken_at=stated, received_at=at,
            origin=Origin.DOOR, width=64, height=48,
        ),
    )  # fmt: skip
    cameras.kept(session, "creek", at=at, picture=None)


def test_a_clock_that_is_wrong_by_the_same_each_time_is_off_until_it_is_set(engine: Engine) -> None:
    with transaction(engine) as session:
        for number in range(4):
            at = NOON + timedelta(hours=number)
            picture(session, number, at=at, stated=at - timedelta(hours=7))
        assert later(session, hours=4) == [("clock_off", True, True)]
        assert "7 hours behind" in episodes.open_of(session, "creek")[0].says
        assert cameras.clock_offset(session, "creek") == -timedelta(hours=7)
        picture(session, 9, at=NOON + timedelta(hours=5), stated=NOON + timedelta(hours=5))
        assert later(session, hours=5) == [("clock_off", False, True)]
        assert cameras.clock_offset(session, "creek") is None


def test_pictures_that_come_late_are_no_wrong_clock(engine: Engine) -> None:
    with transaction(engine) as session:
        for number in range(4):
            picture(session, number, at=NOON, stated=NOON - timedelta(hours=9 - number))
        assert later(session, hours=1) == []
        assert cameras.clock_offset(session, "creek") is None


def test_patience_is_learned_of_a_trail_camera_and_used(engine: Engine) -> None:
    with transaction(engine) as session:
        for number in range(30):
            at = NOON + timedelta(hours=16 * number)
            picture(session, number, at=at, stated=at)
        absences.learn(session, now=NOON + timedelta(hours=16 * 29))
        assert cameras.status(session, "creek").patience_s == 48 * 3600
        assert later(session, hours=16 * 29 + 40) == []
        assert later(session, hours=16 * 29 + 49)[0][:2] == ("silent", True)
        assert len(park.cameras(session)) == 1


def test_a_disk_that_fills_is_told_early_and_is_no_exposure_once_frames_are_refused(
    engine: Engine, tmp_path: Path
) -> None:
    free = shutil.disk_usage(tmp_path).free

    def room(floor: float) -> list[tuple[bool, bool]]:
        with transaction(engine) as session:
            absences.keep_room(session, data_dir=tmp_path, floor_bytes=int(floor), now=NOON)
            session.flush()
            return [(row.ended_at is None, row.blind) for row in episodes.between(session)[::-1]]

    assert room(free / 10) == []
    assert room(free / 1.5) == [(True, False)]
    assert room(free * 1.5) == [(False, False), (True, True)]
    assert room(free / 10) == [(False, False), (False, True)]
