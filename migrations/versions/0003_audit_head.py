"""The audit chain's head exists from the start, so that two first entries cannot be made at once."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the head of an empty chain in, where there is none."""
    op.execute(
        "INSERT INTO audit_head (id, number, hash) SELECT 1, 0, "
        "'0000000000000000000000000000000000000000000000000000000000000000' "
        "WHERE NOT EXISTS (SELECT 1 FROM audit_head)"
    )
