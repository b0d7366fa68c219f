"""The time-lapse: drawn camera-hours and their pictures."""

from datetime import datetime

from pydantic import BaseModel, Field


class DrawnHourOut(BaseModel):
    """One drawn hour of a camera."""

    id: int
    camera: str
    begins_at: datetime
    ends_at: datetime
    drawn_at: datetime = Field(description="before it began")
    probability: float = Field(description="how likely this hour was to be drawn")
    seed: int = Field(description="the park's; it makes the draw again")
    pictures: int


class DrawnHourPage(BaseModel):
    """The last drawn first."""

    items: list[DrawnHourOut]
    next: int | None


class LapsedOut(BaseModel):
    """One small picture. picture: a path of this API."""

    id: int
    taken_at: datetime
    picture: str


class LapseOut(BaseModel):
    """The pictures of one drawn hour, in order."""

    camera: str
    begins_at: datetime
    items: list[LapsedOut]
