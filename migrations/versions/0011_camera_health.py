"""Episodes of cameras, their reference views, budgets of storage, and what was dropped."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Nothing that is there changes; a park keeps every picture until its file says otherwise."""
    op.add_column("park", sa.Column("storage", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("frame", sa.Column("size_bytes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("upload", sa.Column("size_bytes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("camera_status", sa.Column("expected_since", AT, nullable=True))
    op.add_column("camera_status", sa.Column("patience_s", sa.Double(), nullable=True))
    op.add_column("camera_status", sa.Column("streaks", sa.JSON(), nullable=False, server_default="{}"))
    _episodes()
    _views()
    _storage()


def _episodes() -> None:
    op.create_table(
        "episode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("noticed_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("measured", sa.JSON(), nullable=False),
        sa.Column("told_at", AT, nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("end_told_at", AT, nullable=True),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", AT, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["person.id"], name=op.f("fk_episode_acknowledged_by")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_episode_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode")),
    )
    op.create_index("ix_episode_began_at", "episode", ["began_at"])
    op.create_index(
        "uq_episode_open", "episode", ["camera_id", "kind"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _views() -> None:
    op.create_table(
        "reference_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("night", sa.Boolean(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("replaced_at", AT, nullable=True),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("grey", sa.LargeBinary(), nullable=False),
        sa.Column("sharpness", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_reference_view_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_view")),
    )
    op.create_index("ix_reference_view_camera_id_night", "reference_view", ["camera_id", "night", "since"])
    op.create_table(
        "view_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_view_change_camera_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_view_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_change")),
    )
    op.create_index("ix_view_change_camera_id_at", "view_change", ["camera_id", "at"])


def _storage() -> None:
    op.create_index("ix_alert_frame_id", "alert", ["frame_id"])
    op.create_index("ix_frame_received_at", "frame", ["received_at"])
    op.create_table(
        "dropped_picture",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_dropped_picture")),
    )
    op.create_table(
        "stored_kind",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("oldest_at", AT, nullable=True),
        sa.Column("counted_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_stored_kind")),
    )
