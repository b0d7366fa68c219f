"""Bundles on this machine: copied into the data folder when they become known, and opened from there, checked.

So an upgrade that brings another bundle, or a folder that is moved, takes no version away that people approved.
"""

import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp

import structlog

from model.bundle import MANIFEST, Bundle, load
from store import tables
from store.errors import BundleFileChanged, BundleMalformed, ModelError

FOLDER, CARD = "models", "CARD.md"
CHECKED_FOR_S = 10.0
"""What was found out about a version is believed for this long."""

log = structlog.get_logger()


class Bundles:
    """The versions in one data folder. others: folders where one may lie besides. Threads may share it."""

    def __init__(self, data_dir: Path, others: Sequence[Path]) -> None:
        self.folder, self.others = data_dir.absolute() / FOLDER, tuple(others)
        self._known: dict[str, tuple[float, str | None]] = {}
        self._lock = threading.Lock()

    def keep(self, bundle: Bundle) -> Bundle:
        """The copy in the data folder, made where there is none, or none that is whole."""
        with self._lock:
            self._known.pop(bundle.sha256, None)
            place = self.folder / bundle.sha256
            try:
                return _whole(place, bundle.sha256)
            except ModelError:
                _copy(bundle, place)
            return _whole(place, bundle.sha256)

    def find(self, row: tables.ModelVersion) -> Bundle:
        """A version's bundle, checked whole. Raises BundleMalformed, BundleFileChanged, of its own copy first."""
        faults = []
        for folder in self._places(row):
            try:
                found = _whole(folder, row.sha256)
            except ModelError as fault:
                faults.append(fault)
                continue
            return found if folder.parent == self.folder else self._kept(found)
        raise next((fault for fault in faults if isinstance(fault, BundleFileChanged)), faults[0])

    def fault(self, row: tables.ModelVersion) -> str | None:
        """Why a version cannot be opened on this machine, in words; None where it can."""
        looked_at, said = self._known.get(row.sha256, (-CHECKED_FOR_S, None))
        if time.monotonic() - looked_at < CHECKED_FOR_S:
            return said
        said = None
        try:
            self.find(row)
        except ModelError as fault:
            said = fault.detail
        self._known[row.sha256] = time.monotonic(), said
        return said

    def _places(self, row: tables.ModelVersion) -> Iterator[Path]:
        yield self.folder / row.sha256
        yield Path(row.path)
        yield from self.others

    def _kept(self, bundle: Bundle) -> Bundle:
        try:
            return self.keep(bundle)
        except OSError as fault:
            log.warning("model.not_copied", model=bundle.name, folder=str(self.folder), error=fault.strerror)
            return bundle


def _whole(folder: Path, sha256: str) -> Bundle:
    try:
        bundle = load(folder)
    except OSError as fault:
        raise BundleMalformed(f"{folder} cannot be read ({fault.strerror}): look at the disk") from None
    if bundle.sha256 != sha256:
        raise BundleFileChanged(
            f"{folder} holds version {bundle.sha256[:12]}…, but {sha256[:12]}… was approved: put the approved bundle "
            "back, or add the other as a version of its own"
        )
    return bundle


def _copy(bundle: Bundle, place: Path) -> None:
    """Written and synced beside its place, then moved there; a copy that was not whole is dropped."""
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(dir=place.parent, prefix=".writing-"))
    try:
        for name in (MANIFEST, CARD, *bundle.manifest["files"]):
            if bundle.file(name).is_file():
                shutil.copyfile(bundle.file(name), unfinished / name)
                with (unfinished / name).open("rb") as file:
                    os.fsync(file.fileno())
        unfinished.chmod(0o755)
        if place.exists():
            shutil.rmtree(place)
        unfinished.replace(place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
