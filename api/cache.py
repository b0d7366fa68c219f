"""Cache: pictures and clips that were made for people, the least recently shown dropped past a size."""

import os
import time
from contextlib import suppress
from pathlib import Path

SHOWN_S = 120.0
"""What was shown this recently may still be on its way to somebody, and stays."""


def shown(file: Path) -> bool:
    """Whether the file is there; it counts as used now. Its time of change stays: a browser asks ranges by it."""
    try:
        os.utime(file, (time.time(), file.stat().st_mtime))
    except FileNotFoundError:
        return False
    return True


def prune(folder: Path, limit_bytes: int) -> int:
    """Drop the least recently shown files until the rest fits; gives how many went."""
    files = []
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file():
                files.append((path.stat().st_atime, path.stat().st_size, path))
    size, gone, young = sum(each for _, each, _ in files), 0, time.time() - SHOWN_S
    for used_at, each, path in sorted(files):
        if size <= limit_bytes or used_at > young:
            break
        path.unlink(missing_ok=True)
        size, gone = size - each, gone + 1
    return gone
