"""Drift reports, and the counts of weeks that later ones build on."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """New tables beside what is there; weeks that are over get a report when somebody asks for one."""
    op.create_table(
        "drift_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("as_of", AT, nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_drift_report_revision")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_drift_report_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift_report")),
        sa.UniqueConstraint("site_id", "week", "revision", name=op.f("uq_drift_report_site_id_week_revision")),
    )
    op.create_index("ix_drift_report_week", "drift_report", ["week"], unique=False)
    op.create_table(
        "drift_week",
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("as_of", AT, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_drift_week_site_id")),
        sa.PrimaryKeyConstraint("site_id", "week", name=op.f("pk_drift_week")),
    )
