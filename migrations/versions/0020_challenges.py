"""Challenges: another model version that looks at a site's frames in shadow."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Nothing that is there changes: no site has a challenger until somebody names one."""
    op.create_table(
        "challenge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_by", sa.Integer(), nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["begun_by"], ["person.id"], name=op.f("fk_challenge_begun_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_challenge_ended_by")),
        sa.ForeignKeyConstraint(["model_sha256"], ["model_version.sha256"], name=op.f("fk_challenge_model_sha256")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_challenge_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
    )
    op.create_index("ix_challenge_site_id_begun_at", "challenge", ["site_id", "begun_at"])
    op.create_index(
        "uq_challenge_open", "challenge", ["site_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
