"""Challenges: another model version that looks at a site's frames beside the one in force, in shadow."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.root import Table

OPEN = text("ended_at IS NULL")


class Challenge(Table):
    """From when to when a version looked at the frames of a site; what it said are detections, never decisions."""

    __tablename__ = "challenge"
    __table_args__ = (
        Index("uq_challenge_open", "site_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_challenge_site_id_begun_at", "site_id", "begun_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    model_sha256: Mapped[str] = mapped_column(ForeignKey("model_version.sha256"))
    reason: Mapped[str] = mapped_column(Text)
    begun_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
