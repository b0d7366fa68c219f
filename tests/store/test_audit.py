import threading

import pytest
from sqlalchemy import text

from store import audit
from store.session import Engine, reading, transaction
from tests.conftest import NOW


def add(engine: Engine, *subjects: str) -> None:
    for subject in subjects:
        with transaction(engine) as session:
            audit.append(session, at=NOW, who="admin", action="try", subject=subject, says="ä", body={"p": 0.25})


def verified(engine: Engine) -> audit.ChainState:
    with reading(engine) as session:
        return audit.verify(session)


def without_triggers(engine: Engine, statement: str) -> None:
    """Change the chain as somebody would who owns the database."""
    with transaction(engine) as session:
        if engine.name == "sqlite":
            for name in ("audit_entry_update", "audit_entry_delete"):
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(statement))


def test_an_empty_chain_and_a_grown_one_verify(engine: Engine) -> None:
    assert verified(engine).ok
    add(engine, "one", "two", "three")
    found = verified(engine)
    assert (found.entries, found.ok, found.first_bad, found.says) == (3, True, None, "3 entries hold")


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        ("UPDATE audit_entry SET says = 'b' WHERE number = 2", 2),
        ("UPDATE audit_entry SET body = '{\"p\": 0.5}' WHERE number = 1", 1),
        ("DELETE FROM audit_entry WHERE number = 2", 2),
        ("DELETE FROM audit_entry WHERE number = 3", 3),
        ("DELETE FROM audit_entry", 1),
    ],
)
def test_a_change_by_the_databases_owner_shows(engine: Engine, change: str, first_bad: int) -> None:
    add(engine, "one", "two", "three")
    without_triggers(engine, change)
    assert (verified(engine).ok, verified(engine).first_bad) == (False, first_bad)


def test_an_entry_goes_with_the_change_it_tells_of(engine: Engine) -> None:
    with pytest.raises(RuntimeError), transaction(engine) as session:
        audit.append(session, at=NOW, who="admin", action="try", subject="one", says="")
        raise RuntimeError
    assert verified(engine).entries == 0


def test_entries_at_the_same_time_make_one_chain(engine: Engine) -> None:
    writers = [threading.Thread(target=add, args=(engine, "one", "two")) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert verified(engine).entries == 8
    assert verified(engine).ok
