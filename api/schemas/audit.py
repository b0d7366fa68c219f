"""The audit chain, decisions by camera and time, and what held at a past minute."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.schemas.park import DecisionOut
from store.vocabulary import Stage


class AuditEntryOut(BaseModel):
    """One change by a person or by automation."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    says: str
    body: dict[str, Any] = Field(description="what it rests on: evidence, terms, numbers")
    before: str
    hash: str


class AuditPage(BaseModel):
    """Newest first."""

    items: list[AuditEntryOut]
    next: int | None


class DecisionPage(BaseModel):
    """The frame that came in last first."""

    items: list[DecisionOut]
    next: int | None


class StandingOut(BaseModel):
    """Which rule was in force at a moment, and why. acts_as: the stage in which a bear would have been decided."""

    site: str
    at: datetime
    rule: int | None
    revision: int | None
    stage: Stage | None = Field(description="of the rule; null: there was none")
    in_force_since: datetime | None
    in_force_until: datetime | None
    acts_as: Stage
    acted: str = Field(description="what would have become of a bear then")
    why: list[str]
    says: str
