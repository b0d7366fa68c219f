"""Parts of cameras' views: what is not watched, and what has a name."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import Light, ViewPartKind


class ViewPart(Table):
    """A rectangle of a camera's view, as fractions of its width and height. Never changed, only ended."""

    __tablename__ = "view_part"
    __table_args__ = (
        CheckConstraint("x >= 0 AND y >= 0 AND w > 0 AND h > 0 AND x + w < 1.001 AND y + h < 1.001", name="inside"),
        CheckConstraint("(kind = 'zone') = (name IS NOT NULL)", name="zones_have_names"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index("ix_view_part_camera_id_began_at", "camera_id", "began_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    kind: Mapped[ViewPartKind] = mapped_column(Word(ViewPartKind))
    name: Mapped[str | None] = mapped_column(String(40))
    light: Mapped[Light] = mapped_column(Word(Light))
    x: Mapped[float]
    y: Mapped[float]
    w: Mapped[float]
    h: Mapped[float]
    began_at: Mapped[datetime]
    began_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_why: Mapped[str | None] = mapped_column(Text)
