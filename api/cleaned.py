"""Cleaned: training runs as the page Clean shows and changes them, within the folders that the settings name."""

import shlex
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from api import training_job
from api.schemas.cleaning import (
    ApplicationOut,
    CleaningOut,
    HardOut,
    JobState,
    TrainedOut,
    TrainingOut,
)
from api.training_job import TrainingJob
from api.wiring import System
from model import cleaning, data_policy, trained
from model.cleaning import Change, Hard, Mark
from model.trained import Trained
from model.training_folder import Application, TrainingFolder
from rollout.actors import Actor
from store import audit, park
from store.errors import BearwatchError, NotAllowedNow, TrainingDataUnusable, TrainingSetMissing
from store.session import reading, transaction


def runs(system: System) -> list[TrainedOut]:
    """Every run, and whether it can be cleaned."""
    return [
        TrainedOut(name=run.name, data=run.data.name, at=run.at, fault=_fault(system, run))
        for run in trained.every(system.settings.runs)
    ]


def folder_of(system: System, run: Trained) -> TrainingFolder:
    """The run's training folder. Raises TrainingDataUnusable where it is not one of this installation's."""
    home, data = system.settings.training.resolve(), run.data.resolve()
    if home not in data.parents:
        raise TrainingDataUnusable(
            f"{run.data} does not lie among the training folders in {system.settings.training}: move it "
            "there and train anew, or set BEARWATCH_TRAINING_DIR"
        )
    if not data.is_dir():
        raise TrainingDataUnusable(f"the training folder {run.data} is not there any more")
    return TrainingFolder(data)


def page(
    system: System, name: str, *, label: str | None, part: str | None, offset: int, limit: int
) -> CleaningOut:  # fmt: skip
    """The worst losses of a run. Raises NotFound, TrainingDataUnusable."""
    run = trained.one(system.settings.runs, name)
    folder = folder_of(system, run)
    rows, found = folder.rows(), trained.losses(run)
    chosen, last = cleaning.worst(found, rows, label=label, part=part), folder.last()
    counts = cleaning.counts(cleaning.worst(found, rows))
    known = {row.label for row in rows} | {one.predicted for one in found}
    return CleaningOut(
        run=run.name, data=run.data.name, items=[_hard(one) for one in chosen[offset : offset + limit]],
        total=len(chosen), counts={name: dict(parts) for name, parts in counts.items()},
        labels=sorted(known), last=None if last is None else application(last),
    )  # fmt: skip


def apply(system: System, name: str, marks: Sequence[Mark], *, by: Actor, now: datetime) -> Application:
    """Do what the marks say, and let the audit chain know; without its entry nothing is changed."""
    run = trained.one(system.settings.runs, name)
    folder = folder_of(system, run)
    done = folder.apply(marks, by=by.name, now=now)
    try:
        _audit(system, "training.cleaned", run, done, by=by, now=now)
    except Exception:
        folder.undo(done.number, by=by.name, now=now)
        raise
    return done


def undo(system: System, name: str, number: int, *, by: Actor, now: datetime) -> Application:
    """Take the last change back."""
    run = trained.one(system.settings.runs, name)
    done = folder_of(system, run).undo(number, by=by.name, now=now)
    _audit(system, "training.restored", run, done, by=by, now=now)
    return done


def application(done: Application) -> ApplicationOut:
    """A change in words."""
    return ApplicationOut(number=done.number, at=done.at, by=done.by, says=cleaning.says(done.changes))


def training(system: System, name: str | None) -> TrainingOut:
    """The training that was started last, and the command of the next one."""
    found = job(system).now()
    run = trained.one(system.settings.runs, name) if name is not None else None
    return TrainingOut(
        **{key: value for key, value in vars(found).items() if key != "lines"}, lines=list(found.lines),
        installed=training_job.can_train(),
        command=None if run is None else shlex.join(["bearwatch", *_next(system, run)[1]]),
    )  # fmt: skip


def train(system: System, name: str, *, by: Actor, now: datetime) -> TrainingOut:
    """Start the next training of a run. Raises NotAllowedNow, TrainingDataUnusable, TrainingSetMissing."""
    run = trained.one(system.settings.runs, name)
    folder, (name, told) = folder_of(system, run), _next(system, run)
    if not training_job.can_train():
        raise TrainingSetMissing(
            "this machine cannot train. On one that can: pip install 'bearwatch[training]', then "
            + shlex.join(["bearwatch", *told])
        )
    if job(system).now().state is JobState.RUNNING:
        raise NotAllowedNow("a training is running: wait for its end, or stop it")
    with reading(system.engine) as session:
        policy = data_policy.read(park.the_park(session).training)
    uses = folder.sort_out(policy, now=now).says
    job(system).start(training_job.command(told), run=name, by=by.name, now=now, uses=uses)
    with transaction(system.engine) as session:
        audit.append(
            session, at=now, who=by.name, action="training.started", subject=f"training:{run.data.name}",
            says=f"a training of {run.data.name} was started", body={"words": told, "uses": uses},
        )  # fmt: skip
    return training(system, run.name)


def stop(system: System, *, by: Actor, now: datetime) -> TrainingOut:
    """End the training that runs."""
    job(system).stop(by=by.name)
    with transaction(system.engine) as session:
        audit.append(
            session,
            at=now,
            who=by.name,
            action="training.stopped",
            subject="training",
            says="the training is stopped",
        )
    return training(system, None)


def job(system: System) -> TrainingJob:
    """The one training of this data folder."""
    return TrainingJob(system.data_dir.absolute() / "training-job")


def picture(system: System, name: str, file: str) -> Path:
    """Where a picture of a run lies. Raises NotFound."""
    return folder_of(system, trained.one(system.settings.runs, name)).picture(file)


def _next(system: System, run: Trained) -> tuple[str, list[str]]:
    """The name of the next run, and the words after `bearwatch` that make it."""
    name = trained.next_name(run, system.settings.runs)
    return name, trained.next_words(run, system.settings.runs / name)


def _fault(system: System, run: Trained) -> str | None:
    try:
        folder_of(system, run)
        trained.require_losses(run)
    except BearwatchError as fault:
        return fault.detail
    return None


def _hard(one: Hard) -> HardOut:
    found = one.found
    return HardOut(
        file=found.file, label=one.row.label, taught=found.label, part=found.part, predicted=found.predicted,
        loss=found.loss, p=found.p, label_p=found.label_p,
    )  # fmt: skip


def _audit(system: System, action: str, run: Trained, done: Application, *, by: Actor, now: datetime) -> None:
    body = {"number": done.number, "changes": [_told(change) for change in done.changes]}
    with transaction(system.engine) as session:
        audit.append(
            session, at=now, who=by.name, action=action, subject=f"training:{run.data.name}",
            says=f"{run.data.name}, change {done.number}: {cleaning.says(done.changes)}", body=body,
        )  # fmt: skip


def _told(change: Change) -> dict[str, str | None]:
    return {
        "file": change.file, "from": change.before.label, "to": change.after.label if change.after else None
    }  # fmt: skip
