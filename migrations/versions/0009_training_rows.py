"""Pictures that people label for training, and the park's policy on which of them are used."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing that is there changes; a park keeps all until its file says otherwise."""
    op.add_column("park", sa.Column("training", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "training_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("frame_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("suggested", sa.String(length=60), nullable=True),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=60), nullable=True),
        sa.Column("said_by", sa.Integer(), nullable=True),
        sa.Column("said_at", AT, nullable=True),
        sa.Column("saw_score", sa.Boolean(), nullable=True),
        sa.Column("seen_by", sa.JSON(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("retired_at", AT, nullable=True),
        sa.Column("retired_by", sa.Integer(), nullable=True),
        sa.Column("retired_why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state <> 'accepted' OR (label IS NOT NULL AND said_by IS NOT NULL AND said_at IS NOT NULL "
            "AND saw_score IS NOT NULL)",
            name=op.f("ck_training_row_accepted_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_training_row_camera_id")),
        sa.ForeignKeyConstraint(["frame_id"], ["frame.id"], name=op.f("fk_training_row_frame_id")),
        sa.ForeignKeyConstraint(["retired_by"], ["person.id"], name=op.f("fk_training_row_retired_by")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_training_row_review_id")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_training_row_said_by")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_training_row_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_row")),
        sa.UniqueConstraint("frame_id", name=op.f("uq_training_row_frame_id")),
    )
    op.create_index("ix_training_row_site_id_state", "training_row", ["site_id", "state", "id"])
