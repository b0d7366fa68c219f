"""Indexes, so that a frame's situation costs as much after a million visits as after a thousand."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LINKED = sa.text("linked_visit_id IS NOT NULL")


def upgrade() -> None:
    """Nothing that is there changes."""
    op.drop_index("ix_visit_group_id_label_last_at", table_name="visit")
    op.create_index("ix_visit_near", "visit", ["group_id", "label", "last_at", "started_at"])
    op.create_index(
        "ix_visit_linked_visit_id", "visit", ["linked_visit_id"], sqlite_where=LINKED, postgresql_where=LINKED
    )
