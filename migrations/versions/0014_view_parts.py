"""Masks and zones of cameras' views."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing that is there changes: every camera is watched whole until somebody draws a mask."""
    op.create_table(
        "view_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=True),
        sa.Column("light", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("x", "y", "w", "h")),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("began_by", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "x >= 0 AND y >= 0 AND w > 0 AND h > 0 AND x + w < 1.001 AND y + h < 1.001",
            name=op.f("ck_view_part_inside"),
        ),
        sa.CheckConstraint("(kind = 'zone') = (name IS NOT NULL)", name=op.f("ck_view_part_zones_have_names")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_view_part_ended_by_somebody")),
        sa.ForeignKeyConstraint(["began_by"], ["person.id"], name=op.f("fk_view_part_began_by")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_view_part_camera_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_view_part_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_part")),
    )
    op.create_index("ix_view_part_camera_id_began_at", "view_part", ["camera_id", "began_at"])
