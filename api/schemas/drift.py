"""Drift alarms and reference ratios: what people do about a report."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.masks import Words
from store.vocabulary import AlarmCause


class AlarmOut(BaseModel):
    """An alarm of a drift report. It is open until acknowledged_by names somebody."""

    id: int
    site: str
    verdict: str = Field(description="alarm_down or alarm_up")
    since_week: str
    report: int
    says: str
    opened_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    cause: AlarmCause | None
    note: str | None
    escalated_at: datetime | None = Field(description="when it last climbed the duty chain")
    escalations: int
    escalates_at: datetime | None = Field(description="when it climbs next; null: somebody acknowledged it")


class AlarmPage(BaseModel):
    """The newest first; without those of a site that one watches blind."""

    items: list[AlarmOut]


class AcknowledgeAlarmIn(BaseModel):
    """What the cause was, by name; other needs words."""

    model_config = ConfigDict(extra="forbid")

    cause: AlarmCause
    note: Words | None = None

    @model_validator(mode="after")
    def _said(self) -> "AcknowledgeAlarmIn":
        if self.cause is AlarmCause.OTHER and self.note is None:
            raise ValueError("note: say what the other cause was")
        return self


class ReferenceOut(BaseModel):
    """A ratio that was proposed as a site's reference; in force from accepted_at until ended_at."""

    id: int
    site: str
    ratio: float
    low: float = Field(description="of its exact 90% interval, as high")
    high: float
    reason: str
    evidence: dict[str, Any] = Field(description="what was counted, frozen when it was proposed")
    sha256: str = Field(description="over ratio, interval and evidence; an acceptance is bound to it")
    proposed_by: str
    proposed_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    ended_why: str | None
    void: str | None = Field(description="why nobody can accept it any more")


class ReferencePage(BaseModel):
    """The newest first; without those of a site that one watches blind."""

    items: list[ReferenceOut]


class ReferencePreviewOut(BaseModel):
    """What would be proposed now; refused: why it cannot be."""

    site: str
    ratio: float | None
    low: float | None
    high: float | None
    says: str
    refused: str | None
    evidence: dict[str, Any]


class ReferenceIn(BaseModel):
    """For which site, and why."""

    model_config = ConfigDict(extra="forbid")

    site: str = Field(min_length=1, max_length=40)
    reason: Words


class AcceptReferenceIn(BaseModel):
    """The sha256 of what was looked at."""

    model_config = ConfigDict(extra="forbid")

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
