"""Judging: what a version says of a folder of labelled pictures, opened by the decoding child."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.decoding import Decoder
from ingest.frames import Pixels
from ingest.headers import look
from model import labels
from model.dataset import PICTURES
from model.detections import Detection, Failed
from model.labels import LABELS, Labelled
from model.opening import Opened
from store.errors import IngestError, TrainingDataUnusable

TOLD_EVERY = 50


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One picture with what is known of it, its size in pixels as it lies there, and what each version says of it."""

    row: Labelled
    path: Path
    width: int
    height: int
    found: tuple[Detection, ...]


@dataclass(frozen=True, kw_only=True)
class Unread:
    """One picture that could not be judged. kind: the fault's stable name."""

    path: Path
    kind: str
    detail: str


def listed(folder: Path) -> list[Labelled]:
    """The folder's pictures by labels.csv, else by folders of labels; rows of part `out` are left out.

    Raises TrainingDataUnusable naming what is missing.
    """
    rows = labels.read(folder) if (folder / LABELS).is_file() else labels.of_folders(folder, PICTURES)
    if not rows:
        raise TrainingDataUnusable(f"{folder} has neither {LABELS} nor folders of pictures named by their label")
    for row in rows:
        if not (folder / row.file).is_file():
            raise TrainingDataUnusable(
                f"{folder / LABELS}: {row.file} is not there: put it back, or take its line out"
            )
    return [row for row in rows if row.part != "out"]


def require_known(folder: Path, rows: Iterable[Labelled], known: Iterable[str], *, who: str, mend: str) -> None:
    """Raise TrainingDataUnusable where a row has a label that nobody knows. mend: what to do about it."""
    known = sorted(known)
    strange = sorted({row.label for row in rows}.difference(known))
    if strange:
        told = ", ".join(strange[:5])
        raise TrainingDataUnusable(f"{folder} has the label {told}; {who} knows only {', '.join(known)}: {mend}")


def judge(
    versions: Sequence[Opened], folder: Path, rows: Sequence[Labelled], decoder: Decoder,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[list[Judged], list[Unread]]:  # fmt: skip
    """Let each version look at each picture. Raises TrainingDataUnusable where none of them can be judged."""
    judged, unread = list[Judged](), list[Unread]()
    for number, row in enumerate(rows, 1):
        one = _judged(versions, row, folder / row.file, decoder)
        if isinstance(one, Judged):
            judged.append(one)
        else:
            unread.append(one)
        if number % TOLD_EVERY == 0:
            progress(f"{number} of {len(rows)}")
    if not judged:
        raise TrainingDataUnusable(f"{folder} has no picture that can be judged")
    return judged, unread


def _judged(versions: Sequence[Opened], row: Labelled, path: Path, decoder: Decoder) -> Judged | Unread:
    found, opened = list[Detection](), dict[int, Pixels]()
    try:
        header = look(path.read_bytes())
        for version in versions:
            side = version.enough(header.width, header.height)
            if side not in opened:
                opened[side] = decoder.picture(path, side)
            seen = version.detect(version.prepare(opened[side]))
            if isinstance(seen, Failed):
                return Unread(path=path, kind=seen.kind, detail=seen.detail)
            found.append(seen)
    except IngestError as fault:
        return Unread(path=path, kind=fault.slug(), detail=fault.detail)
    return Judged(row=row, path=path, width=header.width, height=header.height, found=tuple(found))
