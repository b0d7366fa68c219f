"""Files that the doors held back, as admins see them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from store.vocabulary import Door, HeldState


class HeldOut(BaseModel):
    """One file. size in bytes."""

    id: int
    door: Door
    state: HeldState
    name: str
    size: int
    kept: bool = Field(description="its bytes are there, so that it can be tried again")
    claims: dict[str, Any] = Field(description="what its sender and the picture say of the camera")
    why: str = Field(description="the stable name of the error")
    says: str
    times: int = Field(description="how often it was handed in")
    received_at: datetime
    last_at: datetime
    upload: int | None
    settled_at: datetime | None
    settled_by: str | None


class HeldPage(BaseModel):
    """Newest first."""

    items: list[HeldOut]
    next: int | None
    waiting: dict[HeldState, int] = Field(description="how many there are of those that somebody must settle")


class AssignIn(BaseModel):
    """Whose picture it is."""

    camera: str


class SettledOut(BaseModel):
    """What became of a held file."""

    held: int
    state: HeldState
    camera: str | None
    upload: int | None
    says: str
