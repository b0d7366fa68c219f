"""Training rows: which picture, which label, which camera; and which of them judge instead of teach.

A folder of labels (LABEL/picture.jpg) or a labels.csv describes them. `part` is train, valid or out; rows without it
are split by camera and sequence, and by likeness where neither is named, never by frame.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from model import labels
from store.errors import TrainingDataUnusable

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
VALID_SHARE = 0.15
MOST_SHARE = 0.4
"""A group with more than this share of a label's pictures judges only where no smaller one can."""

LEAST_PICTURES = 4
"""A label has at least this many, or it can neither be taught nor judged."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One picture. file: as labels.csv names it, or LABEL/name. group: pictures on one side of the split.

    cutout: the outline of what is in it, where it was cut out.
    """

    path: Path
    file: str
    label: str
    camera: str = ""
    sequence: str = ""
    licence: str = ""
    group: str = ""
    part: str = ""
    cutout: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Split:
    """Rows with their part. by_sequence: cameras on both sides, since a label is seen by no other."""

    rows: tuple[Row, ...]
    by_sequence: tuple[str, ...]


def listed(folder: Path) -> list[Row]:
    """Read a folder as it is. Raises TrainingDataUnusable naming what is missing."""
    found = _of_csv(folder) if (folder / labels.LABELS).is_file() else _of_folders(folder)
    if not found:
        raise TrainingDataUnusable(f"{folder} has neither labels.csv nor folders of pictures named by their label")
    return found


def require_labels(rows: Sequence[Row], bear: Sequence[str]) -> None:
    """Raise TrainingDataUnusable where labels are too few, too poor, or not those that are said to be bears."""
    counts = Counter(row.label for row in rows)
    told = ", ".join(f"{label} {count}" for label, count in sorted(counts.items()))
    if len(counts) < 2 or min(counts.values()) < LEAST_PICTURES:
        raise TrainingDataUnusable(
            f"at least two labels with four pictures each are needed; there are: {told}. Add pictures to what "
            "has too few, or say part out of them in labels.csv"
        )
    if not set(bear) < set(counts):
        raise TrainingDataUnusable(
            f"the bear labels {', '.join(bear)} must be some of: {', '.join(sorted(counts))}; name them with --bear"
        )


def split(rows: Sequence[Row], likeness: Mapping[str, str], *, seed: int = 0) -> Split:
    """Give every row a part. likeness: of each row's file, the same for pictures that look alike.

    A whole camera teaches or judges. Only a camera that alone shows a label is divided, by its sequences.
    Raises TrainingDataUnusable where a label is not on both sides.
    """
    grouped = [replace(row, group=_group(row, likeness, by_sequence=())) for row in rows]
    alone = _alone(grouped)
    divided = tuple(sorted({row.camera for row in grouped if row.label in alone and row.camera and row.sequence}))
    grouped = [replace(row, group=_group(row, likeness, by_sequence=divided)) for row in rows]
    parts = _parts(grouped, seed)
    done = tuple(replace(row, part=row.part or parts[row.group]) for row in grouped)
    _require_both(done)
    return Split(rows=done, by_sequence=divided)


def digest(rows: Iterable[Row], hashes: Mapping[str, str]) -> str:
    """sha256 over what was trained on: labels, parts and the sha256 of every picture (hashes, by file)."""
    told = sha256()
    for row in sorted(rows, key=lambda row: row.file):
        told.update(f"{row.label}\0{row.part}\0{hashes[row.file]}\n".encode())
    return told.hexdigest()


def _of_folders(folder: Path) -> list[Row]:
    found = labels.of_folders(folder, PICTURES)
    return [Row(path=folder / row.file, file=row.file, label=row.label) for row in found]


def _of_csv(folder: Path) -> list[Row]:
    found = []
    for told in labels.read(folder):
        path = _there(folder, told.file)
        cutout = told.more.get(labels.CUTOUT)
        found.append(
            Row(
                path=path, file=told.file, label=told.label, camera=told.camera, sequence=told.sequence,
                licence=told.licence, part=told.part, cutout=_there(folder, cutout) if cutout else None,
            )
        )  # fmt: skip
    return found


def _there(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise TrainingDataUnusable(f"{folder / labels.LABELS}: {name} is not there")
    return path


def _group(row: Row, likeness: Mapping[str, str], *, by_sequence: Sequence[str]) -> str:
    if row.camera and row.camera in by_sequence:
        return f"camera {row.camera}, sequence {row.sequence}"
    if row.camera:
        return f"camera {row.camera}"
    return f"sequence {row.sequence}" if row.sequence else f"{row.label} like {likeness[row.file]}"


def _alone(rows: Sequence[Row]) -> set[str]:
    """Labels of which all pictures without a part are in one group, while no part says where they belong."""
    groups, told = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for row in rows:
        told[row.label].add(row.part) if row.part else groups[row.label].add(row.group)
    return {label for label in groups if len(groups[label]) < 2 and len(told[label] & {"train", "valid"}) < 2}


def _parts(rows: Sequence[Row], seed: int) -> dict[str, str]:
    """The part of each group: what some of its rows say, else valid until each label has its share there."""
    counts = defaultdict[str, Counter[str]](Counter)
    parts, total, judging, teaching = dict[str, str](), Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        counts[row.group][row.label] += 1
        total[row.label] += 1
        if row.part in ("train", "valid"):
            parts[row.group] = "train" if parts.get(row.group, row.part) != row.part else row.part
    for name, held in counts.items():
        (judging if parts.get(name) == "valid" else teaching).update(held)
    names = sorted(set(counts) - set(parts))
    random.Random(seed).shuffle(names)  # noqa: S311
    for most in (MOST_SHARE, 1.0):
        for label in sorted(total, key=lambda label: (total[label], label)):
            for name in names:
                enough = judging[label] >= (VALID_SHARE * total[label] if most < 1 else 1)
                if enough or name in parts or label not in counts[name]:
                    continue
                held = counts[name]
                if all(held[one] < teaching[one] and judging[one] + held[one] <= most * total[one] for one in held):
                    parts[name] = "valid"
                    judging.update(held)
                    teaching.subtract(held)
    return {name: parts.get(name, "train") for name in counts}


def _require_both(rows: Sequence[Row]) -> None:
    taught, judged = ({row.label for row in rows if row.part == part} for part in ("train", "valid"))
    for label in sorted(taught ^ judged):
        missing, there = ("valid", "train") if label in taught else ("train", "valid")
        groups = sorted({row.group for row in rows if row.label == label})
        told = f"all of it is of {groups[0]}" if len(groups) == 1 else f"it is of {len(groups)} groups"
        raise TrainingDataUnusable(
            f"{label} is in part {there} and not in part {missing} ({told}), so nothing would be known of it: add "
            "pictures of other cameras, name the sequences of this one, or say part in labels.csv"
        )
