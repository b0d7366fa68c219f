"""What was answered or came in lately is found without reading a site's whole history."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two indexes."""
    op.create_index(op.f("ix_review_at"), "review", ["at"], unique=False)
    op.create_index("ix_sighting_site_id_received_at", "sighting", ["site_id", "received_at"], unique=False)
