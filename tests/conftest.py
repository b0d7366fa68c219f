"""Fixtures that every room uses: databases of both kinds, at head, with one small park in them."""

import itertools
from collections.abc import Iterator
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


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bearwatch.db'}"
    server = request.getfixturevalue("postgresql_server")
    name = f"bearwatch_{next(numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return str(server).rsplit("/", 1)[0] + f"/{name}"


@pytest.fixture
def url(empty_url: str) -> str:
    """The address of a database at head."""
    migrating.upgrade(empty_url)
    return empty_url


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
