"""Two sites in two zones, two weeks in shadow; one person has two accounts and one was revoked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ingest.decoding import Decoder
from ingest.frames import Pixels
from ingest.intake import Intake
from model.detections import Detection
from rollout import proposals
from rollout.actors import Actor
from rollout.parts import Parts
from store import migrating, park, rules, tables
from store.archive import FolderArchive
from store.frame_queue import TableQueue
from store.session import Engine, make_engine, reading, transaction
from store.vocabulary import Audience, CameraKind, Role, Verdict
from tests.conftest import small_park
from tests.rollout.proposing import ANN, BOB, DAY, MODEL, NOW
from tests.rollout.watching import Squares, Watching
from tests.rollout.widening import LATER, alert, picture

NEW = "b" * 64
THRESHOLDS = {MODEL: 0.5, NEW: 0.7}
ALT = Actor(id=3, name="alt", role=Role.ADMIN)
REX = Actor(id=4, name="rex", role=Role.ADMIN)
PEOPLE = {ANN: None, BOB: None, ALT: ANN, REX: None}
"""By person, who added them: alt is ann's second account. Rex was revoked."""

CAMERAS = {"camp": ("creek", "ridge"), "meadow": ("gate",)}


def fill(url: str) -> None:
    """Make the park, once for all examples."""
    migrating.upgrade(url)
    engine = make_engine(url)
    small_park(engine)
    with transaction(engine) as session:
        _people(session)
        _places(session)
        session.flush()
        for name in CAMERAS:
            proposals.first_rule(session, park.site(session, name), model=MODEL, now=NOW)
    for camera in ("creek", "ridge"):
        picture(engine, NOW + timedelta(hours=1), camera=camera)
    with reading(engine) as session:
        first = rules.in_force(session, "camp")
        assert first is not None
    alert(engine, LATER - 2 * DAY, rule=first.id, verdict=Verdict.BEAR)
    engine.dispose()


def _people(session: object) -> None:
    for who, adder in PEOPLE.items():
        session.add(  # type: ignore[attr-defined]
            tables.Person(
                id=who.id, name=who.name, role=who.role, sites=[], password_hash="x", created_at=NOW - DAY,
                created_by=adder.id if adder else None, revoked_at=NOW if who is REX else None,
            )
        )  # fmt: skip
        session.flush()  # type: ignore[attr-defined]


def _places(session: object) -> None:
    add = session.add_all  # type: ignore[attr-defined]
    version = tables.ModelVersion(
        sha256=NEW, name="new", path="model", labels=["bear", "empty"], threshold=THRESHOLDS[NEW], added_at=NOW
    )
    meadow = tables.Site(id="meadow", name="Meadow", time_zone="Pacific/Auckland", latitude=-43.5, longitude=170.1)
    add([version, meadow, tables.CameraGroup(id="ridge"), tables.CameraGroup(id="gate")])
    session.flush()  # type: ignore[attr-defined]
    kind = CameraKind.STREAM
    add([
        tables.Camera(id="ridge", site_id="camp", kind=kind, group_id="ridge"),
        tables.Camera(id="gate", site_id="meadow", kind=kind, group_id="gate"),
    ])  # fmt: skip
    for name in CAMERAS:
        for audience in Audience:
            who = f"{name}-{audience}"
            add([tables.Receiver(id=who, site_id=name, audience=audience, url=f"folder:{who}")])
        chain = [{"receivers": [f"{name}-rangers"], "after_minutes": 0}]
        add([tables.Duty(site_id=name, position=0, hours=None, chain=chain)])


class Version(Squares):
    """One of the two versions; both see the same."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256

    def detect(self, prepared: Pixels) -> Detection:
        found = super().detect(prepared)
        assert isinstance(found, Detection)
        return replace(found, model=self.sha256, threshold=THRESHOLDS[self.sha256])


@contextmanager
def copied(filled: Path, folder: Path, decoder: Decoder) -> Iterator[tuple[Engine, Watching]]:
    """The park as it was filled, in a folder of its own, with a worker."""
    shutil.copy(filled, folder / "bearwatch.db")
    engine, archive = make_engine(f"sqlite:///{folder / 'bearwatch.db'}"), FolderArchive(folder / "archive")
    intake = Intake(engine=engine, archive=archive, data_dir=folder, disk_floor_bytes=0)
    parts = Parts(
        engine=engine, archive=archive, queue=TableQueue(engine), decoder=decoder, detector=Version, data_dir=folder
    )
    try:
        yield engine, Watching(intake=intake, parts=parts)
    finally:
        engine.dispose()
