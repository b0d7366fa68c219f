"""Whether pictures leave the park with its messages, and whether people are blurred in them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No picture leaves a park that is there, and where one would, people are blurred."""
    op.add_column("park", sa.Column("pictures_leave", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("park", sa.Column("blur_people", sa.Boolean(), nullable=False, server_default=sa.true()))
