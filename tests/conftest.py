"""Fixtures that every room uses: databases of both kinds, at head, with one small park in them."""

import itertools
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser

from rollout import demo_rows, demo_year
from store import migrating, tables
from store.session import Engine, make_engine, transaction
from store.vocabulary import CameraKind
from tests.chromium import chromium
from tests.servers import postgresql

SLOW = ("browser", "faults", "flow")
"""Folders of tests that start the whole of Bearwatch: a file of them takes a minute, however few tests it has."""

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
YEAR_NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
numbers = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of slow folders are spread over the run, beginning with one and ending well before its end.

    Several workers take the files in this order: together, or last, the slow ones would wait for each other.
    """
    files: dict[Path, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[item.path].append(item)
    slow = [path for path in files if path.parent.name in SLOW]
    quick = [path for path in files if path.parent.name not in SLOW]
    step = max(1, len(quick) * 3 // 5 // max(1, len(slow)))
    order = list(slow)
    for number, path in enumerate(quick):
        order.insert(number + min(len(slow), number // step + 1), path)
    items[:] = [item for path in order for item in files[path]]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """One server for the whole run."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def sqlite_at_head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at head, to make copies of: a copy is quicker than every migration."""
    file = tmp_path_factory.mktemp("head") / "head.db"
    migrating.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def simulated_year(tmp_path_factory: pytest.TempPathFactory, sqlite_at_head: Path) -> Path:
    """The demo year's database in November 2026, its rows without a report, to make copies of."""
    file = tmp_path_factory.mktemp("year") / "year.db"
    shutil.copyfile(sqlite_at_head, file)
    fill_year(file, YEAR_NOW)
    return file


def fill_year(file: Path, now: datetime) -> None:
    """The rows of the year before a moment, into an empty database."""
    zone = ZoneInfo("America/Denver")
    engine = make_engine(f"sqlite:///{file}")
    with transaction(engine) as session:
        demo_rows.write(session, demo_year.years(demo_year.weeks(now, zone), zone), time_zone=zone.key)
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_at_head(postgresql_server: str) -> Iterator[str]:
    """The address of a PostgreSQL database at head whoever fills it empties it again."""
    with _new_database(postgresql_server) as url:
        migrating.upgrade(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(KEEP)
        yield url


@contextmanager
def _new_database(server: str) -> Iterator[str]:
    name = f"bearwatch_{next(numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{server.rsplit('/', 1)[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


KEEP = """
CREATE SCHEMA kept;
DO $$ DECLARE name text; held boolean; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO held;
        IF held THEN EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', name, name); END IF;
    END LOOP;
END $$
"""
"""Lays the rows aside that the migrations themselves wrote."""
EMPTY = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '3s';
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        IF pg_relation_size(quote_ident(name)) > 200000 THEN
            EXECUTE format('TRUNCATE %I CASCADE', name);
        ELSE
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP
        EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', name, name);
    END LOOP;
END $$
"""
"""Takes every other row out, past triggers and foreign keys, and lets numbers begin at 1 again."""
OTHERS = """
SELECT pg_terminate_backend(pid, 3000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def _emptied(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        try:
            connection.execute(EMPTY)
        except psycopg.errors.LockNotAvailable:
            connection.execute(OTHERS)
            connection.execute(EMPTY)


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
        with _new_database(request.getfixturevalue("postgresql_server")) as url:
            yield url


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database at head: no test runs every migration for itself."""
    if kind == "sqlite":
        file = tmp_path / "bearwatch.db"
        shutil.copyfile(request.getfixturevalue("sqlite_at_head"), file)
        yield f"sqlite:///{file}"
    else:
        at_head: str = request.getfixturevalue("postgresql_at_head")
        yield at_head
        _emptied(at_head)


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
