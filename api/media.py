"""Pictures and clips for people: made anew by the decoding child, kept in the cache folder."""

import time
from collections.abc import Iterator
from pathlib import Path

from fastapi.responses import FileResponse, Response

from api.wiring import System
from store import frames, tables
from store.errors import Undecodable
from store.session import Session

CLIP_FPS = 2.0
MOST_CLIP_FRAMES = 120
LIVE_S = 60.0
BOUNDARY = "bearwatch-picture"
PRIVATE = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
FRESH = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def picture(system: System, sha256: str, width: int) -> Response:
    """One archived picture as a JPEG at most this wide. Raises ArchiveFileMissing, Undecodable."""
    width = next((step for step in (320, 800, 1600, 4096) if step >= width), 4096)
    file = system.data_dir / "cache" / "pictures" / f"{sha256}-{width}.jpg"
    if not file.is_file():
        _write(file, system.decoder.thumbnail(system.archive.path(sha256), width))
    return FileResponse(file, media_type="image/jpeg", headers=PRIVATE)


def latest(system: System, camera: str) -> FileResponse | None:
    """The newest picture of a camera; None before the first."""
    file = system.data_dir / "latest" / f"{camera}.jpg"
    return FileResponse(file, media_type="image/jpeg", headers=FRESH) if file.is_file() else None


def live(system: System, camera: str) -> Iterator[bytes]:
    """The newest picture again and again, as it changes; ends after a minute, so that no page holds it for ever."""
    file, shown = system.data_dir / "latest" / f"{camera}.jpg", 0
    end = time.monotonic() + LIVE_S
    while time.monotonic() < end:
        if file.is_file() and file.stat().st_mtime_ns != shown:
            shown = file.stat().st_mtime_ns
            data = file.read_bytes()
            yield f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n".encode()
            yield data + b"\r\n"
        time.sleep(0.5)


def clip(system: System, session: Session, alert: tables.Alert) -> FileResponse:
    """The frames of the alert's visit as an MP4; made again when the visit has grown. Ranges are answered."""
    rows = [row for row in frames.of_visit(session, alert.visit_id) if row.width]
    if not rows:
        raise Undecodable("this visit has no picture that can be opened")
    rows = rows[:: max(1, len(rows) // MOST_CLIP_FRAMES)]
    file = system.data_dir / "cache" / "clips" / f"{alert.visit_id}-{len(rows)}-{rows[-1].id}.mp4"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        system.decoder.make_clip([system.archive.path(row.sha256) for row in rows], file, CLIP_FPS)
    return FileResponse(file, media_type="video/mp4", headers=PRIVATE)


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.writing")
    unfinished.write_bytes(data)
    unfinished.replace(file)
