"""Recordings of streams, what was shed of them, sub-streams, and the networks in which a park allows cameras."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Cameras stay as they are: one stream each, over TCP."""
    op.add_column("park", sa.Column("camera_networks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("camera", sa.Column("watch_url", sa.Text(), nullable=True))
    op.add_column("camera", sa.Column("transport", sa.String(length=3), nullable=False, server_default="tcp"))
    op.create_table(
        "recording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("codec", sa.String(length=20), nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_recording_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
    )
    op.create_index("ix_recording_camera_id_began_at", "recording", ["camera_id", "began_at"])
    op.create_index(op.f("ix_recording_sha256"), "recording", ["sha256"])
    op.create_table(
        "shed",
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("minute", AT, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_shed_camera_id")),
        sa.PrimaryKeyConstraint("camera_id", "minute", name=op.f("pk_shed")),
    )
