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


class BlankOut(BaseModel):
    """A part of an hour in which nothing can be seen."""

    since: datetime
    until: datetime
    says: str = Field(description="why: not kept, no longer kept, or what was wrong with the camera")


class LapseOut(BaseModel):
    """The pictures of one drawn hour that are kept, in order."""

    camera: str
    begins_at: datetime
    ends_at: datetime
    items: list[LapsedOut]
    gaps: list[BlankOut] = Field(description="where no picture is kept")
    blind: list[BlankOut] = Field(description="when the camera could not see, with or without pictures")
