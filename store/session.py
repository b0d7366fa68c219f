"""Engine, Session and the one transaction: the only commit of the product is here."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from store.errors import ChangesMet, DatabaseAway, DatabaseBusy, DatabaseFull, SettingMalformed, StoreError, TextUnfit

__all__ = ["Engine", "Session", "make_engine", "reading", "transaction"]

BUSY_TIMEOUT_MS = 10_000

MET = ("40P01", "40001")
"""SQLSTATE of a transaction that PostgreSQL ended for another's sake: deadlock_detected, serialization_failure."""

HELD = "55P03"
"""SQLSTATE lock_not_available."""

ASKED_WRONG = ("no such", "syntax error", "has no column", "ambiguous", "bind")
"""In SQLite's words of an OperationalError: the fault of a statement, not of the database."""


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Open the database at url.

    On SQLite: WAL, synchronous=FULL, foreign keys on, and BEGIN IMMEDIATE for writers. Raises SettingMalformed.
    """
    parsed = _checked(url)
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


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise SettingMalformed(
            "BEARWATCH_DATABASE_URL: allowed are sqlite:///FILE and postgresql://USER:PASSWORD@HOST/NAME"
        )
    return parsed


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
    wanted = "FULL" if told.get("lasts", True) else "NORMAL"
    if connection.info.get("synchronous", "FULL") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted
    connection.exec_driver_sql("BEGIN IMMEDIATE" if told.get("writes", False) else "BEGIN")


@contextmanager
def transaction(engine: Engine, *, lasts: bool = True) -> Iterator[Session]:
    """Write: everything inside is committed together at the end, or nothing is.

    lasts: it must survive a power cut; False for what may be forgotten then, like a lease.
    Raises DatabaseBusy where another process holds the database for longer than the timeout, ChangesMet where
    this one was ended so that another could go on, DatabaseAway, DatabaseFull.
    """
    with _told(), Session(engine, expire_on_commit=False) as session:
        session.connection(execution_options={"writes": True, "lasts": lasts})
        yield session
        session.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Read one consistent state; nothing is written. Raises DatabaseBusy, DatabaseAway, DatabaseFull."""
    with _told(), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def _told() -> Iterator[None]:
    """What the driver raises because of the database's state, and not of what was asked, as an error of ours."""
    try:
        yield
    except PoolTimeout as fault:
        raise DatabaseBusy(
            "every connection to the database was in use for too long: nothing was changed, try again"
        ) from fault
    except DBAPIError as fault:
        meant = _busy(fault) or _unfit(fault) or _away(fault)
        if meant is None:
            raise
        raise meant from fault


def _busy(fault: DBAPIError) -> StoreError | None:
    """Whether somebody else was in the way, by the database's own code and not by its words."""
    state, code = getattr(fault.orig, "sqlstate", None), getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF
    if state in MET:
        return ChangesMet("two changes met and this one gave way: nothing was changed, try again")
    if state == HELD or code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusy(
            "the database was locked by another process for "
            f"{BUSY_TIMEOUT_MS // 1000} seconds: nothing was changed, try again"
        )
    return None


def _unfit(fault: DBAPIError) -> StoreError | None:
    """PostgreSQL keeps no letter of number 0: its driver says so before anything is sent."""
    if isinstance(fault, DataError) and "NUL (0x00)" in str(fault.orig):
        return TextUnfit("it has a letter of number 0 (NUL), which is none: take it out")
    return None


def _away(fault: DBAPIError) -> StoreError | None:
    """By PostgreSQL's code where it gave one (53100: disk full), else by SQLite's words."""
    code, says = getattr(fault.orig, "sqlstate", None), str(fault.orig)
    if code == "53100" or "disk is full" in says:
        return DatabaseFull("the disk that holds the database is full: nothing was changed, make room there")
    lost = fault.connection_invalidated
    if not lost and not isinstance(fault, OperationalError | InterfaceError):
        return None
    if code is None and not lost and any(word in says for word in ASKED_WRONG):
        return None
    return DatabaseAway(
        f"the database does not answer, or cannot be written ({type(fault.orig).__name__}): nothing was changed; "
        "look whether it runs, and at the disk that holds it"
    )
