"""Walking: the files that somebody named on this machine, folders walked."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.headers import format_of
from store.errors import NotAPicture

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic")
CLIPS = (".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm")
ENDINGS = frozenset(PICTURES + CLIPS)
"""What a camera may have named its files; one of another name counts by its first bytes."""


def walk(paths: Sequence[str | Path]) -> Iterator[tuple[Path, str]]:
    """Each file of the paths with the name as given; folders in order, without what is hidden or no footage.

    A folder without footage is given itself: to open it is an error that says so.
    """
    for given in paths:
        path, name = Path(given), str(given)
        if not path.is_dir():
            yield path, name
            continue
        inside = [inner for inner in sorted(path.rglob("*")) if _may_be_footage(inner, path)]
        for inner in inside:
            yield inner, os.path.join(name, inner.relative_to(path))  # noqa: PTH118  the name as given
        if not inside:
            yield path, name


def _may_be_footage(path: Path, folder: Path) -> bool:
    """By its name, or by its first bytes."""
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    if hidden or not path.is_file():
        return False
    try:
        return path.suffix.lower() in ENDINGS or format_of(first_bytes(path)) is not None
    except OSError:
        return True


def first_bytes(path: Path) -> bytes:
    """Enough of a file to tell its format. Raises NotAPicture for what is no file, OSError."""
    if path.is_dir():
        raise NotAPicture("this folder has no picture or clip in it: check the path")
    if path.exists() and not path.is_file():
        raise NotAPicture("this is no plain file: name a picture or clip")
    with path.open("rb") as file:
        return file.read(64)


def unreadable(fault: OSError) -> str:
    """What a file says that the system will not give."""
    return f"it cannot be read ({fault.strerror}): check the path and its rights"
