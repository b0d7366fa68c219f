"""Uploads, frames and the queue that carries them to the model."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import Origin, QueueState, UploadKind


class Upload(Table):
    """One file handed in. stated_key is the stated time as text, or '' where none was stated."""

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("camera_id", "sha256", "stated_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    stated_key: Mapped[str] = mapped_column(String(40))
    stated_at: Mapped[datetime | None]
    kind: Mapped[UploadKind] = mapped_column(Word(UploadKind))
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]  # a clip's frames are in the queue; None: still to be opened
    error: Mapped[str | None] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(default=0, server_default="0")  # 0: kept before sizes were written


class Frame(Table):
    """One picture of one camera, on disk in the archive under its sha256."""

    __tablename__ = "frame"
    __table_args__ = (
        UniqueConstraint("camera_id", "sha256", "stated_key"),
        Index("ix_frame_camera_id_taken_at", "camera_id", "taken_at"),
        Index("ix_frame_received_at", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    stated_key: Mapped[str] = mapped_column(String(40))
    stated_at: Mapped[datetime | None]
    taken_at: Mapped[datetime]
    received_at: Mapped[datetime]
    origin: Mapped[Origin] = mapped_column(Word(Origin))
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"), index=True)
    width: Mapped[int]
    height: Mapped[int]
    motion: Mapped[list[Any]]  # [[x, y, w, h], ...] as fractions
    clock_fault: Mapped[str | None] = mapped_column(Text)
    send: Mapped[bool] = mapped_column(default=True)  # False: a replay without --send; nothing leaves
    size_bytes: Mapped[int] = mapped_column(default=0, server_default="0")  # 0: kept before sizes were written


OPEN = "state IN ('waiting', 'leased')"
"""What is not finished. The claim says it word for word, so that both databases read the index of these alone."""


class QueuedFrame(Table):
    """A frame on its way to its decision, leased to at most one worker at a time."""

    __tablename__ = "queued_frame"
    __table_args__ = (
        Index(
            "ix_queued_frame_open", "priority", "available_at", "frame_id", sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
    )  # fmt: skip

    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"), primary_key=True)
    state: Mapped[QueueState] = mapped_column(Word(QueueState))
    priority: Mapped[int] = mapped_column(default=0, server_default="0")  # smaller comes first
    available_at: Mapped[datetime]
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
