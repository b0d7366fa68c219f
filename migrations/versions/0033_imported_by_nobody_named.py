"""A table of the manual watch may be brought in by whoever is at the machine, without a name."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What came of a table so far came by somebody named."""
    for table in ("watch_session", "sighting"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false()))
        told = sa.table(table, sa.column("imported", sa.Boolean), sa.column("imported_by", sa.Integer))
        op.execute(told.update().where(told.c.imported_by.is_not(None)).values(imported=True))
    with op.batch_alter_table("watch_session") as batch_op:
        batch_op.drop_constraint(op.f("ck_watch_session_of_somebody"), type_="check")
        batch_op.create_check_constraint(op.f("ck_watch_session_of_somebody"), "(person_id IS NOT NULL) OR imported")
