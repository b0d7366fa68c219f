"""Model versions of a site side by side."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from store.vocabulary import Verdict


class ChallengeOut(BaseModel):
    """A version that looks at a site's frames in shadow, and how far it is."""

    site: str
    model: str
    model_name: str
    reason: str
    begun_by: str
    begun_at: datetime
    ended_at: datetime | None
    scored: int = Field(default=0, description="frames of the version in force that it has looked at")
    waiting: int = Field(default=0, description="those that it will still look at when there is time")
    fault: str | None = Field(default=None, description="why its bundle cannot be opened on this machine")
    skipped: int = Field(default=0, description="those that it will not: the version in force comes first")


class MeasuredOut(BaseModel):
    """Visits that both versions called a bear, or one of them. difference: share of the new less that of the old."""

    both: int
    only_old: int
    only_new: int
    difference: float | None
    difference_interval: list[float] | None
    p: float | None = Field(description="McNemar's exact test")
    p_mid: float | None


class FramesOut(BaseModel):
    """Frames that only one of the two called a bear, and the exact sign flip over visits."""

    only_old: int
    only_new: int
    p_sign_flip: float


class ReviewedOut(BaseModel):
    """The same of visits that people answered."""

    bear: MeasuredOut
    not_bear: MeasuredOut
    not_reviewed: int
    by_label: int = Field(default=0, description="visits that were answered on the page Label alone")


class CostOut(BaseModel):
    """Milliseconds a frame in the network, in the median."""

    old_ms: float | None
    new_ms: float | None


class BothSawOut(BaseModel):
    """One visit. picture: a path of this API."""

    said: Literal["both", "old", "new"]
    camera: str
    started_at: datetime
    ended_at: datetime
    frames: int
    p_old: float
    p_new: float
    verdict: Verdict | None
    labelled_by: list[str] = Field(default=[], description="whose labels are the verdict, where it has no review")
    frame: int
    picture: str


class ComparisonOut(MeasuredOut):
    """Two versions on the frames that both looked at."""

    old: str
    new: str
    frames: int
    visits: int
    by_frame: FramesOut | None
    log_e: dict[str, float]
    reviewed: ReviewedOut
    slices: dict[str, MeasuredOut]
    cost: CostOut
    methods: dict[str, str]
    shown: list[BothSawOut] = Field(description="the newest visits of each kind")


class CanaryOut(BaseModel):
    """A version that decides on some cameras."""

    model_name: str
    cameras: list[str]
    last_day: str
    runs: bool = Field(description="its last day has not passed")


class VersionsOut(BaseModel):
    """The versions at work at a site. back_to: the version that going back would put in force."""

    site: str
    model: str | None
    model_name: str | None
    canary: CanaryOut | None
    back_to: str | None
    back_leaves_out: str | None = Field(default=None, description="what the version was never approved for, in words")
    challenge: ChallengeOut | None
    comparison: ComparisonOut | None
    known: list[str] = Field(description="versions that may be tried here")


class ChallengeIn(BaseModel):
    """A version by name or sha256, and why it is tried."""

    model_config = ConfigDict(extra="forbid")

    model: str = Field(min_length=1, max_length=120)
    reason: str = Field(min_length=1, max_length=2000)


class GoBackIn(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=2000)
