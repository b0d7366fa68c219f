"""A desk over a test database, and pictures whose EXIF names their camera."""

import io
from pathlib import Path

from PIL import Image

from ingest.handed import Desk
from ingest.intake import Intake
from store import tables
from store.archive import FolderArchive
from store.session import Engine, transaction


def desk(engine: Engine, folder: Path, *, held_bytes: int = 10_000_000, limit_bytes: int = 1_000_000) -> Desk:
    """The small park's doors."""
    intake = Intake(engine=engine, archive=FolderArchive(folder / "archive"), data_dir=folder, disk_floor_bytes=0)
    return Desk(intake=intake, limit_bytes=limit_bytes, held_bytes=held_bytes)


def picture(*, serial: str | None = None, shade: int = 90, taken: str | None = None) -> bytes:
    """A small JPEG of a camera of this serial number, taken at this local time."""
    exif = Image.Exif()
    inside = exif.get_ifd(0x8769)
    if serial:
        exif[0x010F], inside[0xA431] = "RECONYX", serial
    if taken:
        inside[0x9003] = taken
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, shade, 40)).save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def knows(engine: Engine, **recognise: str) -> None:
    """park.toml says this of the camera creek."""
    with transaction(engine) as session:
        session.get_one(tables.Camera, "creek").recognise = recognise
