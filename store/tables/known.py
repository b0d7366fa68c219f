"""Known clips: bears that we put into each camera's path ourselves, to see whether they are found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.root import Table


class KnownClip(Table):
    """One such test of one camera. day: of UTC, where the clock ran it; None: somebody asked for it.

    source: what was played, in words. frames: ids of those that went into the queue. read and moved: how many shots
    the gate looked at, and in how many it saw something move; 0: pictures, which know no gate.
    found: None until it is judged, and where no model was asked.
    """

    __tablename__ = "known_clip"
    __table_args__ = (
        UniqueConstraint("camera_id", "day"),
        CheckConstraint("found IS NULL OR judged_at IS NOT NULL", name="found_is_judged"),
        Index("ix_known_clip_camera_id_played_at", "camera_id", "played_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    day: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    played_at: Mapped[datetime]
    frames: Mapped[list[Any]]
    read: Mapped[int]
    moved: Mapped[int]
    judged_at: Mapped[datetime | None]
    found: Mapped[bool | None]
    p_bear: Mapped[float | None]
    says: Mapped[str | None] = mapped_column(Text)
