"""Cleaning: what a training found hardest, what people decide about it, and the next training."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

LABEL = r"^[a-z0-9][a-z0-9_-]{0,39}$"


class TrainedOut(BaseModel):
    """A training run. data: its training folder's name; fault: why it cannot be cleaned, in words."""

    name: str
    data: str
    at: datetime | None
    fault: str | None


class TrainedPage(BaseModel):
    """Every run, the newest first."""

    items: list[TrainedOut]


class HardOut(BaseModel):
    """A picture and what the training made of it. label: as labels.csv says by now; taught: as the training was told.

    p, label_p: of the predicted label and of the one it was told.
    """

    file: str
    label: str
    taught: str
    part: str
    predicted: str
    loss: float
    p: float
    label_p: float


class ApplicationOut(BaseModel):
    """The last change that stands, and can be undone."""

    number: int
    at: datetime
    by: str
    says: str


class CleaningOut(BaseModel):
    """The worst losses of a run. counts: pictures by label and part; labels: those that a picture can be given."""

    run: str
    data: str
    items: list[HardOut]
    total: int
    counts: dict[str, dict[str, int]]
    labels: list[str]
    last: ApplicationOut | None


class MarkIn(BaseModel):
    """What is to become of one picture. seen: the label that the person saw there."""

    model_config = ConfigDict(extra="forbid")

    file: str = Field(min_length=1, max_length=1000)
    act: Literal["keep", "delete", "relabel"]
    seen: str = Field(max_length=200)
    label: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9_-]{0,39})?$")


class ApplyIn(BaseModel):
    """Marks that are done together, or not at all."""

    model_config = ConfigDict(extra="forbid")

    marks: list[MarkIn] = Field(min_length=1, max_length=5000)


class UndoIn(BaseModel):
    """Which change to take back: the last one, by its number."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=1)


class JobState(StrEnum):
    """Where the training that was started here stands."""

    NONE = "none"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


class TrainingOut(BaseModel):
    """The training that was started last. command: what would start the next one of this run, word for word.

    installed: whether this machine can train. lines: the last ones that it printed.
    """

    state: JobState
    says: str
    lines: list[str] = []
    by: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    run: str | None = None
    uses: str = Field(
        default="", description="how many pictures the park's data policy used, and why it left the others"
    )
    installed: bool
    command: str | None = None


class TrainIn(BaseModel):
    """Which run's training folder to train on."""

    model_config = ConfigDict(extra="forbid")

    run: str = Field(max_length=80)
