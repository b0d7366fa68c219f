"""A small park behind the API: two sites, a trial at one, people of every role; its model is the demo's."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from api import auth, park_file, wiring
from api.main import make_app
from api.settings import SHIPPED, Settings
from api.wiring import System
from ingest import footage
from ingest.sources import shot_of
from rollout import parks, proposals, worker
from rollout.terms import read
from store import people
from store.session import make_engine, transaction
from store.vocabulary import Role
from tests.api.commands import PASSWORDS, Commands, with_park

PASSWORD = "a long password"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Kept hashes name what they cost to check: these cost next to nothing, and are checked by the same code."""
PARK = """
[park]
name = "Northern park"
time_zone = "America/Denver"
[[site]]
id = "camp"
name = "Lower campground"
latitude = 44.123456
longitude = -110.654321
sensitive = true
[[site]]
id = "other"
name = "Elsewhere"
latitude = 44.0
longitude = -110.0
[[camera]]
id = "creek"
site = "camp"
kind = "trail"
[[camera]]
id = "ridge"
site = "other"
kind = "trail"
[[receiver]]
id = "night-team"
site = "camp"
audience = "rangers"
url = "folder:outbox"
[[duty]]
site = "camp"
chain = [{ receivers = ["night-team"], after_minutes = 0 }]
"""
PEOPLE = {
    "riley": (Role.RANGER, []), "rosa": (Role.RANGER, []), "elsa": (Role.RANGER, ["other"]),
    "sam": (Role.SUPERVISOR, []), "ada": (Role.ADMIN, []), "audrey": (Role.AUDITOR, []),
}  # fmt: skip


@dataclass
class Place:
    """The system, its door, and a browser for each person."""

    system: System
    door: TestClient
    key: str
    sign_in: Callable[[str], TestClient]

    def work(self) -> None:
        """Decide everything that waits."""
        while worker.once(self.system.parts, name="test", now=wiring.now()) is not None:
            pass

    def hand_in(self, at_s: float = 12.0, scene: str = "creek", **form: str) -> dict[str, object]:
        """Hand a drawn picture in at the door."""
        data = shot_of(footage.render(scene, at_s, seed=3), 0).picture
        answer = self.door.post(
            "/api/v1/frames",
            files={"file": ("a.jpg", data)},
            data=form,
            headers={"Authorization": f"Bearer {self.key}"},
        )
        assert answer.status_code in (200, 202), answer.text
        told: dict[str, object] = answer.json()
        return told

    def trial(self, site: str = "camp", **terms: object) -> None:
        """Put the site into a trial of a week, by two people."""
        with transaction(self.system.engine) as session:
            now = wiring.now()
            ada, sam = (auth.actor_of(people.get(session, name)) for name in ("ada", "sam"))
            said = read({
                "site": site, "stage": "trial", "last_day": (now + timedelta(days=7)).date(),
                "override": {"reason": "a bear last night"}, "answers": {"if_it_worked_really_well": "rangers sleep"},
                **terms,
            })  # fmt: skip
            view = proposals.propose(
                session, said, by=ada, reason="try", now=now, default_model=self.system.default_bundle.sha256
            )
            proposals.approve(session, view.rule, by=sam, now=now)


@pytest.fixture
def place(tmp_path: Path, sqlite_at_head: Path) -> Iterator[Place]:
    settings = Settings(data_dir=tmp_path / "var", model=SHIPPED / "demo", disk_floor_mb=1, uploads_a_minute=50)
    settings.data_dir.mkdir()
    shutil.copyfile(sqlite_at_head, settings.data_dir / "bearwatch.db")
    with wiring.opened(settings) as system:
        default, now = wiring.register_default(system), wiring.now()
        with transaction(system.engine) as session:
            parks.apply(session, park_file.parse(PARK), who="test", default_model=default, now=now)
            for name, (role, sites) in PEOPLE.items():
                auth.add_person(
                    session,
                    name=name,
                    role=role,
                    sites=sites,
                    password_hash=QUICK.hash(PASSWORD),
                    must_change=False,
                    by="test",
                    now=now,
                )
            key = auth.add_key(session, "creek", now)
        app = make_app(system)
        with TestClient(app) as door:

            def sign_in(name: str) -> TestClient:
                browser = TestClient(app)
                answer = browser.post("/api/v1/session", json={"name": name, "password": PASSWORD})
                assert answer.status_code == 200, answer.text
                return browser

            yield Place(system, door, key, sign_in)


@pytest.fixture(scope="session")
def park_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A park made on the command line, that each test gets a copy of."""
    made = with_park(tmp_path_factory.mktemp("park"))
    engine = make_engine(f"sqlite:///{made.data_dir / 'bearwatch.db'}")
    with transaction(engine) as session:
        for name, password in PASSWORDS.items():
            people.get(session, name).password_hash = QUICK.hash(password)
    engine.dispose()
    return made.folder


@pytest.fixture
def commands(park_folder: Path, tmp_path: Path) -> Commands:
    return Commands(folder=Path(shutil.copytree(park_folder, tmp_path / "park")))
