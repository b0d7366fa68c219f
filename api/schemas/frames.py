"""Frames at the door, and what a picture or clip holds."""

from pydantic import BaseModel

from api.schemas.alerts import BoxOut
from api.schemas.park import DecisionOut
from store.vocabulary import UploadKind


class AcceptedOut(BaseModel):
    """A file that was handed in and is on disk and in the database. frame: null for a clip."""

    upload: int
    kind: UploadKind
    frame: int | None
    sha256: str


class UploadFrameOut(BaseModel):
    """One frame of an upload; decision null while it waits."""

    frame: int
    decision: DecisionOut | None


class UploadOut(BaseModel):
    """An upload, its frames and their decisions. error: what was wrong with a clip."""

    upload: int
    kind: UploadKind
    camera: str
    sha256: str
    opened: bool
    error: str | None
    frames: list[UploadFrameOut]


class FaultOut(BaseModel):
    """What was wrong with one file."""

    type: str
    detail: str


class ClipVisitOut(BaseModel):
    """A stretch of a clip in which the same kind was seen."""

    start_s: float
    end_s: float
    label: str
    p_bear: float
    bear: bool


class ClassifiedOut(BaseModel):
    """What is in one picture or clip. index: the label's place among the model's labels."""

    file: str
    kind: UploadKind | None
    label: str | None = None
    index: int | None = None
    probabilities: dict[str, float] | None = None
    p_bear: float | None = None
    bear: bool | None = None
    threshold: float | None = None
    out_of_domain_p: float | None = None
    night: bool | None = None
    boxes: list[BoxOut] = []
    model: str | None = None
    model_name: str | None = None
    seconds: float | None = None
    error: FaultOut | None = None
    frames: int | None = None
    frames_scored: int | None = None
    visits: list[ClipVisitOut] | None = None
