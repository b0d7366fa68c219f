"""Quiet places, where false boxes keep falling, and known clips, by which each camera's path is tested."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing that is there changes: no place is quiet until a person accepts it."""
    op.add_column("camera", sa.Column("known_clip", sa.Text(), nullable=True))
    _quiet_places()
    _known_clips()


def _quiet_places() -> None:
    op.create_table(
        "quiet_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("light", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("x", "y", "w", "h", "most_p")),
        sa.Column("alerts", sa.JSON(), nullable=False),
        sa.Column("first_at", AT, nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("until", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "x >= 0 AND y >= 0 AND w > 0 AND h > 0 AND x + w < 1.001 AND y + h < 1.001",
            name=op.f("ck_quiet_place_inside"),
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (settled_by IS NULL)", name=op.f("ck_quiet_place_settled_by_somebody")
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'ended') OR until IS NOT NULL", name=op.f("ck_quiet_place_has_a_last_moment")
        ),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_quiet_place_ended")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_quiet_place_camera_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_quiet_place_ended_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_quiet_place_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiet_place")),
    )
    op.create_index("ix_quiet_place_camera_id_state", "quiet_place", ["camera_id", "state"])


def _known_clips() -> None:
    op.create_table(
        "known_clip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("played_at", AT, nullable=False),
        sa.Column("frames", sa.JSON(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("judged_at", AT, nullable=True),
        sa.Column("found", sa.Boolean(), nullable=True),
        sa.Column("p_bear", sa.Double(), nullable=True),
        sa.Column("says", sa.Text(), nullable=True),
        sa.CheckConstraint("found IS NULL OR judged_at IS NOT NULL", name=op.f("ck_known_clip_found_is_judged")),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_known_clip_camera_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_clip")),
        sa.UniqueConstraint("camera_id", "day", name=op.f("uq_known_clip_camera_id_day")),
    )
    op.create_index("ix_known_clip_camera_id_played_at", "known_clip", ["camera_id", "played_at"])
