"""Recordings of streams, and what of a stream was left out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.root import Table


class Recording(Table):
    """Seconds of a stream as they were received, an MP4 in the archive under its sha256."""

    __tablename__ = "recording"
    __table_args__ = (Index("ix_recording_camera_id_began_at", "camera_id", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]  # bytes
    codec: Mapped[str] = mapped_column(String(20))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    width: Mapped[int]
    height: Mapped[int]


class Shed(Table):
    """What was left out of a camera's stream in one minute: so many seconds are no exposure."""

    __tablename__ = "shed"

    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"), primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    seconds: Mapped[float]
    pictures: Mapped[int]
