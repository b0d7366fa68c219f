"""Trained: what a training left behind in its run folder, as far as cleaning needs it.

RUN/used.json names the training folder (data), RUN/losses.json lists what the training made of each picture, and
RUN/run.json keeps what the training was asked for (asked: the options of the command by name).
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.cleaning import Loss
from store.errors import NotFound, TrainingDataUnusable

USED, LOSSES, ASKED = "used.json", "losses.json", "run.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
LARGEST = 1e6
"""A loss without end, of a label that was given no chance at all, is written as this."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """One run folder. data: the training folder; at: when it was finished, None before."""

    name: str
    folder: Path
    data: Path
    at: datetime | None


def every(folder: Path) -> list[Trained]:
    """Every run under a folder, the newest first; what is no run is left out."""
    if not folder.is_dir():
        return []
    found = [one for place in folder.iterdir() if (one := _read(place)) is not None]
    return sorted(found, key=lambda run: (run.at or datetime.max.replace(tzinfo=UTC), run.name), reverse=True)


def one(folder: Path, name: str) -> Trained:
    """A run by its name. Raises NotFound."""
    found = _read(folder / name) if NAME.fullmatch(name) else None
    if found is None:
        raise NotFound(f'there is no training run "{name[:80]}"')
    return found


def losses(run: Trained) -> list[Loss]:
    """What the run made of each picture. Raises TrainingDataUnusable."""
    require_losses(run)
    try:
        told = json.loads((run.folder / LOSSES).read_text(encoding="utf-8"))
        return [_loss(row) for row in told]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise TrainingDataUnusable(f"run {run.name}: {LOSSES} cannot be read ({fault}): train anew") from None


def require_losses(run: Trained) -> None:
    """Raise TrainingDataUnusable where the run has not come to its losses."""
    if run.at is None:
        raise TrainingDataUnusable(f"run {run.name} has no {LOSSES} yet: its training has not finished")


def next_name(run: Trained, folder: Path) -> str:
    """What the run that goes on from this one is called: the same with the next number."""
    stem = re.sub(r"-\d+$", "", run.name)[:70]
    told = [re.fullmatch(rf"{re.escape(stem)}-(\d{{1,9}})", place.name) for place in folder.iterdir()]
    return f"{stem}-{max([1, *(int(found[1]) for found in told if found)]) + 1}"


def next_words(run: Trained, out: Path) -> list[str]:
    """What follows `bearwatch` to train once more as the run was asked to, into a run folder of its own name."""
    asked = {**_json(run.folder / ASKED).get("asked", {}), "name": out.name}
    words = ["model", "train", str(run.data), "--out", str(out)]
    for name, said in asked.items():
        words += _option(str(name), said)
    return words


def _option(name: str, said: Any) -> list[str]:
    """
    >>> _option("from_scratch", True), _option("epochs", 3), _option("base", None)
    (['--from-scratch'], ['--epochs', '3'], [])
    """
    flag = f"--{name.replace('_', '-')}"
    if said is None or said is False:
        return []
    return [flag] if said is True else [flag, str(said)]


def _read(folder: Path) -> Trained | None:
    """The run in a folder; None where it holds none. A link is none: it may lead anywhere."""
    if folder.is_symlink() or not NAME.fullmatch(folder.name) or not (folder / USED).is_file():
        return None
    data = _json(folder / USED).get("data")
    if not isinstance(data, str):
        return None
    file = folder / LOSSES
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC) if file.is_file() else None
    return Trained(name=folder.name, folder=folder, data=Path(data), at=at)


def _json(file: Path) -> Mapping[str, Any]:
    """An object in a file of the run; an empty one where there is none."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _loss(row: Mapping[str, Any]) -> Loss:
    loss, shares = float(row["loss"]), row.get("probabilities") or {}
    if math.isnan(loss):
        raise ValueError(f"the loss of {row['file']} is no number")
    predicted, label = str(row["predicted"]), str(row["label"])
    return Loss(
        file=str(row["file"]), label=label, part=str(row["part"]), predicted=predicted, loss=min(loss, LARGEST),
        p=float(shares.get(predicted, row["p"])), label_p=float(shares.get(label, math.exp(-loss))),
    )  # fmt: skip
