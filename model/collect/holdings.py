"""Holdings: what a training folder has, and how something is put into it so that nothing of it is lost.

A picture lies under LABEL/ by the first 16 digits of its sha256, with its bytes as they came. Its sha256 and its
perceptual hash stand beside the other facts in labels.csv, so that the next command need not open it again.
"""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ingest.decoding import Decoder
from model import labels
from model.collect.likeness import Likenesses
from model.collect.pictures import Seen, examined
from model.labels import Labelled
from model.training_folder import TrainingFolder
from store.errors import TrainingFolderNotWritable

SHA, LOOK = "sha256", "looks"
DIGITS = 16
SAVED_EVERY_S = 2.0
LABEL = re.compile(r"\w(?:[\w .()+-]{0,62}[\w)+-])?")
FLAT = "flat"
"""In the column `looks`: the picture has no perceptual hash."""


def fault_of_label(label: str) -> str | None:
    """Why this cannot be a label, which becomes a folder's name; None where it can.

    >>> fault_of_label("black bear"), fault_of_label("../x")
    (None, '"../x" cannot be a label: up to 64 letters, digits, spaces and . _ - + ( )')
    """
    if LABEL.fullmatch(label):
        return None
    return f'"{label}" cannot be a label: up to 64 letters, digits, spaces and . _ - + ( )'


class Holdings:
    """One training folder. new: the files that came in since it was opened. faults: what is wrong with older ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, Labelled] = {}
        self.new: set[str] = set()
        self.faults: list[tuple[str, str]] = []
        self._of_sha: dict[str, str] = {}
        self._of_origin: dict[str, str] = {}
        self._deleted: dict[str, Labelled] = {}
        self._looks = Likenesses()
        self._unsaved: dict[str, Labelled] = {}
        self._saved_at = time.monotonic()

    def of_bytes(self, data: bytes) -> Labelled | None:
        """The row of these very bytes."""
        file = self._of_sha.get(sha256(data).hexdigest())
        return self.rows[file] if file else None

    def of_origin(self, origin: str) -> Labelled | None:
        """The row of the picture that came from this address or place."""
        file = self._of_origin.get(origin)
        return self.rows[file] if file else None

    def deleted(self, data: bytes) -> Labelled | None:
        """The row of these very bytes, where a person deleted it on the page Clean and did not take that back."""
        return self._deleted.get(sha256(data).hexdigest())

    def near(self, seen: Seen, *, within: int, camera: str) -> tuple[Labelled, int] | None:
        """The row of the picture that looks most like it, and by how many bits they differ."""
        found = None if seen.look is None else self._looks.near(seen.look, within=within, camera=camera)
        return (self.rows[found[0]], found[1]) if found else None

    def keep(self, data: bytes, seen: Seen, facts: Labelled) -> Labelled:
        """Put a picture into the folder; gives its row. Raises TrainingFolderNotWritable."""
        sha = sha256(data).hexdigest()
        file = next(
            name
            for digits in (DIGITS, len(sha))
            if (name := f"{facts.label}/{sha[:digits]}{seen.ending}") not in self.rows
        )
        with _writing(self.folder):
            _write(self.folder / file, data)
        self.new.add(file)
        self.faults = [fault for fault in self.faults if fault[0] != file]
        row = replace(facts, file=file, more={**facts.more, SHA: sha, LOOK: _told(seen)})
        self._know(row)
        self._change(row)
        if time.monotonic() - self._saved_at > SAVED_EVERY_S:
            self.save()
        return row

    def doubt(self, row: Labelled, note: str) -> None:
        """Keep a picture of this command out of training until a person has said what it is."""
        self._change(replace(row, part="out", note="; ".join(filter(None, (row.note, note)))))

    def save(self) -> None:
        """Write what changed into labels.csv, beside what others wrote meanwhile.

        Raises TrainingFolderNotWritable.
        """
        with _writing(self.folder):
            if self._unsaved or not (self.folder / labels.LABELS).is_file():
                labels.write(self.folder, labels.merged(labels.read(self.folder), self._unsaved.values()))
        self._unsaved.clear()
        self._saved_at = time.monotonic()

    def learn(self, decoder: Decoder) -> None:
        """Look at what is there. A folder of labels without labels.csv gets one, so that its pictures stay in use."""
        gone = (change.before for change in TrainingFolder(self.folder).touched().values() if change.after is None)
        self._deleted = {row.more[SHA]: row for row in gone if row.more.get(SHA)}
        listed = (self.folder / labels.LABELS).is_file()
        for row in labels.read(self.folder) if listed else _unlisted(self.folder):
            self._look_at(row, decoder)
            if not listed:
                self._unsaved[row.file] = self.rows.get(row.file, row)
        self.save()

    def _look_at(self, row: Labelled, decoder: Decoder) -> None:
        try:
            data = (self.folder / row.file).read_bytes()
        except OSError as fault:
            self.faults.append((row.file, f"labels.csv names it, and it cannot be read ({fault.strerror})"))
            return
        sha = sha256(data).hexdigest()
        if row.more.get(SHA) != sha or not re.fullmatch(rf"[0-9a-f]{{16}}|{FLAT}", row.more.get(LOOK, "")):
            seen = examined(data, decoder)
            if isinstance(seen, str):
                self.faults.append((row.file, seen))
                return
            row = replace(row, more={**row.more, SHA: sha, LOOK: _told(seen)})
            self._unsaved[row.file] = row
        self._know(row)

    def _know(self, row: Labelled) -> None:
        self.rows[row.file] = row
        self._of_sha.setdefault(row.more[SHA], row.file)
        if row.origin:
            self._of_origin.setdefault(row.origin, row.file)
        if row.more[LOOK] != FLAT:
            self._looks.add(row.file, int(row.more[LOOK], 16), row.camera)

    def _change(self, row: Labelled) -> None:
        self.rows[row.file] = self._unsaved[row.file] = row


@contextmanager
def opened(folder: Path, decoder: Decoder) -> Iterator[Holdings]:
    """The folder, made where it is not there; nobody else adds to it meanwhile. What came in is saved on every exit.

    Raises TrainingFolderNotWritable, TrainingDataUnusable where its labels.csv cannot be read.
    """
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(held, folder)
        holdings = Holdings(folder)
        holdings.learn(decoder)
        try:
            yield holdings
        finally:
            holdings.save()
    finally:
        os.close(held)


def _lock(held: int, folder: Path) -> None:
    """Hold the folder; some network file systems know no locks, and do without."""
    with suppress(OSError):
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TrainingFolderNotWritable(
                f"another command is putting pictures into {folder}: wait until it is done"
            ) from None


def _unlisted(folder: Path) -> list[Labelled]:
    """The pictures of a folder of labels, by the rule of training: LABEL/picture, however deep."""
    from model.dataset import PICTURES

    return labels.of_folders(folder, PICTURES)


def _told(seen: Seen) -> str:
    return FLAT if seen.look is None else f"{seen.look:016x}"


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise TrainingFolderNotWritable(
            f"{fault.filename or folder}: {fault.strerror}: check its rights and the room on its disk"
        ) from None
