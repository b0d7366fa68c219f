"""Labelling: frames that become training rows by a person's word."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from store.vocabulary import RowSource, RowState


class RowOut(BaseModel):
    """A frame as a candidate for training. says: what made it one, never with a score. labels: those of its site.

    saw_score: whether whoever said the label had seen the model's answer before. seen: whether I have.
    picture: a path of this API.
    """

    id: int
    site: str
    camera: str
    frame: int
    taken_at: datetime
    source: RowSource
    state: RowState
    says: str
    suggested: str | None
    labels: list[str]
    label: str | None
    said_by: str | None
    said_at: datetime | None
    saw_score: bool | None
    seen: bool
    retired_why: str | None
    picture: str


class RowPage(BaseModel):
    """The oldest first. next: the cursor of the page after; counts: rows of one's sites by state, retired apart."""

    items: list[RowOut]
    next: int | None
    counts: dict[str, int]


class GatheredOut(BaseModel):
    """How many candidates are new."""

    new: int


class DrawIn(BaseModel):
    """How many frames to draw from those that raised nothing, at one site or all of one's own."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(default=20, ge=1, le=200)
    site: str | None = Field(default=None, max_length=40)
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)


class DrawOut(BaseModel):
    """What was drawn: rows of a pool, with the seed that draws the same ones again."""

    rows: int
    pool: int
    seed: int


class AnswerIn(BaseModel):
    """A label; none or null: not to be used."""

    model_config = ConfigDict(extra="forbid")

    label: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")


class ScoreOut(BaseModel):
    """What one version said of a frame."""

    model: str
    label: str | None
    p_bear: float | None
    probabilities: dict[str, float]


class ScorePage(BaseModel):
    """What every version said of a frame. Whoever has asked for it counts as having seen the score."""

    items: list[ScoreOut]


class RetireIn(BaseModel):
    """Which rows no training is to use any more, and why. dry_run: only count them."""

    model_config = ConfigDict(extra="forbid")

    site: str | None = Field(default=None, max_length=40)
    camera: str | None = Field(default=None, max_length=40)
    older_than_days: int | None = Field(default=None, ge=1, le=36_500)
    why: str = Field(min_length=1, max_length=500)
    dry_run: bool = False


class RetiredOut(BaseModel):
    """How many rows."""

    rows: int
