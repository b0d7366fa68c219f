"""Intake: what every door needs to keep a frame: database, archive, and room on the disk."""

import errno
import shutil
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from store import cameras, tables
from store.archive import Archive
from store.errors import DiskNearlyFull, UnknownCamera
from store.session import Engine, Session

FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Where frames go. Below disk_floor_bytes of free space nothing more is taken in."""

    engine: Engine
    archive: Archive
    data_dir: Path
    disk_floor_bytes: int = 500_000_000

    def archived(self, data: bytes) -> str:
        """Keep the bytes and give their sha256; when this returns they survive a power cut.

        Raises DiskNearlyFull, before anything is written where it can be told.
        """
        self.require_room(len(data))
        try:
            return self.archive.put(data)
        except OSError as fault:
            if fault.errno in FULL:
                raise DiskNearlyFull(f"the disk of {self.data_dir} is full: make room there") from fault
            raise

    def require_room(self, size: int) -> None:
        """Raise DiskNearlyFull where so many bytes more would go below the floor."""
        free = shutil.disk_usage(self.data_dir).free
        if free - size < self.disk_floor_bytes:
            raise DiskNearlyFull(
                f"{free // 1_000_000} MB are free in {self.data_dir}, {self.disk_floor_bytes // 1_000_000} MB must "
                "stay free: make room, or lower BEARWATCH_DISK_FLOOR_MB"
            )


def camera_of(session: Session, camera: str) -> tables.Camera:
    """The camera of this name. Raises UnknownCamera for one that is not there or was retired."""
    row = cameras.find(session, camera)
    if row is None:
        raise UnknownCamera(f'there is no camera "{camera}": add it to park.toml and apply it')
    return row


def zone_of(session: Session, camera: str) -> ZoneInfo:
    """The zone of a camera's clock: its own, else its site's. Raises UnknownCamera."""
    row = camera_of(session, camera)
    return ZoneInfo(row.time_zone or session.get_one(tables.Site, row.site_id).time_zone)
