"""Guardrails that failed, the periods that the clock's jobs have done, and the lease of the clock that acts."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Nothing is narrowed yet; the clock judges the days since each rule came into force."""
    op.create_table(
        "narrowing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("guardrail", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("technical", sa.Boolean(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_narrowing_rule_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_narrowing_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_narrowing")),
        sa.UniqueConstraint(
            "site_id", "rule_id", "guardrail", "period", name=op.f("uq_narrowing_site_id_rule_id_guardrail_period")
        ),
    )
    op.create_index("ix_narrowing_open", "narrowing", ["site_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "run",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_run_site_id")),
        sa.PrimaryKeyConstraint("job", "site_id", "period", name=op.f("pk_run")),
    )
    op.create_table(
        "clock_lease",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_lease")),
    )
