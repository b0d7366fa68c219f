from sqlalchemy import text

from store import tables
from store.session import Engine, reading, transaction
from tests.conftest import NOW


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
