"""The exit checklist, what a rule would have done, its week, and trial reports."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from store.vocabulary import Act, Audience, Stage


class ItemOut(BaseModel):
    """One line of the exit checklist. met null: nobody can tell, which holds the site where it is."""

    what: str
    has: str
    needs: str
    met: bool | None
    by: date | None = Field(default=None, description="when it would hold at this pace")
    lowered: str | None = Field(default=None, description="who asks less than usual, in words")


class HeardOut(BaseModel):
    """How often one receiver would have been asked or warned; woken: between 22:00 and 06:00 site time."""

    receiver: str
    times: int
    woken: int


class WouldAlertOut(BaseModel):
    """One alert that a rule would have raised. at: site time."""

    at: str
    camera: str
    p_bear: float
    act: Act
    receivers: list[str]
    woken: bool
    says: str
    frame: int


class WouldHaveOut(BaseModel):
    """What a rule would have done on the last weeks' stored detections, decided by the same code as live frames."""

    model: str
    since: str
    until: str
    days: int = Field(description="days that its scope holds a part of")
    frames: int = Field(description="scored ones in the window")
    alerts: int
    alerts_a_day: float | None
    worst_day: int
    busiest: int = Field(description="alerts of the busiest day, those that a daily cap would have held back too")
    by_day: list[tuple[str, int]]
    receivers: list[HeardOut]
    woken: int
    held: dict[str, int]
    unlike: int = Field(default=0, description="alerts of pictures unlike what the version was trained on")
    out_of_domain_share: float | None
    bears: int = Field(description="alerts in its scope that people answered with bear")
    missed: list[int] = Field(description="of these, the alerts that it would not have raised")
    sightings: str
    listed: list[WouldAlertOut] = Field(description="the newest ones")
    says: str


class CellOut(BaseModel):
    """One hour of a week: minutes in scope, and how many of these have nobody on duty."""

    scoped: int
    uncovered: int


class WeekOut(BaseModel):
    """A rule's scope as a week of hours in site time: seven rows from Monday, 24 cells each."""

    cameras: list[str]
    grid: list[list[CellOut]]


class StepOut(BaseModel):
    """Where a site stands, and what its next step needs."""

    site: str
    stage: Stage
    audience: Audience
    next_stage: Stage | None
    next_audience: Audience | None
    exit: list[ItemOut]
    unseen: list[int] = Field(description="shadow alerts that somebody must look at before the next step")
    sooner: list[str] = Field(
        default=[], description="when the evidence for going live suffices at this pace, and what would speed it up"
    )
    week: WeekOut


class MissingItemOut(BaseModel):
    """One thing that a proposal would lack."""

    what: str
    has: str
    needs: str
    by: str | None


class PreviewOut(BaseModel):
    """What a proposal would be. refused: why it would be refused as it is."""

    wider: list[str]
    second: list[str] = Field(description="what needs a second person though it is no wider")
    missing: list[MissingItemOut]
    exit: list[ItemOut]
    would_have: WouldHaveOut | None
    week: WeekOut
    refused: str | None


class TrialOut(BaseModel):
    """What a trial was and what came of it, made when it ended."""

    site: str
    rule: int
    made_at: datetime
    sha256: str
    says: str
    report: dict[str, Any]


class TrialPage(BaseModel):
    """Newest first."""

    items: list[TrialOut]
