"""Archive: bytes by sha256. Written and synced before any row speaks of them."""

import os
import tempfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from store.errors import ArchiveFileMissing

FRESH_S = 3600.0
"""What was put this lately stays: the row that will speak of it may still be on its way."""


class Archive(Protocol):
    """Where pictures and clips lie; every process reaches them through this."""

    def put(self, data: bytes) -> str:
        """Keep the bytes and give their sha256. When this returns they survive a power cut."""
        ...

    def open(self, digest: str) -> bytes:
        """Give the bytes. Raises ArchiveFileMissing."""
        ...

    def path(self, digest: str) -> Path:
        """A file on this machine with the bytes, to hand to a child process. Raises ArchiveFileMissing."""
        ...

    def has(self, digest: str) -> bool:
        """Whether the bytes are here."""
        ...

    def drop(self, digest: str, *, now: datetime) -> int | None:
        """Keep the bytes no longer; gives how many, 0 for none, None where they came too lately to go."""
        ...


class FolderArchive:
    """An archive in a folder: ab/cd/abcd... by sha256.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     archive = FolderArchive(Path(folder))
    ...     archive.open(archive.put(b"a bear"))
    b'a bear'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Write to a temporary file, sync it, rename it, sync its folder."""
        digest = sha256(data).hexdigest()
        place = self._place(digest)
        if place.exists() and place.stat().st_size == len(data):
            place.touch()  # it is wanted again: `drop` leaves it for a while
            return digest
        made = _make_folders(place.parent)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        for folder in [place.parent, *made]:
            _sync_folder(folder)
        return digest

    def open(self, digest: str) -> bytes:
        """Read the file."""
        return self.path(digest).read_bytes()

    def path(self, digest: str) -> Path:
        """The file itself."""
        place = self._place(digest)
        if not place.exists():
            raise ArchiveFileMissing(f"the archive in {self.folder} has no file {digest[:12]}…")
        return place

    def has(self, digest: str) -> bool:
        """Whether the file exists."""
        return self._place(digest).exists()

    def drop(self, digest: str, *, now: datetime) -> int | None:
        """Remove the file; gives its bytes, 0 where it was gone already, None where it was put too lately to go."""
        place = self._place(digest)
        try:
            state = place.stat()
        except FileNotFoundError:
            return 0
        if now.timestamp() - state.st_mtime < FRESH_S:
            return None
        place.unlink(missing_ok=True)
        return state.st_size

    def _place(self, digest: str) -> Path:
        if len(digest) != 64 or not digest.isalnum():
            raise ArchiveFileMissing(f"{digest[:80]!r} is not a sha256")
        return self.folder / digest[:2] / digest[2:4] / digest


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and its parents; give the parents whose entries are new and must be synced."""
    made = []
    while not folder.exists():
        made.append(folder)
        folder = folder.parent
    for missing in reversed(made):
        missing.mkdir(exist_ok=True)
    return [missing.parent for missing in made]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
