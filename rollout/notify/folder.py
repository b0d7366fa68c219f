"""A folder in the data folder: one JSON file a message, for signs and programs on this machine."""

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
            unfinished = folder / f".{message.id}.writing"
            with unfinished.open("w", encoding="utf-8") as file:
                json.dump(message.told(), file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(folder / f"{message.id}.json")
            for changed in (folder, self.data_dir):
                _sync(changed)
        except OSError as fault:
            return Unreachable(f"{folder}: {fault.strerror}")
        return Sent()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
