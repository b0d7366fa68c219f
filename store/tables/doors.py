"""What the doors hold back: pictures of no known camera, and what was refused."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import Door, HeldState


class HeldFile(Table):
    """One file that was not taken in. Handed in again by the same sender it is counted, not held twice.

    source: a hash of the claims; size in bytes; kept: its bytes are there, in the archive where it is unrecognised,
    else among the refused; sent_at: what the sender said of its time.
    """

    __tablename__ = "held_file"
    __table_args__ = (UniqueConstraint("door", "sha256", "source"), Index("ix_held_file_state", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    door: Mapped[Door] = mapped_column(Word(Door))
    state: Mapped[HeldState] = mapped_column(Word(HeldState))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    kept: Mapped[bool]
    source: Mapped[str] = mapped_column(String(64))
    claims: Mapped[dict[str, Any]]  # what the sender and the picture say of the camera
    sent_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(60))
    says: Mapped[str] = mapped_column(Text)
    times: Mapped[int]
    received_at: Mapped[datetime]
    last_at: Mapped[datetime]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(120))
