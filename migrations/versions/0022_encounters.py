"""Encounters: within what a visit and a sighting are proposed as one, and a way to a site's alerts by time."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A park that is there proposes within the gap of a visit, as a new one does."""
    op.add_column("park", sa.Column("match_minutes", sa.Integer(), nullable=False, server_default="30"))
    op.add_column("encounter_match", sa.Column("window_minutes", sa.Integer(), nullable=True))
    op.create_index("ix_encounter_match_visit_id", "encounter_match", ["visit_id"])
    op.create_index("ix_encounter_match_sighting_id", "encounter_match", ["sighting_id"])
    op.create_index("ix_alert_site_id_taken_at", "alert", ["site_id", "taken_at"])
