"""Camera-hours that are drawn in advance, and the small pictures that are kept in them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing that is there changes. The park's seed is 0 until the watch draws one."""
    op.add_column("park", sa.Column("timelapse_seed", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "drawn_hour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("begins_at", AT, nullable=False),
        sa.Column("drawn_at", AT, nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.CheckConstraint("drawn_at < begins_at", name=op.f("ck_drawn_hour_drawn_in_advance")),
        sa.CheckConstraint("probability > 0 AND probability <= 1", name=op.f("ck_drawn_hour_probability")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_drawn_hour_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_hour")),
        sa.UniqueConstraint("camera_id", "begins_at", name=op.f("uq_drawn_hour_camera_id_begins_at")),
    )
    op.create_table(
        "timelapse_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hour_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", AT, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["hour_id"], ["drawn_hour.id"], name=op.f("fk_timelapse_picture_hour_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timelapse_picture")),
        sa.UniqueConstraint("hour_id", "taken_at", name=op.f("uq_timelapse_picture_hour_id_taken_at")),
    )
    op.create_index(op.f("ix_timelapse_picture_sha256"), "timelapse_picture", ["sha256"])
