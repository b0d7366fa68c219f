"""Masks and zones of a camera's view."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from store.vocabulary import Light, ViewPartKind

Edge = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Side = Annotated[float, Field(ge=0.01, le=1, allow_inf_nan=False)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
BEYOND = 1e-6


class MaskIn(BaseModel):
    """A rectangle as fractions of the picture's width and height: x, y of the top left corner, w, h."""

    model_config = ConfigDict(extra="forbid")

    kind: ViewPartKind = ViewPartKind.MASK
    name: Name | None = Field(default=None, description="of a zone")
    light: Light = Field(default=Light.BOTH, description="when a mask holds; a zone holds always")
    x: Edge
    y: Edge
    w: Side
    h: Side
    why: Words

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.x + self.w > 1 + BEYOND or self.y + self.h > 1 + BEYOND:
            raise ValueError("the rectangle reaches out of the picture: x + w and y + h are at most 1")
        if (self.kind is ViewPartKind.ZONE) != (self.name is not None):
            raise ValueError("a zone needs a name, and a mask has none")
        if self.kind is ViewPartKind.ZONE and self.light is not Light.BOTH:
            raise ValueError("a zone holds by day and by night")
        return self


class EndIn(BaseModel):
    """Why it is ended."""

    model_config = ConfigDict(extra="forbid")

    why: Words


class MaskOut(BaseModel):
    """A mask or a zone, with who drew it and why; ended_at null: it holds."""

    id: int
    camera: str
    kind: ViewPartKind
    name: str | None
    light: Light
    x: float
    y: float
    w: float
    h: float
    began_at: datetime
    began_by: str
    why: str
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None


class MaskPage(BaseModel):
    """All that a camera ever had, the newest first, and the shares of its view that are not watched now, 0 to 1."""

    items: list[MaskOut]
    unwatched_day: float
    unwatched_night: float
