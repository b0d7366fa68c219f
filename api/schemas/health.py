"""What was wrong with cameras, and what is kept, as people see it."""

from datetime import datetime

from pydantic import BaseModel, Field

from store.vocabulary import CameraFault, Evidence


class EpisodeOut(BaseModel):
    """One thing that was wrong for a while. camera null: with the installation; ended_at null: it still is."""

    id: int
    camera: str | None
    site: str | None
    kind: CameraFault
    name: str
    began_at: datetime
    ended_at: datetime | None
    blind: bool = Field(description="a bear could pass unseen: this time is no exposure for any statistic")
    says: str
    mend: str
    measured: dict[str, float]
    told_at: datetime | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    note: str | None


class EpisodePage(BaseModel):
    """Newest first."""

    items: list[EpisodeOut]
    next: int | None


class NoteIn(BaseModel):
    """What a person says of it."""

    note: str = Field(min_length=1, max_length=500)


class KnownClipOut(BaseModel):
    """How the last known bear fared that was put into a camera's path. found null: no model was asked."""

    played_at: datetime
    source: str
    found: bool | None
    p_bear: float | None
    says: str


class StoredOut(BaseModel):
    """How much of one kind of evidence is kept, as counted last, and its budgets (null: none)."""

    kind: Evidence
    pictures: int
    size_bytes: int
    oldest_at: datetime | None
    days: int | None
    gb: float | None
    counted_at: datetime


class StoragePage(BaseModel):
    """Every kind, the room that is left, and what was dropped last."""

    items: list[StoredOut]
    free_bytes: int
    floor_bytes: int
    dropped: int
    dropped_last_at: datetime | None
    dropped_why: str | None
