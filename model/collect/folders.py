"""Offers out of a folder: folders of labels, a folder with its own labels.csv, or pictures of one label."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from ingest.walking import PICTURES, unreadable
from model import labels
from model.collect.offers import Offer
from model.collect.pictures import fault_at_start, fault_of_size
from model.labels import Labelled
from store.errors import TrainingDataUnusable


def found(folder: Path, given: Labelled) -> list[Labelled]:
    """What the folder holds, in order. `file` is the path from the folder.

    given: what is said of every picture where the folder does not say it itself; with a label of its own, all
    pictures have that one. Hidden files are passed over, and what neither is called a picture nor begins like one.
    Raises TrainingDataUnusable where there is none, or where no label is said.
    """
    if not given.label and (folder / labels.LABELS).is_file():
        return [_filled(row, given) for row in labels.read(folder)]
    paths = [path for path in sorted(folder.rglob("*")) if _is_meant(path, folder)]
    if not paths:
        raise TrainingDataUnusable(f"{folder} has no picture in it: check the path")
    loose = [path for path in paths if path.parent == folder]
    if not given.label and loose:
        raise TrainingDataUnusable(
            f"{loose[0].name} lies in no folder of a label: put pictures into {folder}/LABEL/, or say --label"
        )
    told = [path.relative_to(folder) for path in paths]
    return [replace(given, file=path.as_posix(), label=given.label or path.parts[0]) for path in told]


def offers(folder: Path, rows: list[Labelled]) -> Generator[Offer, None, None]:
    """Each with its bytes, read when it is its turn. origin: the folder's name and the path in it."""
    for row in rows:
        yield read(folder / row.file, replace(row, origin=row.origin or f"{folder.resolve().name}/{row.file}"))


def read(path: Path, facts: Labelled) -> Offer:
    """A file of this machine as an offer."""
    try:
        fault = fault_of_size(path.stat().st_size)
        return Offer(facts=facts, fault=fault) if fault else Offer(facts=facts, data=path.read_bytes())
    except OSError as broken:
        return Offer(facts=facts, fault=unreadable(broken))


def _filled(row: Labelled, given: Labelled) -> Labelled:
    return replace(row, licence=row.licence or given.licence, camera=row.camera or given.camera)


def _is_meant(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    if hidden or not path.is_file() or path.name == labels.LABELS:
        return False
    if path.suffix.lower() in PICTURES:
        return True
    try:
        with path.open("rb") as file:
            return fault_at_start(file.read(64)) is None
    except OSError:
        return True
