"""TrainingFolder: pictures with labels.csv, changed only as a whole, with a log that undoes the last change.

What is deleted is moved to trash/NUMBER/ inside the folder and never unlinked. The log is written first: whatever
ends in the midst of a change, undoing it brings everything back.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from model import cleaning, data_policy, dataset, labels
from model.cleaning import Change, Mark
from model.data_policy import Choice, Policy
from model.labels import Labelled
from store.errors import NotAllowedNow, NotFound, TrainingDataUnusable

LOG, LOCK = "cleaning-log.jsonl", ".cleaning.lock"
NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Application:
    """One line of the log. undoes: the number of the one that it took back; made: it wrote the first labels.csv."""

    number: int
    at: datetime
    by: str
    changes: tuple[Change, ...] = ()
    undoes: int | None = None
    made: bool = False


@dataclass(frozen=True)
class TrainingFolder:
    """A folder of pictures to train on."""

    folder: Path

    def rows(self) -> list[Labelled]:
        """What labels.csv says, or the folders' names where there is none. Raises TrainingDataUnusable."""
        if self._listed.is_file():
            return labels.read(self.folder)
        found = dataset.listed(self.folder)
        return [Labelled(file=row.path.relative_to(self.folder).as_posix(), label=row.label) for row in found]

    def picture(self, file: str) -> Path:
        """The file of a picture that the folder lists. Raises NotFound for any other, and for what lies outside."""
        if file not in {row.file for row in self.rows()}:
            raise NotFound(f"{file[:200]} is no picture of this training folder")
        return self._inside(file)

    def apply(self, marks: Iterable[Mark], *, by: str, now: datetime) -> Application:
        """Do what the marks say, all or nothing. Raises NotAllowedNow, NotFound."""
        with self.held():
            rows = self.rows()
            changes = cleaning.planned(rows, marks, by=by)
            if not changes:
                raise NotAllowedNow("nothing is marked to be deleted or relabelled")
            for change in changes:
                if change.after is None:
                    self._inside(change.file)
            made = not self._listed.is_file()
            done = Application(number=self._next(), at=now, by=by, changes=changes, made=made)
            self._require_one_of_each(done)
            try:
                self._log(done)
                self._trash(done)
                labels.write(self.folder, cleaning.applied(rows, changes))
            except Exception as fault:
                why = _why(fault)
                try:
                    self._take_back(done, by=by, now=now)
                except Exception as second:
                    raise TrainingDataUnusable(
                        f"{self.folder.name} may be changed in part ({why}): taking it back failed too "
                        f"({_why(second)}): look at the disk, load the page again and press undo if it is offered"
                    ) from fault
                raise TrainingDataUnusable(
                    f"{self.folder.name} could not be changed ({why}): nothing was; look at the disk"
                ) from fault
            return done

    def undo(self, number: int, *, by: str, now: datetime) -> Application:
        """Take the last application back, whole.

        Raises NotAllowedNow where another is the last one by now, or where a newer picture would be overwritten, and
        TrainingDataUnusable where the trash was emptied or the disk fails.
        """
        with self.held():
            last = self.last()
            if last is None or last.number != number:
                raise NotAllowedNow("this is not the last change any more: load the page again")
            try:
                self._take_back(last, by=by, now=now)
            except OSError as fault:
                raise TrainingDataUnusable(
                    f"{self.folder.name} could not be taken back whole ({_why(fault)}): look at the disk, then press "
                    "undo again"
                ) from fault
            return last

    def sort_out(self, policy: Policy, *, now: datetime) -> Choice:
        """Let the park's data policy say which rows the next training uses."""
        with self.held():
            before = self.rows()
            rows, choice = data_policy.sort_out(before, policy, now=now)
            if rows != before:
                labels.write(self.folder, rows)
            return choice

    def last(self) -> Application | None:
        """The newest application that was not taken back."""
        log = self.log()
        undone = {entry.undoes for entry in log}
        standing = [entry for entry in log if entry.undoes is None and entry.number not in undone]
        return standing[-1] if standing else None

    def touched(self) -> Mapping[str, Change]:
        """The pictures that people deleted or relabelled here, and did not take back: what came of each."""
        log = self.log()
        undone = {entry.undoes for entry in log}
        return {change.file: change for entry in log if entry.number not in undone for change in entry.changes}

    def log(self) -> list[Application]:
        """Every application and undoing, oldest first. A last line that a power cut tore off never began."""
        file = self.folder / LOG
        if not file.is_file():
            return []
        lines = file.read_text(encoding="utf-8").split("\n")
        return [_read(json.loads(line)) for place, line in enumerate(lines) if line and place < len(lines) - 1]

    @property
    def _listed(self) -> Path:
        return self.folder / labels.LABELS

    def _inside(self, file: str) -> Path:
        """Where a listed file lies, if that is inside the folder and in no trash."""
        home = self.folder.resolve()
        place = (home / file).resolve()
        if Path(file).is_absolute() or ".." in Path(file).parts:
            raise NotFound(f"{file[:200]} does not name a picture inside its training folder")
        if not place.is_relative_to(home) or home / labels.TRASH in place.parents or not place.is_file():
            raise NotFound(f"{file[:200]} is not there, or lies outside its training folder")
        return place

    def _require_one_of_each(self, done: Application) -> None:
        """Raise unless each deleted picture is either in its place or in the trash: none overwrites another."""
        deleted = [change.file for change in done.changes if change.after is None]
        here = {file for file in deleted if os.path.lexists(self.folder / file)}
        binned = {file for file in deleted if os.path.lexists(self._bin(done) / file)}
        if both := sorted(here & binned):
            raise NotAllowedNow(
                f"{_named(both)}: in the training folder and in {labels.TRASH}/{done.number} too, and neither may "
                "overwrite the other: move one of the two elsewhere, then try again"
            )
        if missing := sorted({*deleted} - here - binned):
            raise TrainingDataUnusable(
                f"{_named(missing)}: neither in {labels.TRASH}/{done.number} nor in the training folder: put it back "
                "from a backup, then try again; nothing was changed"
            )

    def _trash(self, done: Application) -> None:
        for change in done.changes:
            if change.after is None:
                _move(self.folder / change.file, self._bin(done) / change.file)

    def _take_back(self, done: Application, *, by: str, now: datetime) -> None:
        """Pictures first, then labels.csv, then the log: until the log says so it can be tried again."""
        self._require_one_of_each(done)
        rows = cleaning.undone(self._rows_or_none(), done.changes)
        for change in done.changes:
            if change.after is None:
                _move(self._bin(done) / change.file, self.folder / change.file)
        if done.made and self._listed.is_file() and all(_of_its_folder(row) for row in rows):
            _move(self._listed, self._bin(done) / labels.LABELS)
        elif self._listed.is_file():
            labels.write(self.folder, rows)
        self._log(Application(number=self._next(), at=now, by=by, undoes=done.number))

    def _rows_or_none(self) -> list[Labelled]:
        """The rows, also where a power cut came between the last picture's move and the first labels.csv."""
        try:
            return self.rows()
        except TrainingDataUnusable:
            if self._listed.is_file():
                raise
            return []

    def _bin(self, done: Application) -> Path:
        trash = self.folder / labels.TRASH
        if trash.is_symlink():
            raise NotAllowedNow("trash is a link: make it a folder, so that nothing leaves the training folder")
        return trash / str(done.number)

    def _next(self) -> int:
        return max((entry.number for entry in self.log()), default=0) + 1

    def _log(self, entry: Application) -> None:
        """Append one line, and end a torn one before it."""
        file = self.folder / LOG
        with file.open("a+b") as log:
            if log.tell() and not _ends_whole(file):
                log.truncate(file.read_bytes().rfind(b"\n") + 1)
            told = {**asdict(entry), "at": entry.at.isoformat()}
            log.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
            log.flush()
            os.fsync(log.fileno())

    @contextmanager
    def held(self) -> Iterator[None]:
        """One change at a time, in whichever process."""
        try:
            opened = (self.folder / LOCK).open("w")
        except OSError as fault:
            raise TrainingDataUnusable(
                f"{self.folder.name} cannot be written ({fault.strerror}): look at its rights"
            ) from None
        with opened as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _move(source: Path, to: Path) -> None:
    """Move a picture, unless it was moved already."""
    if not source.exists() and to.exists():
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    source.rename(to)


def _named(files: Sequence[str]) -> str:
    """The first few of them."""
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(files[:NAMED]) + more


def _why(fault: Exception) -> str:
    return (isinstance(fault, OSError) and fault.strerror) or str(fault) or type(fault).__name__


def _ends_whole(file: Path) -> bool:
    return file.read_bytes().endswith(b"\n")


def _of_its_folder(row: Labelled) -> bool:
    """Whether the row says no more than the folder it lies in."""
    return row == Labelled(file=row.file, label=row.file.split("/")[0])


def _read(told: Mapping[str, Any]) -> Application:
    return Application(
        number=told["number"], at=datetime.fromisoformat(told["at"]), by=told["by"], undoes=told["undoes"],
        made=told["made"], changes=tuple(_changes(told["changes"])),
    )  # fmt: skip


def _changes(told: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    for one in told:
        after = None if one["after"] is None else Labelled(**one["after"])
        yield Change(place=one["place"], before=Labelled(**one["before"]), after=after)
