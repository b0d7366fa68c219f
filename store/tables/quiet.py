"""Quiet places: where in a view false boxes keep falling, and what a person said of that."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import Light, QuietState


class QuietPlace(Table):
    """A rectangle of a camera's view, as fractions. Proposed by itself; a person alone puts it in force, until a day.

    model_sha256: the version that was wrong there, for which alone it holds; None: not known, it holds for none.
    most_p: the surest of the false boxes. alerts: those behind it, a visit each, the oldest first.
    """

    __tablename__ = "quiet_place"
    __table_args__ = (
        CheckConstraint("x >= 0 AND y >= 0 AND w > 0 AND h > 0 AND x + w < 1.001 AND y + h < 1.001", name="inside"),
        CheckConstraint("(state = 'proposed') = (settled_by IS NULL)", name="settled_by_somebody"),
        CheckConstraint("state NOT IN ('accepted', 'ended') OR until IS NOT NULL", name="has_a_last_moment"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        Index("ix_quiet_place_camera_id_state", "camera_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    state: Mapped[QuietState] = mapped_column(Word(QuietState))
    light: Mapped[Light] = mapped_column(Word(Light))
    x: Mapped[float]
    y: Mapped[float]
    w: Mapped[float]
    h: Mapped[float]
    most_p: Mapped[float]
    alerts: Mapped[list[Any]]
    first_at: Mapped[datetime]  # when the first and the last of the false boxes were seen
    last_at: Mapped[datetime]
    proposed_at: Mapped[datetime]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(Text)
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: by itself, at its last moment
    ended_why: Mapped[str | None] = mapped_column(Text)
    model_sha256: Mapped[str | None] = mapped_column(ForeignKey("model_version.sha256"))
