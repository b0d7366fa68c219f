"""Cleaning: the pictures that a training found hardest, for admins of the whole park."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api import cleaned, media
from api.dependencies import ClockDep, ParkAdmin, SystemDep
from api.schemas.cleaning import (
    ApplicationOut,
    ApplyIn,
    CleaningOut,
    TrainedPage,
    TrainIn,
    TrainingOut,
    UndoIn,
)
from model.cleaning import Act, Mark

router = APIRouter(prefix="/cleaning", tags=["cleaning"])


@router.get("/runs")
def runs(_who: ParkAdmin, parts: SystemDep) -> TrainedPage:
    """The training runs that lie here, the newest first."""
    return TrainedPage(items=cleaned.runs(parts))


@router.get("/runs/{run}")
def worst(
    run: str, _who: ParkAdmin, parts: SystemDep, label: str | None = None, part: str | None = None,
    offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=200)] = 24,
) -> CleaningOut:  # fmt: skip
    """A run's pictures, the worst loss first."""
    return cleaned.page(parts, run, label=label, part=part, offset=offset, limit=limit)


@router.get("/runs/{run}/picture.jpg", response_class=Response)
def picture(
    run: str, file: str, _who: ParkAdmin, parts: SystemDep, width: Annotated[int, Query(ge=64, le=1600)] = 800
) -> Response:
    """One picture that the run's training folder lists, made anew by us."""
    return media.of_file(parts, cleaned.picture(parts, run, file), width)


@router.post("/runs/{run}/apply")
def apply(run: str, told: ApplyIn, who: ParkAdmin, parts: SystemDep, now: ClockDep) -> ApplicationOut:
    """Do what the marks say, all or nothing: labels.csv is changed, deleted pictures go to the folder's trash."""
    marks = [Mark(file=one.file, act=Act(one.act), seen=one.seen, label=one.label) for one in told.marks]
    return cleaned.application(cleaned.apply(parts, run, marks, by=who, now=now))


@router.post("/runs/{run}/undo")
def undo(run: str, told: UndoIn, who: ParkAdmin, parts: SystemDep, now: ClockDep) -> ApplicationOut:
    """Take the last change back, whole."""
    return cleaned.application(cleaned.undo(parts, run, told.number, by=who, now=now))


@router.get("/training")
def training(_who: ParkAdmin, parts: SystemDep, run: str | None = None) -> TrainingOut:
    """Where the training that was started last stands, and the command of the next one of a run."""
    return cleaned.training(parts, run)


@router.post("/training")
def train(told: TrainIn, who: ParkAdmin, parts: SystemDep, now: ClockDep) -> TrainingOut:
    """Start the next training of a run, one at a time; says the command where this machine cannot train."""
    return cleaned.train(parts, told.run, by=who, now=now)


@router.post("/training/stop")
def stop(who: ParkAdmin, parts: SystemDep, now: ClockDep) -> TrainingOut:
    """End the training that runs."""
    return cleaned.stop(parts, by=who, now=now)
