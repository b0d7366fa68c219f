"""An alert knows how often people were asked, and how long each person's claims have held it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; a request of before this has a key that no new one can have."""
    op.add_column("alert", sa.Column("held_s", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("alert", sa.Column("asks", sa.Integer(), nullable=False, server_default="0"))
