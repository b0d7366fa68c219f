"""Training rows: frames that people label, or refuse to, for a training."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import RowSource, RowState


class TrainingRow(Table):
    """One frame as a candidate. It belongs to no visit of its own: visits merge, and the frame's decision knows."""

    __tablename__ = "training_row"
    __table_args__ = (
        CheckConstraint(
            "state <> 'accepted' OR (label IS NOT NULL AND said_by IS NOT NULL AND said_at IS NOT NULL "
            "AND saw_score IS NOT NULL)",
            name="accepted_by_somebody",
        ),
        Index("ix_training_row_site_id_state", "site_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"), unique=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    source: Mapped[RowSource] = mapped_column(Word(RowSource))
    state: Mapped[RowState] = mapped_column(Word(RowState))
    says: Mapped[str] = mapped_column(Text)  # who or what made it a candidate, without any score
    suggested: Mapped[str | None] = mapped_column(String(60))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"))
    label: Mapped[str | None] = mapped_column(String(60))
    said_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime | None]
    saw_score: Mapped[bool | None]  # whether said_by had seen the model's answer to this frame before
    seen_by: Mapped[list[Any]] = mapped_column(default=list)  # ids of people whom the page has shown it
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    retired_why: Mapped[str | None] = mapped_column(Text)
