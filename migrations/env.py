"""Alembic's entry: the address comes from the caller, or from BEARWATCH_DATABASE_URL."""

import os
from typing import Any

from alembic import context
from sqlalchemy import Connection, event

from store import tables
from store.session import make_engine


def run() -> None:
    """Bring the database to the revision asked for, in one transaction."""
    url = context.config.get_main_option("sqlalchemy.url") or os.environ["BEARWATCH_DATABASE_URL"]
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _let_tables_be_remade)
    try:
        with engine.execution_options(writes=True).connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=tables.Table.metadata,
                compare_type=True,
                render_as_batch=connection.dialect.name == "sqlite",
            )
            with context.begin_transaction():
                context.run_migrations()
                if engine.dialect.name == "sqlite":
                    _require_whole(connection)
            connection.commit()
    finally:
        engine.dispose()


def _let_tables_be_remade(connection: Any, _record: object) -> None:
    """SQLite remakes a table to change it, and drops the old one: rows that name its rows must not forbid that."""
    connection.execute("PRAGMA foreign_keys=OFF")


def _require_whole(connection: Connection) -> None:
    """What was not checked meanwhile is checked at the end; the transaction is undone where a row names one that is
    not there.
    """
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise RuntimeError(f"a row of {broken[0]} names a row of {broken[2]} that is not there: nothing was migrated")


run()
