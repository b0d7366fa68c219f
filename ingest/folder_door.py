"""The watched folder: files that lie still are taken in, and leave it once they are safe elsewhere."""

from datetime import datetime, timedelta
from pathlib import Path

import structlog

from ingest.handed import Desk, Handed, refuse, take_in
from ingest.recognition import Claims
from store.errors import BearwatchError, DatabaseAway, DatabaseBusy, DatabaseFull, NotAPicture, TooLarge
from store.vocabulary import Door

log = structlog.get_logger()
Stamp = tuple[int, int]
AGAIN = timedelta(seconds=30)
"""A file that could not be taken is tried again after this; the others do not wait for it."""


class FolderDoor:
    """One folder. A file in the subfolder CAMERA is that camera's; what is hidden, or still grows, is left alone."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk, self._folder = desk, folder
        self._before: dict[Path, Stamp] = {}
        self._left: dict[Path, Stamp] = {}
        self._later: dict[Path, datetime] = {}

    def look(self, *, now: datetime) -> int:
        """Take in what has not changed since the last look; gives how many. Raises DatabaseBusy and the like."""
        seen = {path: _stamp(path) for path in sorted(self._folder.rglob("*")) if self._may_be(path)}
        still = [path for path, stamp in seen.items() if self._before.get(path) == stamp]
        self._before = seen
        self._later = {path: at for path, at in self._later.items() if path in seen}
        waiting = [path for path in still if self._left.get(path) != seen[path] and now >= self._later.get(path, now)]
        return sum(self._tried(path, now) for path in waiting)

    def _tried(self, path: Path, now: datetime) -> bool:
        """Take one in; what is wrong with it is told, and stops no other."""
        try:
            self._take(path, now)
        except (DatabaseAway, DatabaseBusy, DatabaseFull):
            raise
        except (BearwatchError, OSError) as fault:
            log.warning("door.folder.later", name=str(path.relative_to(self._folder)), detail=str(fault))
            self._later[path] = now + AGAIN
            return False
        return True

    def _may_be(self, path: Path) -> bool:
        hidden = any(part.startswith(".") for part in path.relative_to(self._folder).parts)
        return not hidden and (path.is_symlink() or path.is_file())

    def _take(self, path: Path, now: datetime) -> None:
        name = path.relative_to(self._folder)
        folder = name.parts[0] if len(name.parts) > 1 else None
        empty = Handed(door=Door.FOLDER, name=str(name), data=b"", claims=Claims(folder=folder))
        if path.is_symlink() or not path.resolve().is_relative_to(self._folder.resolve()):
            refuse(self._desk, empty, NotAPicture("this is a link, which may lead out: put the file itself"), now=now)
            self._left[path] = _stamp(path)
            return
        if path.stat().st_size > self._desk.limit_bytes:
            says = f"it is larger than {self._desk.limit_bytes // 1_000_000} MB and was left where it is"
            refuse(self._desk, empty, TooLarge(says), now=now)
            self._left[path] = _stamp(path)
            return
        handed = Handed(door=Door.FOLDER, name=str(name), data=path.read_bytes(), claims=empty.claims)
        take_in(self._desk, handed, now=now)
        try:
            path.unlink()
        except OSError as fault:
            log.warning("door.folder.kept", name=str(name), detail=str(fault))
            self._left[path] = _stamp(path)


def _stamp(path: Path) -> Stamp:
    told = path.lstat()
    return told.st_size, told.st_mtime_ns
