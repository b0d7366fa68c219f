"""Alembic's entry: the address comes from the caller, or from BEARWATCH_DATABASE_URL."""

import os

from alembic import context

from store import tables
from store.session import make_engine


def run() -> None:
    """Bring the database to the revision asked for, in one transaction."""
    url = context.config.get_main_option("sqlalchemy.url") or os.environ["BEARWATCH_DATABASE_URL"]
    engine = make_engine(url)
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
            connection.commit()
    finally:
        engine.dispose()


run()
