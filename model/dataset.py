"""Training rows: which picture, which label, which camera; and which of them judge instead of teach.

A folder of labels (LABEL/picture.jpg) or a labels.csv (file,label[,camera,part]) describes them. `part` is train,
valid or out; rows without it are split by camera, and by likeness where no camera is named, never by frame.
"""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image

from store.errors import TrainingDataUnusable

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
VALID_SHARE = 0.15
HASH_SIDE = 8


@dataclass(frozen=True, kw_only=True)
class Row:
    """One picture. group: pictures that must stay on one side of the split."""

    path: Path
    label: str
    group: str
    part: str


def rows(folder: Path, *, seed: int = 0) -> tuple[Row, ...]:
    """Read a training folder and split it. Raises TrainingDataUnusable naming what is missing."""
    found = listed(folder)
    counts = {label: sum(row.label == label for row in found) for label in {row.label for row in found}}
    if len(counts) < 2 or min(counts.values()) < 4:
        told = ", ".join(f"{label} {count}" for label, count in sorted(counts.items()))
        raise TrainingDataUnusable(f"at least two labels with four pictures each are needed; there are: {told}")
    return tuple(_split(found, seed))


def listed(folder: Path) -> list[Row]:
    """Read a folder as it is. Raises TrainingDataUnusable naming what is missing."""
    file = folder / "labels.csv"
    found = _of_csv(file) if file.is_file() else _of_folders(folder)
    if not found:
        raise TrainingDataUnusable(f"{folder} has neither labels.csv nor folders of pictures named by their label")
    return found


def digest(found: Sequence[Row]) -> str:
    """sha256 over what was trained on: labels, parts and the bytes of every picture."""
    told = sha256()
    for row in sorted(found, key=lambda row: str(row.path)):
        told.update(f"{row.label}\0{row.part}\0".encode() + sha256(row.path.read_bytes()).digest())
    return told.hexdigest()


def _of_folders(folder: Path) -> list[Row]:
    return [
        Row(path=path, label=place.name, group="", part="")
        for place in sorted(folder.iterdir() if folder.is_dir() else ())
        if place.is_dir()
        for path in sorted(place.rglob("*"))
        if path.suffix.lower() in PICTURES
    ]


def _of_csv(listed: Path) -> list[Row]:
    with listed.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if not {"file", "label"} <= set(reader.fieldnames or ()):
            raise TrainingDataUnusable(f"{listed}: the first line must name at least file and label")
        found = []
        for line, row in enumerate(reader, 2):
            path = listed.parent / row["file"]
            if not path.is_file():
                raise TrainingDataUnusable(f"{listed} line {line}: {row['file']} is not there")
            found.append(
                Row(path=path, label=row["label"], group=row.get("camera") or "", part=row.get("part") or "")
            )
    return found


def _split(found: list[Row], seed: int) -> list[Row]:
    groups = [row.group or f"{row.label}:{_likeness(row.path)}" for row in found]
    names = sorted(set(groups))
    random.Random(seed).shuffle(names)  # noqa: S311
    sizes = {name: groups.count(name) for name in names} if len(names) < 500 else dict.fromkeys(names, 1)
    wanted, valid = VALID_SHARE * len(found), set[str]()
    for name in names:
        if wanted > 0 and sizes[name] <= max(20, wanted):
            valid.add(name)
            wanted -= sizes[name]
    return [
        Row(path=row.path, label=row.label, group=group, part=row.part or ("valid" if group in valid else "train"))
        for row, group in zip(found, groups, strict=True)
    ]


def _likeness(path: Path) -> str:
    """Difference hash: pictures that look alike have the same one."""
    try:
        with Image.open(path) as picture:
            small = np.asarray(picture.convert("L").resize((HASH_SIDE + 1, HASH_SIDE)), dtype=np.int16)
    except OSError as fault:
        raise TrainingDataUnusable(f"{path} cannot be opened: remove it, or make it a plain JPEG") from fault
    return np.packbits(small[:, 1:] > small[:, :-1]).tobytes().hex()
