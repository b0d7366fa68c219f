"""Alerts and what people say of them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from store.vocabulary import AlertState, Audience, Reason, Stage, Verdict


class BoxOut(BaseModel):
    """Where in the picture, as fractions of its width and height."""

    x: float
    y: float
    w: float
    h: float
    label: str
    p: float


class MomentOut(BaseModel):
    """One thing that happened to an alert, in words."""

    at: datetime
    who: str
    says: str


class AlertOut(BaseModel):
    """One alert. picture and clip are paths of this API; boxes lie over the picture, never in it."""

    id: int
    site: str
    site_name: str
    camera: str
    cameras: list[str]
    state: AlertState
    stage: Stage
    audience: Audience
    reason: Reason
    says: str = Field(description="why it was raised and why it was held, in words")
    label: str
    p_bear: float
    out_of_domain_p: float | None
    raised_at: datetime
    taken_at: datetime
    deadline: datetime | None
    claimed_by: str | None
    claimed_at: datetime | None
    held_until: datetime | None = Field(default=None, description="until when the claim keeps others from answering")
    no_warning: str | None = Field(
        default=None,
        description='why "bear" would send no warning now; null where it would, or none hangs on it',
    )
    unconfirmed: bool = Field(description="past its deadline and asked again")
    replay: bool = Field(description="from a replay: nothing of it leaves the machine")
    demo_model: bool = Field(description="scored by the demo's bundle, which knows only drawn scenery")
    turn: int
    visit: int
    rule: int
    picture: str
    clip: str
    boxes: list[BoxOut]
    blind: bool = Field(default=False, description="drawn to be answered without score and box")
    pictures: list[str] = Field(default=[], description="of its visit, where one alert is asked for")
    zones: list[str] = Field(default=[], description="the named parts of the view that a box of it lies in")
    verdict: Verdict | None
    warned: bool = Field(default=False, description="a warning of it has reached somebody")
    would_have: dict[str, object] | None = Field(description="shadow: receivers and time a warning would have had")
    timeline: list[MomentOut]


class RecordingOut(BaseModel):
    """Seconds of a camera's stream as they were received. size: in bytes; part: its number within the visit."""

    part: int
    camera: str
    began_at: datetime
    ended_at: datetime
    size: int
    codec: str
    width: int
    height: int
    clip: str


class AlertPage(BaseModel):
    """Newest first. next is the cursor of the page after, or null."""

    items: list[AlertOut]
    next: int | None


class ReviewIn(BaseModel):
    """A verdict on an alert."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    species: str | None = Field(default=None, max_length=60)
    note: str | None = Field(default=None, max_length=2000)


class CorrectionIn(BaseModel):
    """Another verdict after the first."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    note: str | None = Field(default=None, max_length=2000)
