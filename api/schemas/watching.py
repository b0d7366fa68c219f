"""The manual watch: sessions, sightings and responses as they come in and go out."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.schemas.masks import Words
from store.vocabulary import Did, Sureness, WatchMode, WatchPlace

Key = Annotated[str | None, Field(min_length=8, max_length=64, description="the phone's own; twice sent adds once")]
Row = Annotated[int | None, Field(ge=1, le=2**31 - 1)]


class DoubtOut(BaseModel):
    """Why something is not counted."""

    doubt: str
    says: str


class WatchSessionIn(BaseModel):
    """Somebody begins to watch. alert: a patrol because of it, which is no baseline."""

    model_config = ConfigDict(extra="forbid")

    site: str = Field(max_length=40)
    mode: WatchMode = WatchMode.BLIND
    place: WatchPlace = WatchPlace.FIELD
    started_at: AwareDatetime | None = Field(default=None, description="null: now")
    ended_at: AwareDatetime | None = Field(default=None, description="it is over: told whole, with both times")
    told_otherwise: bool | None = Field(default=None, description="with ended_at, where it was blind")
    alert: Row = None
    key: Key = None


class EndWatchIn(BaseModel):
    """Somebody stops watching."""

    model_config = ConfigDict(extra="forbid")

    told_otherwise: bool | None = Field(default=None, description="were you told what the model saw? blind: needed")
    ended_at: AwareDatetime | None = Field(default=None, description="null: now")


class WatchSessionOut(BaseModel):
    """A session. counts: its hours are exposure of the manual baseline; doubts: why they are not."""

    id: int
    site: str
    observer: str
    mode: WatchMode
    place: WatchPlace
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    told_otherwise: bool | None
    alert: int | None
    imported: bool
    signed: bool
    counts: bool
    told_hours: float = Field(
        default=0, description="of a blind watch in the field: hours in which a trial or live rule told people of "
        "alerts; they are no exposure",
    )  # fmt: skip
    doubts: list[DoubtOut]
    sightings: int
    recorded_hours: int = Field(description="desk: how many recorded hours were shown to their end")


class WatchSessionPage(BaseModel):
    """Newest first. mine: what the asker has begun and not ended. next is the cursor of the page after, or null."""

    items: list[WatchSessionOut]
    mine: WatchSessionOut | None
    next: int | None


class SightingIn(BaseModel):
    """A bear that somebody saw."""

    model_config = ConfigDict(extra="forbid")

    site: str = Field(max_length=40)
    at: AwareDatetime | None = Field(default=None, description="null: now")
    species: str = Field(default="bear", min_length=1, max_length=60)
    bears: int = Field(default=1, ge=1, le=20)
    sure: Sureness = Sureness.CERTAIN
    spot: str | None = Field(default=None, max_length=200, description="where, in words")
    camera: str | None = Field(default=None, max_length=40)
    hour: Row = Field(default=None, description="desk: the number of the recorded hour; `at` is a time in it")
    source: str = Field(default="watch", min_length=1, max_length=40, description="watch, patrol, visitor, ...")
    note: str | None = Field(default=None, max_length=2000)
    key: Key = None


class SightingOut(BaseModel):
    """A sighting. session: in which its observer was watching, null where they were not."""

    id: int
    site: str
    session: int | None
    camera: str | None
    at: AwareDatetime
    species: str
    bears: int
    sure: Sureness
    spot: str | None
    observer: str
    source: str
    note: str | None
    imported: bool
    doubts: list[DoubtOut]
    withdrawn_at: AwareDatetime | None
    withdrawn_by: str | None


class SightingPage(BaseModel):
    """Newest first. next is the cursor of the page after, or null."""

    items: list[SightingOut]
    next: int | None


class WithdrawIn(BaseModel):
    """Why a sighting is taken back."""

    model_config = ConfigDict(extra="forbid")

    why: Words


class ResponseIn(BaseModel):
    """What people did about one alert or one sighting, and when."""

    model_config = ConfigDict(extra="forbid")

    alert: Row = None
    sighting: Row = None
    did: Did
    at: AwareDatetime
    note: str | None = Field(default=None, max_length=2000)


class ResponseOut(BaseModel):
    """What people did."""

    id: int
    site: str
    alert: int | None
    sighting: int | None
    did: Did
    at: AwareDatetime
    person: str
    note: str | None


class ResponsePage(BaseModel):
    """Newest first. next is the cursor of the page after, or null."""

    items: list[ResponseOut]
    next: int | None
