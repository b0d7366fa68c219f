"""What a drift report leads to: alarms that wait for a name, reference ratios, and who gets the report."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
UNACKNOWLEDGED = sa.text("acknowledged_at IS NULL")
IN_FORCE = sa.text("accepted_at IS NOT NULL AND ended_at IS NULL")


def upgrade() -> None:
    """New tables, and two settings with what they were taken to be until now."""
    op.add_column("park", sa.Column("alarm_hours", sa.Double(), nullable=False, server_default="24"))
    op.add_column("receiver", sa.Column("reports", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "reference_ratio",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("ratio", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("accepted_by", sa.Integer(), nullable=True),
        sa.Column("accepted_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "low > 0 AND low <= ratio AND ratio <= high", name=op.f("ck_reference_ratio_inside_its_interval")
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL)", name=op.f("ck_reference_ratio_accepted_by_somebody")
        ),
        sa.CheckConstraint(
            "accepted_by IS NULL OR accepted_by <> proposed_by", name=op.f("ck_reference_ratio_accepted_by_another")
        ),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_reference_ratio_accepted_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_reference_ratio_ended_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_reference_ratio_proposed_by")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_reference_ratio_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_ratio")),
    )
    op.create_index(op.f("ix_reference_ratio_site_id"), "reference_ratio", ["site_id"], unique=False)
    op.create_index(
        "uq_reference_ratio_in_force",
        "reference_ratio",
        ["site_id"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    op.create_table(
        "drift_alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("since_week", sa.String(length=10), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", AT, nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("escalated_at", AT, nullable=True),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name=op.f("ck_drift_alarm_by_somebody")
        ),
        sa.CheckConstraint("(acknowledged_at IS NULL) = (cause IS NULL)", name=op.f("ck_drift_alarm_with_a_cause")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["person.id"], name=op.f("fk_drift_alarm_acknowledged_by")),
        sa.ForeignKeyConstraint(["report_id"], ["drift_report.id"], name=op.f("fk_drift_alarm_report_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_drift_alarm_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift_alarm")),
    )
    op.create_index(op.f("ix_drift_alarm_site_id"), "drift_alarm", ["site_id"], unique=False)
    op.create_index(
        "uq_drift_alarm_open",
        "drift_alarm",
        ["site_id", "verdict"],
        unique=True,
        sqlite_where=UNACKNOWLEDGED,
        postgresql_where=UNACKNOWLEDGED,
    )
