"""The one transaction, and what is told when the database cannot be asked."""

import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from store import migrating, tables
from store.errors import ChangesMet, DatabaseAway, DatabaseBusy, DatabaseFull
from store.session import Engine, make_engine, reading, transaction
from tests.conftest import NOW
from tests.servers import PostgreSQL


def test_what_fails_in_the_middle_leaves_nothing(engine: Engine) -> None:
    try:
        with transaction(engine) as session:
            session.add(tables.ProcessBeat(name="work", pid=1, at=NOW))
            session.flush()
            raise RuntimeError
    except RuntimeError:
        pass
    with reading(engine) as session:
        assert session.get(tables.ProcessBeat, "work") is None


def test_sqlite_survives_a_power_cut_and_holds_foreign_keys(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with reading(engine) as session:
            found = [
                session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        assert found == ["wal", 2, 1]
    else:
        with reading(engine) as session:
            assert session.scalar(text("SHOW synchronous_commit")) == "on"


ON_POSTGRESQL = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)


@ON_POSTGRESQL
@pytest.mark.parametrize(("state", "fault"), [("40P01", ChangesMet), ("40001", ChangesMet), ("55P03", DatabaseBusy)])
def test_a_fault_of_postgresql_is_known_by_its_code_whatever_the_language_of_its_words(
    engine: Engine, state: str, fault: type[DatabaseBusy]
) -> None:
    raised = f"DO $$ BEGIN RAISE EXCEPTION 'gesperrt' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(DatabaseBusy) as told, transaction(engine) as session:
        session.execute(text(raised))
    assert type(told.value) is fault


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_sqlite_says_when_another_process_holds_it(engine: Engine, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "bearwatch.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=1"))
    with pytest.raises(DatabaseBusy), transaction(engine) as session:
        session.connection()
    other.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB, where this user may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True).returncode:
        pytest.skip("no small disk: mounting one needs root, and leave to mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def write(engine: Engine, name: str, says: str = "") -> None:
    with transaction(engine) as session:
        session.add(tables.ProcessBeat(name=name, pid=1, at=NOW, says=says))


def test_a_full_disk_is_told_with_its_mend_and_what_is_there_can_be_read(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk / 'bearwatch.db'}"
    migrating.upgrade(url)
    engine = make_engine(url)
    write(engine, "clock")
    filler = small_disk / "filler"
    try:
        with filler.open("wb") as file:
            while file.write(bytes(4096)):
                file.flush()
    except OSError:
        pass
    with pytest.raises(DatabaseFull, match="make room"):
        write(engine, "work", "x" * 200_000)
    with reading(engine) as session:
        assert session.get(tables.ProcessBeat, "work") is None
    filler.unlink()
    write(engine, "work")
    engine.dispose()


def test_a_server_that_is_gone_is_told_and_asked_again_when_it_is_back() -> None:
    server = PostgreSQL()
    migrating.upgrade(server.url)
    engine = make_engine(server.url)
    with pytest.raises(DatabaseAway), transaction(engine) as session:
        session.execute(text("SELECT 1"))
        server.stop()
        session.execute(text("SELECT 1"))
    for ask in (reading, transaction):
        with pytest.raises(DatabaseAway), ask(engine) as session:
            session.execute(text("SELECT 1"))
    server.start()
    write(engine, "work")
    engine.dispose()
    server.stop()
