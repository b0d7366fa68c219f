"""Files that a door holds back, and by what a camera's pictures are recognised."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing that is there changes; a camera without a zone of its own has its site's."""
    op.add_column("camera", sa.Column("time_zone", sa.String(length=64), nullable=True))
    op.add_column("camera", sa.Column("recognise", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "held_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("sent_at", AT, nullable=True),
        sa.Column("why", sa.String(length=60), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_held_file_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_file")),
        sa.UniqueConstraint("door", "sha256", "source", name=op.f("uq_held_file_door_sha256_source")),
    )
    op.create_index(op.f("ix_held_file_sha256"), "held_file", ["sha256"])
    op.create_index("ix_held_file_state", "held_file", ["state", "id"])
