"""Fixtures that every room uses: databases of both kinds, at head, with one small park in them."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser

from store import migrating, tables
from store.session import Engine, make_engine, transaction
from store.vocabulary import CameraKind
from tests.chromium import chromium
from tests.servers import postgresql

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
numbers = itertools.count()


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for the whole run."""
    with postgresql(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def sqlite_at_head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at head without a row, to make copies of: a copy is quicker than every migration."""
    file = tmp_path_factory.mktemp("head") / "head.db"
    migrating.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_at_head(postgresql_server: str) -> str:
    """The name of a PostgreSQL database at head without a row, to make copies of."""
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE head")
    migrating.upgrade(_beside(postgresql_server, "head"))
    return "head"


def _beside(server: str, name: str) -> str:
    return f"{server.rsplit('/', 1)[0]}/{name}"


@contextmanager
def _database(server: str, *, like: str = "template1") -> Iterator[str]:
    """A new PostgreSQL database that is a copy of another; gives its address."""
    name = f"bearwatch_{next(numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        yield _beside(server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Once each kind of database."""
    return str(request.param)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a table."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'bearwatch.db'}"
    else:
        with _database(request.getfixturevalue("postgresql_server")) as url:
            yield url


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database at head."""
    if kind == "sqlite":
        file = tmp_path / "bearwatch.db"
        shutil.copyfile(request.getfixturevalue("sqlite_at_head"), file)
        yield f"sqlite:///{file}"
    else:
        server = request.getfixturevalue("postgresql_server")
        with _database(server, like=request.getfixturevalue("postgresql_at_head")) as url:
            yield url


def small_park(opened: Engine) -> None:
    """One park, one site, one camera and one model version."""
    with transaction(opened) as session:
        session.add_all([
            tables.Park(id=1, name="Northern park", time_zone="America/Denver", objective={}, exit={}),
            tables.Site(id="camp", name="Camp", time_zone="America/Denver", latitude=44.6, longitude=-110.5),
            tables.CameraGroup(id="creek"),
            tables.ModelVersion(
                sha256="a" * 64, name="test", path="model", labels=["bear", "empty"], threshold=0.5, added_at=NOW
            ),
        ])  # fmt: skip
        session.flush()
        session.add(tables.Camera(id="creek", site_id="camp", kind=CameraKind.TRAIL, group_id="creek"))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A database at head with one park, one site, one camera and one model version."""
    opened = make_engine(url)
    small_park(opened)
    yield opened
    opened.dispose()
