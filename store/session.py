"""Engine, Session and the one transaction: the only commit of the product is here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from store.errors import DatabaseBusy

__all__ = ["Engine", "Session", "make_engine", "reading", "transaction"]

BUSY_TIMEOUT_MS = 10_000


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Open the database at url.

    On SQLite: WAL, synchronous=FULL, foreign keys on, and BEGIN IMMEDIATE for writers.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_size=pool_size, pool_pre_ping=True)
    if parsed.database not in (None, "", ":memory:"):
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    told = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if told.get('lasts', True) else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if told.get("writes", False) else "BEGIN")


@contextmanager
def transaction(engine: Engine, *, lasts: bool = True) -> Iterator[Session]:
    """Write: everything inside is committed together at the end, or nothing is.

    lasts: it must survive a power cut; False for what may be forgotten then, like a lease.
    Raises DatabaseBusy where another process holds the database for longer than the timeout.
    """
    with Session(engine.execution_options(writes=True, lasts=lasts), expire_on_commit=False) as session:
        try:
            session.connection()
            yield session
            session.commit()
        except OperationalError as fault:
            session.rollback()
            if "locked" in str(fault) or "busy" in str(fault):
                raise DatabaseBusy(
                    "the database was locked by another process for "
                    f"{BUSY_TIMEOUT_MS // 1000} seconds: nothing was changed, try again"
                ) from fault
            raise


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Read one consistent state; nothing is written."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
