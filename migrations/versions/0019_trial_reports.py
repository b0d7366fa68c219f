"""Trial reports, and where cameras stand."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Trials that ended before have no report; nobody has said where the cameras stand."""
    op.add_column("camera", sa.Column("latitude", sa.Double(), nullable=True))
    op.add_column("camera", sa.Column("longitude", sa.Double(), nullable=True))
    op.create_table(
        "trial_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_trial_report_rule_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_trial_report_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_report")),
        sa.UniqueConstraint("rule_id", name=op.f("uq_trial_report_rule_id")),
    )
    op.create_index(op.f("ix_trial_report_site_id"), "trial_report", ["site_id"])
