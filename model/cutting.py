"""Cutting: a training folder gets what its pictures hold beside whole pictures. Training only.

Each picture with a known or found box gives its animal's cutout (column `cutout` of labels.csv) and strips of its
surroundings (rows of their own, label empty). A far animal is shown in a crop, beside the same crop with the animal
painted out; the whole picture, in which it is a speck, is kept and not used.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ingest.frames import Pixels, Region
from model import cutouts, dataset, labels
from model.augment import opened
from model.bundle import EMPTY
from model.detections import Detection
from model.detector import Detector
from model.labels import Labelled
from model.training_folder import TrainingFolder
from store.errors import TrainingDataUnusable

SURE, MAYBE, HARDLY = 0.35, 0.12, 0.08
"""A box is an animal's from SURE on; from MAYBE on it may be one, so its pixels are no surroundings; a strip in which
something has HARDLY more is not used."""

LARGEST = 2048
CUTOUTS, AROUND, NEAR, PAINTED = "cut/outline", "cut/around", "cut/near", "cut/painted"
CUT = (AROUND, NEAR, PAINTED)
"""Folders of rows that cutting made: they are not cut again."""

QUALITY = 92


@dataclass(kw_only=True)
class Counts:
    """What a cutting gave."""

    pictures: int = 0
    cutouts: int = 0
    surroundings: int = 0
    far: int = 0


def cut(folder: Path, finder: Detector[Any] | None, watch: Callable[[int, int], None]) -> Counts:
    """Cut every picture of the folder that may teach, but empty places. finder: gives boxes where none are known.

    Doing it again changes nothing. Raises TrainingDataUnusable.
    """
    rows, counts = _listed(folder), Counts()
    wanted = [
        row for row in rows if row.part in ("", "train") and row.label != EMPTY and not row.file.startswith(CUT)
    ]
    done = []
    for number, row in enumerate(wanted, 1):
        after, *made = _of(folder, row, finder, counts)
        done.append(_Cut(before=row, after=after, made=made))
        watch(number, len(wanted))
    into = TrainingFolder(folder)
    with into.held():
        deleted = {file for file, change in into.touched().items() if change.after is None}
        labels.write(folder, _merged(_listed(folder), done, deleted))
    return counts


@dataclass(frozen=True, kw_only=True)
class _Cut:
    """A row before and after its cutting, and the rows that it gave."""

    before: Labelled
    after: Labelled
    made: Sequence[Labelled]


def _merged(now: Sequence[Labelled], done: Sequence[_Cut], deleted: Collection[str]) -> list[Labelled]:
    """The rows as they are by now, with what cutting adds; what people changed or took out meanwhile stays so.

    A row that was relabelled or moved meanwhile gives its new rows the next time.
    """
    rows = {row.file: row for row in now}
    for one in done:
        there = rows.get(one.before.file)
        if there is None:
            continue
        if _teaches(there) == _teaches(one.before):
            if one.after.part != one.before.part:
                there = replace(there, part=one.after.part, note=one.after.note)
            for made in one.made:
                if made.file not in deleted:
                    rows.setdefault(made.file, made)
        outline = one.after.more.get(labels.CUTOUT)
        if outline is not None and there.label != EMPTY:
            there = replace(there, more={**there.more, labels.CUTOUT: outline})
        rows[there.file] = there
    return list(rows.values())


def _teaches(row: Labelled) -> tuple[str, ...]:
    """What the rows that it gives have from it."""
    return row.label, row.part, row.camera, row.sequence


def _listed(folder: Path) -> list[Labelled]:
    """The rows; without labels.csv those of the folders of pictures, but none of what cutting made."""
    rows = labels.read(folder)
    return rows or [
        Labelled(file=row.file, label=row.label)
        for row in dataset.listed(folder)
        if not row.file.startswith((CUTOUTS, *CUT))
    ]


def _of(folder: Path, row: Labelled, finder: Detector[Any] | None, counts: Counts) -> list[Labelled]:
    """The row with its cutout, and the rows that it gives."""
    known = box_of(row, folder)
    try:
        picture = opened(folder / row.file, largest=LARGEST if known is not None else None)
    except OSError as fault:
        raise TrainingDataUnusable(f"{row.file} cannot be opened: remove it, or make it a plain JPEG") from fault
    pixels: Pixels = np.asarray(picture)
    counts.pictures += 1
    if known is not None and cutouts.is_far(known):
        counts.far += 1
        return _far(folder, row, pixels, known)
    boxes = [(1.0, known)] if known is not None else _boxes(finder, pixels)
    sure = max(boxes, key=lambda one: one[0], default=None)
    if sure is None or sure[0] < SURE:
        return [row]
    made = [_around(folder, row, strip, place) for place, strip in enumerate(_strips(finder, pixels, boxes))]
    counts.surroundings += len(made)
    outline = cutouts.cutout(pixels, sure[1])
    if outline is not None:
        counts.cutouts += 1
        row = replace(row, more={**row.more, labels.CUTOUT: _save(folder, f"{CUTOUTS}/{_stem(row)}.png", outline)})
    return [row, *made]


def box_of(row: Labelled, folder: Path) -> Region | None:
    """The box that labels.csv gives (box_x, box_y, box_w, box_h; fractions, or pixels of the picture), if any."""
    told = [row.more.get(f"box_{name}", "").strip() for name in "xywh"]
    if not all(told):
        return None
    try:
        x, y, w, h = (float(one) for one in told)
    except ValueError:
        raise TrainingDataUnusable(f"{row.file}: box_x, box_y, box_w and box_h must be numbers") from None
    if max(x, y, w, h) > 1:
        with Image.open(folder / row.file) as picture:
            width, height = picture.size
        x, y, w, h = x / width, y / height, w / width, h / height
    return Region(x=x, y=y, w=w, h=h)


def _far(folder: Path, row: Labelled, pixels: Pixels, box: Region) -> list[Labelled]:
    crop, painted = cutouts.seen_near(pixels, box)
    note = f"cut from {row.file}"
    together = row.sequence or ("" if row.camera else row.file)  # both on one side of the split
    file = _save(folder, f"{NEAR}/{_stem(row)}.jpg", crop)
    near = replace(row, file=file, sequence=together, note=note, more={})
    without = replace(near, file=_save(folder, f"{PAINTED}/{_stem(row)}.jpg", painted), label=EMPTY)
    return [replace(row, part="out", note="its crop is used"), near, without]


def _boxes(finder: Detector[Any] | None, pixels: Pixels) -> list[tuple[float, Region]]:
    if finder is None:
        return []
    found = finder.detect(finder.prepare(pixels))
    if not isinstance(found, Detection):
        return []
    return [(box.p, Region(x=box.x, y=box.y, w=box.w, h=box.h)) for box in found.boxes if box.p >= HARDLY]


def _strips(finder: Detector[Any] | None, pixels: Pixels, boxes: Sequence[tuple[float, Region]]) -> list[Pixels]:
    """Strips beside all that may be an animal, in which the finder sees none; none without a finder."""
    if finder is None:
        return []
    strips = cutouts.surroundings(pixels, [box for p, box in boxes if p >= MAYBE])
    return [strip for strip in strips if not _boxes(finder, np.ascontiguousarray(strip))]


def _around(folder: Path, row: Labelled, strip: Pixels, place: int) -> Labelled:
    """A row of its own; without camera and sequence it only teaches: so no place is on both sides of the split."""
    file = _save(folder, f"{AROUND}/{_stem(row)}-{place}.jpg", strip)
    part = row.part or ("" if row.camera or row.sequence else "train")
    return replace(row, file=file, label=EMPTY, part=part, note=f"cut from {row.file}", more={})


def _stem(row: Labelled) -> str:
    return sha256(row.file.encode()).hexdigest()[:16]


def _save(folder: Path, name: str, pixels: Pixels) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, quality=QUALITY)
    return name
