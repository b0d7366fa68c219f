"""A folder in the data folder: one JSON file a message, its picture beside it, for programs on this machine."""

import json
import os
import re
from pathlib import Path

from rollout.notify.notifier import Outgoing, Refused, Result, Sent, Unreachable

NAME = re.compile(r"folder:(?!STOP(?:-|$))([A-Za-z0-9_-]+)")
"""Not STOP and not STOP-<site>: a folder of such a name in the data folder would stop all, or that site."""


class FolderNotifier:
    """folder:NAME. The same message twice is the same file."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def send(self, message: Outgoing) -> Result:
        """Write, sync and rename: what counts as sent survives a power cut."""
        found = NAME.fullmatch(message.url)
        if found is None:
            return Refused(f"{message.url} is not folder:NAME, or its name is that of a stop")
        folder = self.data_dir / found[1]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            told = message.told()
            if message.picture is not None:
                told["picture_file"] = f"{message.id}.jpg"
                _write(folder / f"{message.id}.jpg", message.picture)
            _write(folder / f"{message.id}.json", json.dumps(told, ensure_ascii=False, indent=1).encode())
            for changed in (folder, self.data_dir):
                _sync(changed)
        except OSError as fault:
            return Unreachable(f"{folder}: {fault.strerror}")
        return Sent()


def _write(file: Path, data: bytes) -> None:
    unfinished = file.with_name(f".{file.name}.writing")
    with unfinished.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.replace(file)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
