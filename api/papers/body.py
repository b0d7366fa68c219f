"""The body: a report's JSON read for drawing. What a thinner report lacks is None or empty, no fault."""

import math
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator


def _finite(told: Any) -> Any:
    """A number that is none, or has no end, is drawn in words."""
    return None if isinstance(told, float) and not math.isfinite(told) else told


def _present(told: Any) -> Any:
    """A part that says null stands empty."""
    return {} if told is None else told


Known = Annotated[float | None, BeforeValidator(_finite)]
Interval = tuple[Known, Known] | None
Counts = Annotated[dict[str, Any], BeforeValidator(_present)]


class Count(BaseModel):
    """Encounters in so many matched site-hours."""

    encounters: Known = None
    hours: Known = None
    confirmed: Known = None
    unanswered: Known = None
    unsure: Known = None
    watched_hours: Known = None
    by_place: Counts = {}


class Side(BaseModel):
    """The model or the manual watch, in the week and in the window."""

    week: Count = Count()
    window: Count = Count()


class RatioWeek(BaseModel):
    """One week of a ratio."""

    week: str
    model: Known = None
    manual: Known = None
    model_hours: Known = None
    manual_hours: Known = None
    ratio: Known = None
    low: Known = None
    high: Known = None


class Ratio(BaseModel):
    """Model to manual watch. interval: mid-P, for display; exact: what decides."""

    ratio: Known = None
    interval: Interval = None
    exact: Interval = None
    weeks: list[RatioWeek] = []


class Reference(BaseModel):
    """The ratio that people accepted; 1 until they did."""

    ratio: float = 1.0
    low: Known = None
    high: Known = None
    accepted_at: datetime | None = None
    by: list[str] = []


class Sure(BaseModel):
    """Logarithms of the e-values at the end of one week."""

    week: str
    down: Known = None
    up: Known = None
    ge_2: Known = None
    le_half: Known = None


class Fault(BaseModel):
    """Why hours are missing."""

    camera: str | None = None
    kind: str = ""
    says: str = ""
    since: datetime | None = None
    until: datetime | None = None
    hours: Known = None
    mend: str = ""


class Segment(BaseModel):
    """Since when the weeks are of one kind."""

    since: str | None = None
    weeks: int | None = None
    changes: list[Counts] = []


class Body(BaseModel):
    """What `bearwatch report SITE WEEK --format json` prints, as far as it is drawn."""

    site: str
    site_name: str = ""
    time_zone: str = "UTC"
    week: str
    begins: datetime | None = None
    ends: datetime | None = None
    verdict: str
    reason: str = ""
    means: str | list[str] = ""
    do: list[str] = []
    next: str = ""
    segment: Annotated[Segment, BeforeValidator(_present)] = Segment()
    model: Annotated[Side, BeforeValidator(_present)] = Side()
    manual: Annotated[Side, BeforeValidator(_present)] = Side()
    alert_ratio: Annotated[Ratio, BeforeValidator(_present)] = Ratio()
    detection_ratio: Annotated[Ratio, BeforeValidator(_present)] = Ratio()
    reference: Annotated[Reference, BeforeValidator(_present)] = Reference()
    sureness: list[Sure] = []
    recall: Counts = {}
    precision: Counts = {}
    audit: Counts = {}
    agreement: Counts = {}
    seeded: Counts = {}
    blind: Counts = {}
    responses: Counts = {}
    data_faults: list[Fault] = []
    slices: Counts = {}
    drift: Counts = {}
    reviews: Counts = {}
    tests: Counts = {}
    feedback: Counts = {}
    answers: list[Counts] = []
    versions: list[Counts] = []
    hours_protected: Counts = {}
    incidents: list[Counts] = []
    alarms: list[Counts] = []
    encounters: list[Counts] = []
    audit_head: str | None = None
    settings_sha256: str | None = None
    as_of: datetime | None = None
    inputs_sha256: str | None = None
    revision: int | None = None
    until: datetime | None = None
    severity: str | None = None
    judged_by: str | None = None
    overrides: list[str] = []
    settings: Counts = {}

    @property
    def window(self) -> str:
        """The weeks that the ratio is of."""
        most = int(self.settings.get("window_weeks") or 8)
        counted = most if self.segment.weeks is None else min(most, max(1, self.segment.weeks))
        return "one week that counts" if counted == 1 else f"last {counted} weeks"

    @property
    def so_far(self) -> bool:
        """Whether it was made before its week was over."""
        return self.until is not None and self.ends is not None and self.until < self.ends

    @property
    def name(self) -> str:
        """What people call the site."""
        return self.site_name or self.site
