"""Time-lapse: camera-hours drawn before they began, and the small pictures kept in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import KeptFor


class DrawnHour(Table):
    """One hour of one camera, chosen by chance before it began, and how likely it was to be chosen."""

    __tablename__ = "drawn_hour"
    __table_args__ = (
        UniqueConstraint("camera_id", "begins_at"),
        CheckConstraint("drawn_at < begins_at", name="drawn_in_advance"),
        CheckConstraint("probability > 0 AND probability <= 1", name="probability"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    begins_at: Mapped[datetime]
    drawn_at: Mapped[datetime]
    probability: Mapped[float]
    seed: Mapped[int]


class TimelapsePicture(Table):
    """One small picture of a drawn hour, in the archive under its sha256; the gate had no say in it."""

    __tablename__ = "timelapse_picture"
    __table_args__ = (UniqueConstraint("hour_id", "taken_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hour_id: Mapped[int] = mapped_column(ForeignKey("drawn_hour.id"))
    taken_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int]
    kind: Mapped[KeptFor] = mapped_column(Word(KeptFor))
