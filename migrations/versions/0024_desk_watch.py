"""The desk watch: drawn hours given to people, and what of each was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A new table beside what is there."""
    op.create_table(
        "desk_hour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("hour_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("done_at", AT, nullable=True),
        sa.Column("left_at", AT, nullable=True),
        sa.Column("knew", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.CheckConstraint("done_at IS NULL OR left_at IS NULL", name=op.f("ck_desk_hour_done_or_left")),
        sa.CheckConstraint("probability > 0 AND probability <= 1", name=op.f("ck_desk_hour_probability")),
        sa.ForeignKeyConstraint(["hour_id"], ["drawn_hour.id"], name=op.f("fk_desk_hour_hour_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_desk_hour_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["watch_session.id"], name=op.f("fk_desk_hour_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_hour")),
        sa.UniqueConstraint("person_id", "hour_id", name=op.f("uq_desk_hour_person_id_hour_id")),
    )
    op.create_index(op.f("ix_desk_hour_hour_id"), "desk_hour", ["hour_id"], unique=False)
    op.create_index(op.f("ix_desk_hour_session_id"), "desk_hour", ["session_id"], unique=False)
