"""Episodes of cameras, their reference views, and pictures that are no longer kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import CameraFault, Evidence

OPEN = text("ended_at IS NULL")


class Episode(Table):
    """One thing that was wrong with one camera for a while. camera_id None: with the installation, so with all."""

    __tablename__ = "episode"
    __table_args__ = (
        Index("ix_episode_began_at", "began_at"),
        Index("uq_episode_open", "camera_id", "kind", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str | None] = mapped_column(ForeignKey("camera.id"))
    kind: Mapped[CameraFault] = mapped_column(Word(CameraFault))
    began_at: Mapped[datetime]  # since when it was so, not when it was noticed
    noticed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    blind: Mapped[bool]  # a bear could pass unseen: this time is no exposure
    says: Mapped[str] = mapped_column(Text)
    measured: Mapped[dict[str, Any]]
    told_at: Mapped[datetime | None]  # the last notice of it
    told: Mapped[int] = mapped_column(default=0)
    end_told_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)


class ReferenceView(Table):
    """How a camera's picture is when all is well, by day or by night: what later pictures are compared with."""

    __tablename__ = "reference_view"
    __table_args__ = (Index("ix_reference_view_camera_id_night", "camera_id", "night", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    night: Mapped[bool]
    since: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    height: Mapped[int]
    width: Mapped[int]
    grey: Mapped[bytes] = mapped_column(LargeBinary)  # height x width, one byte a pixel
    sharpness: Mapped[list[Any]]  # of good pictures in this light, the newest last


class ViewChange(Table):
    """Somebody said that a camera looks elsewhere, or drew or ended a mask: a segment of evidence ends here."""

    __tablename__ = "view_change"
    __table_args__ = (Index("ix_view_change_camera_id_at", "camera_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    at: Mapped[datetime]  # when it was accepted
    since: Mapped[datetime]  # when the view changed, as far as is known
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text)


class DroppedPicture(Table):
    """Bytes that were dropped from the archive. Frames, decisions and alerts stay."""

    __tablename__ = "dropped_picture"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[Evidence] = mapped_column(Word(Evidence))
    size_bytes: Mapped[int]
    why: Mapped[str] = mapped_column(Text)


class StoredKind(Table):
    """How much of one kind of evidence is kept, as it was counted last."""

    __tablename__ = "stored_kind"

    kind: Mapped[Evidence] = mapped_column(Word(Evidence), primary_key=True)
    pictures: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    oldest_at: Mapped[datetime | None]
    counted_at: Mapped[datetime]
