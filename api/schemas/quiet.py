"""Quiet places of a camera's view, and what is said of them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.masks import Words
from store.vocabulary import Light, QuietState


class QuietOut(BaseModel):
    """A place where false boxes keep falling: fractions of the picture; in force from settled_at until `until`."""

    id: int
    camera: str
    model: str | None = Field(description="the version that was wrong there; the place holds for that one alone")
    rests: bool = Field(
        default=False, description="in force, but another version decides there now: it quiets nothing"
    )
    state: QuietState
    light: Light
    x: float
    y: float
    w: float
    h: float
    visits: int = Field(description="dismissed visits behind it")
    most_p: float = Field(description="the surest of its false boxes; what is clearly surer asks all the same")
    pictures: list[str] = Field(description="paths of the pictures behind it, the newest first")
    first_at: datetime
    last_at: datetime
    proposed_at: datetime
    settled_by: str | None
    settled_at: datetime | None
    why: str | None
    until: datetime | None
    ended_at: datetime | None
    ended_by: str | None = Field(description="null with ended_at: by itself, at its last moment")
    ended_why: str | None


class QuietPage(BaseModel):
    """Of all cameras that this person may see, or of one; the newest first."""

    items: list[QuietOut]


class AcceptIn(BaseModel):
    """For how long, and why."""

    model_config = ConfigDict(extra="forbid")

    why: Words
    days: int = Field(default=90, ge=1, le=180, description="a season, unless told otherwise")
