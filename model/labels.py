"""labels.csv: what a training folder says of each of its pictures. One line a picture, one home for its shape.

Only `file` and `label` must be there; the rest may be missing or empty, and columns that nobody here knows are kept.
"""

import csv
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from uuid import uuid4

from store.errors import TrainingDataUnusable

LABELS = "labels.csv"
CUTOUT = "cutout"
"""A column that `model cut` adds: the file of the animal's outline."""

TRASH = "trash"
"""The folder inside a training folder that deleted pictures are moved to; nothing in it is trained on."""

PARTS = ("", "train", "valid", "out")


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One picture of a training folder.

    file: relative to the folder. sequence: pictures of one camera that belong together (a visit, a burst); camera and
    sequence decide which pictures stay on one side of the split. part: train, valid, out (kept and not used), or
    empty: split by camera and sequence. origin: the address or place it came from. by: who said the label.
    saw_score: yes, no or empty, whether that person had seen the model's answer before.
    """

    file: str
    label: str
    camera: str = ""
    sequence: str = ""
    taken_at: str = ""
    part: str = ""
    origin: str = ""
    licence: str = ""
    by: str = ""
    saw_score: str = ""
    note: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


COLUMNS = tuple(column.name for column in fields(Labelled) if column.name != "more")


def of_folders(folder: Path, endings: Collection[str]) -> list[Labelled]:
    """What the folders' names say: LABEL/picture, however deep; nothing of the trash and of dot folders."""
    return [
        Labelled(file=path.relative_to(folder).as_posix(), label=place.name)
        for place in sorted(folder.iterdir() if folder.is_dir() else ())
        if place.is_dir() and place.name != TRASH and not place.name.startswith(".")
        for path in sorted(place.rglob("*"))
        if path.suffix.lower() in endings
    ]


def read(folder: Path) -> list[Labelled]:
    """The rows of the folder's labels.csv; none where it has none. Raises TrainingDataUnusable with the line."""
    listed = folder / LABELS
    if not listed.is_file():
        return []
    with listed.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, restval="")
        try:
            if not {"file", "label"} <= set(reader.fieldnames or ()):
                raise TrainingDataUnusable(f"{listed}: the first line must name at least file and label")
            return [_row(listed, line, told) for line, told in enumerate(reader, 2)]
        except UnicodeDecodeError:
            raise TrainingDataUnusable(f"{listed} is not UTF-8: save it as UTF-8") from None
        except csv.Error as fault:
            raise TrainingDataUnusable(
                f"{listed} line {reader.reader.line_num}: it cannot be read ({fault})"
            ) from None


def write(folder: Path, rows: Sequence[Labelled]) -> None:
    """Replace labels.csv whole, or leave it as it was: a power cut never leaves half of it."""
    more = sorted({name for row in rows for name in row.more})
    unfinished = folder / f".{LABELS}.{uuid4().hex}.new"
    try:
        with unfinished.open("x", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*COLUMNS, *more], restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({**{name: getattr(row, name) for name in COLUMNS}, **row.more} for row in rows)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / LABELS)
    finally:
        unfinished.unlink(missing_ok=True)


def merged(kept: Iterable[Labelled], added: Iterable[Labelled]) -> list[Labelled]:
    """Rows by file, in their order; an added one takes the place of the kept one of the same file.

    >>> old, new = Labelled(file="a.jpg", label="bear"), Labelled(file="a.jpg", label="teddy")
    >>> [row.label for row in merged([old], [new])]
    ['teddy']
    """
    return list({row.file: row for row in (*kept, *added)}.values())


def _row(listed: Path, line: int, told: Mapping[str | None, str]) -> Labelled:
    known = {name: (told.get(name) or "").strip() for name in COLUMNS}
    if None in told:
        raise TrainingDataUnusable(f"{listed} line {line}: it has more cells than the first line has names")
    if not known["file"] or not known["label"]:
        raise TrainingDataUnusable(f"{listed} line {line}: file and label must not be empty")
    if known["part"] not in PARTS:
        raise TrainingDataUnusable(f'{listed} line {line}: part is "{known["part"]}", not train, valid, out or empty')
    return Labelled(**known, more={name: said for name, said in told.items() if name and name not in COLUMNS})
