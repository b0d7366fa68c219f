"""Inspection: every picture is opened once before a training begins, and what is wrong with it is named."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from PIL import Image

from ingest.headers import look
from ingest.night import is_night
from model.augment import opened
from model.crop_classifier import LEAST_PIXELS
from model.dataset import Row
from store.errors import IngestError, TrainingDataUnusable

MOST_PIXELS = 89_000_000
"""What Pillow opens without a warning."""

HASH_SIDE = 8
NAMED = 5
"""So many faults are named; of the others the number."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One picture as it was found. likeness: a difference hash. fault: why it cannot be used, or empty."""

    row: Row
    sha256: str
    width: int = 0
    height: int = 0
    night: bool = False
    likeness: str = ""
    fault: str = ""

    def of(self, row: Row) -> "Looked":
        """The same picture, whose row now says its part."""
        return replace(self, row=row)


def look_at(rows: Sequence[Row]) -> Iterator[Looked]:
    """Look at each picture in turn. A fault is a value."""
    for row in rows:
        data = row.path.read_bytes()
        named = sha256(data).hexdigest()
        try:
            header = look(data)
        except IngestError as fault:
            yield Looked(row=row, sha256=named, fault=fault.detail)
            continue
        width, height = header.width, header.height
        if min(width, height) < LEAST_PIXELS:
            yield Looked(
                row=row, sha256=named, fault=f"it has {width} x {height} pixels, at least {LEAST_PIXELS} needed"
            )
        elif width * height > MOST_PIXELS:
            yield Looked(
                row=row, sha256=named,
                fault=f"{width} x {height} are more than {MOST_PIXELS // 1_000_000} million pixels: make it smaller",
            )  # fmt: skip
        else:
            yield _decoded(row, named, width, height)


def require_usable(found: Sequence[Looked]) -> None:
    """Raise TrainingDataUnusable naming pictures that cannot be used, or that are the same under two labels."""
    if broken := [f"{one.row.file}: {one.fault}" for one in found if one.fault]:
        raise TrainingDataUnusable(
            f"{_count(broken, 'picture')} cannot be used: {_named(broken)}. Mend or remove them, or say part out in "
            "labels.csv"
        )
    first, both = dict[str, Row](), list[str]()
    for one in found:
        other = first.setdefault(one.sha256, one.row)
        if other.label != one.row.label:
            both.append(f"{other.file} ({other.label}) is {one.row.file} ({one.row.label})")
    if both:
        raise TrainingDataUnusable(
            f"{_count(both, 'picture')} under two labels, byte for byte: {_named(both)}. Keep each under one label"
        )


def once(found: Sequence[Looked]) -> tuple[list[Looked], list[tuple[Row, str]]]:
    """Each picture once, and the rows left over with the file whose bytes they have: none teaches and judges."""
    first, kept, left = dict[str, str](), list[Looked](), list[tuple[Row, str]]()
    for one in found:
        if one.sha256 in first:
            left.append((one.row, first[one.sha256]))
        else:
            first[one.sha256] = one.row.file
            kept.append(one)
    return kept, left


def _decoded(row: Row, named: str, width: int, height: int) -> Looked:
    try:
        picture = opened(row.path)
    except (OSError, SyntaxError, ValueError, struct.error) as fault:
        return Looked(row=row, sha256=named, fault=f"it is broken ({fault})")
    small = np.asarray(picture.convert("L").resize((HASH_SIDE + 1, HASH_SIDE), Image.Resampling.BOX), dtype=np.int16)
    return Looked(
        row=row, sha256=named, width=width, height=height, night=is_night(np.asarray(picture)),
        likeness=np.packbits(small[:, 1:] > small[:, :-1]).tobytes().hex(),
    )  # fmt: skip


def _count(things: Sequence[str], of: str) -> str:
    return f"{len(things)} {of}{'s' * (len(things) > 1)}"


def _named(faults: Sequence[str]) -> str:
    more = f"; and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
    return "; ".join(faults[:NAMED]) + more
