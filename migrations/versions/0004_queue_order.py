"""The queue's order: frames of cameras before replayed ones, by one index over what is not finished."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PRIORITY = {"replay": 1, "bulk": 2}
OPEN = sa.text("state IN ('waiting', 'leased')")


def upgrade() -> None:
    """Put what is replayed behind what is live; a replay that was to wait for its own future waits no longer."""
    with op.batch_alter_table("queued_frame", schema=None) as batch_op:
        batch_op.add_column(sa.Column("priority", sa.Integer(), server_default="0", nullable=False))
        batch_op.drop_index("ix_queued_frame_state_available_at")
        batch_op.create_index(
            "ix_queued_frame_open", ["priority", "available_at", "frame_id"], unique=False, sqlite_where=OPEN,
            postgresql_where=OPEN,
        )  # fmt: skip
    frame = sa.table("frame", sa.column("id"), sa.column("origin"))
    queued = sa.table("queued_frame", sa.column("frame_id"), sa.column("priority"), sa.column("available_at"))
    for origin, priority in PRIORITY.items():
        of_origin = queued.c.frame_id.in_(sa.select(frame.c.id).where(frame.c.origin == origin))
        op.execute(sa.update(queued).where(of_origin, OPEN).values(priority=priority))
    ahead = (queued.c.priority > 0) & (queued.c.available_at > sa.func.current_timestamp())
    op.execute(sa.update(queued).where(ahead, OPEN).values(available_at=sa.func.current_timestamp()))
