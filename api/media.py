"""Pictures and clips for people: made anew by the decoding child, kept in the cache folder."""

import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from fastapi.responses import FileResponse, Response

from api import cache
from api.limits import Places
from api.wiring import System
from store import frames, keeping, recordings, tables
from store.errors import ArchiveFileMissing, NotFound, PictureNotKept, Undecodable
from store.session import Session, reading

CLIP_FPS = 2.0
MOST_CLIP_FRAMES = 120
LIVE_S = 60.0
BOUNDARY = "bearwatch-picture"
PRIVATE = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
FRESH = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def picture(system: System, digest: str, width: int) -> Response:
    """One archived picture as a JPEG at most this wide. Raises PictureNotKept, Undecodable."""
    return _made(system, digest, width, lambda: _archived(system, digest))


def _archived(system: System, digest: str) -> Path:
    """Its file; where that is gone, since when and why."""
    try:
        return system.archive.path(digest)
    except ArchiveFileMissing:
        with reading(system.engine) as session:
            gone = keeping.dropped(session, digest)
        if gone is None:
            raise PictureNotKept(
                "the picture is no longer kept: its file is missing from the archive and nobody dropped it here; "
                "put the archive back from a copy"
            ) from None
        raise PictureNotKept(f"the picture is no longer kept: dropped {gone.at:%Y-%m-%d}, {gone.why}") from None


def of_file(system: System, path: Path, width: int) -> Response:
    """A file on this machine that the caller has looked at, as a JPEG at most this wide. Raises Undecodable."""
    state = path.stat()
    name = sha256(f"{path}\0{state.st_mtime_ns}\0{state.st_size}".encode()).hexdigest()
    return _made(system, name, width, lambda: path)


def _made(system: System, name: str, width: int, source: Callable[[], Path]) -> Response:
    width = next((step for step in (320, 800, 1600, 4096) if step >= width), 4096)
    file = system.data_dir / "cache" / "pictures" / f"{name}-{width}.jpg"
    if not cache.shown(file):
        _write(file, system.decoder.thumbnail(source(), width))
        _prune(system)
    return FileResponse(file, media_type="image/jpeg", headers=PRIVATE)


def latest(system: System, camera: str) -> FileResponse | None:
    """The newest picture of a camera; None before the first."""
    file = system.data_dir / "latest" / f"{camera}.jpg"
    return FileResponse(file, media_type="image/jpeg", headers=FRESH) if file.is_file() else None


def live(system: System, camera: str, leave: Callable[[], None]) -> Iterator[bytes]:
    """The newest picture again and again, as it changes; ends after a minute, so that no page holds it for ever.

    leave: called at the end, the viewer's too.
    """
    file, shown = system.data_dir / "latest" / f"{camera}.jpg", 0
    end = time.monotonic() + LIVE_S
    try:
        while time.monotonic() < end:
            if file.is_file() and file.stat().st_mtime_ns != shown:
                shown = file.stat().st_mtime_ns
                data = file.read_bytes()
                yield f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n".encode()
                yield data + b"\r\n"
            time.sleep(0.5)
    finally:
        leave()


def recordings_of(session: Session, alert: tables.Alert) -> Sequence[tables.Recording]:
    """The recordings of an alert's visit in the order of time; none where its camera is no stream, or none yet."""
    return recordings.of_visit(session, alert.visit_id)


def clip(
    system: System, session: Session, alert: tables.Alert, places: Places, part: int | None = None
) -> FileResponse:
    """A recording of the alert's visit: the numbered one, else the one that holds the alert's own frame.

    Where there is none, a clip of the visit's pictures. Ranges are answered. Raises NotFound, TooMany, Undecodable.
    """
    rows = [row for row in recordings_of(session, alert) if system.archive.has(row.sha256)]
    if part is not None and not 0 <= part < len(rows):
        raise NotFound(f"this alert has {len(rows)} recordings, counted from 0; {part} is none of them")
    if not rows:
        return of_pictures(system, session, alert, places)
    at = session.get_one(tables.Frame, alert.frame_id)
    own = [row for row in rows if row.camera_id == at.camera_id and row.began_at <= at.received_at <= row.ended_at]
    row = rows[part] if part is not None else (own or rows)[0]
    return FileResponse(system.archive.path(row.sha256), media_type="video/mp4", headers=FRESH)


def of_pictures(system: System, session: Session, alert: tables.Alert, places: Places) -> FileResponse:
    """The frames of the alert's visit as an MP4; made again when the visit has grown. Ranges are answered.

    places: for those that are being made. Raises TooMany.
    """
    rows = [row for row in frames.of_visit(session, alert.visit_id) if row.width]
    if not rows:
        raise Undecodable("this visit has no picture that can be opened")
    first = rows[0].sha256
    rows = [row for row in rows if system.archive.has(row.sha256)]
    if not rows:
        _archived(system, first)
    rows = rows[:: max(1, len(rows) // MOST_CLIP_FRAMES)]
    file = system.data_dir / "cache" / "clips" / f"{alert.visit_id}-{len(rows)}-{rows[-1].id}.mp4"
    if not cache.shown(file):
        leave = places.enter()
        try:
            system.clip_decoder.make_clip([system.archive.path(row.sha256) for row in rows], file, CLIP_FPS)
        finally:
            leave()
        _prune(system)
    return FileResponse(file, media_type="video/mp4", headers=FRESH)


def of_look(system: System, digests: Sequence[str], look: int, places: Places) -> FileResponse:
    """Pictures of a look as an MP4. Ranges are answered. Raises TooMany, Undecodable where none is kept."""
    kept = [digest for digest in digests if system.archive.has(digest)]
    if not kept:
        raise Undecodable("no picture of this look is kept any more")
    file = system.data_dir / "cache" / "clips" / f"look-{look}-{len(kept)}.mp4"
    if not cache.shown(file):
        leave = places.enter()
        try:
            system.clip_decoder.make_clip([system.archive.path(digest) for digest in kept], file, CLIP_FPS)
        finally:
            leave()
        _prune(system)
    return FileResponse(file, media_type="video/mp4", headers=FRESH)


def _prune(system: System) -> None:
    cache.prune(system.data_dir / "cache", system.settings.cache_mb * 1_000_000)


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.writing")
    unfinished.write_bytes(data)
    unfinished.replace(file)
