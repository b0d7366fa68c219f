"""Replay: files on this machine taken in as if a camera had given them at a stated time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.arrivals import Times, accept_frame, times
from ingest.decoding import Decoder
from ingest.headers import CLIPS, format_of, look, stated_time
from ingest.intake import Intake, camera_of
from ingest.uploads import gated
from store import tables
from store.errors import BearwatchError, NotAPicture, Undecodable
from store.session import reading
from store.vocabulary import Origin


@dataclass(frozen=True, kw_only=True)
class FileError:
    """One file that could not be taken in, wholly or in part."""

    file: str
    type: str
    detail: str


@dataclass
class Taken:
    """What a replay took in. frames: ids of the kept ones, new or known, in order; new: how many were not known."""

    files: int = 0
    frames_read: int = 0
    frames: list[int] = field(default_factory=list)
    new: int = 0
    errors: list[FileError] = field(default_factory=list)

    def one_read(self, _at_s: float = 0.0) -> None:
        """Count a picture, or a shot of a clip, kept or not."""
        self.frames_read += 1


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How to take files in. start: when the first was taken; None: the files' own times, else now."""

    camera: str
    start: datetime | None
    now: datetime
    every_s: float = 1.0
    bulk: bool = False
    send: bool = False

    @property
    def origin(self) -> Origin:
        """An SD card is evidence only."""
        return Origin.BULK if self.bulk else Origin.REPLAY


def walk(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Each file of the paths with the name as given; folders in order, hidden files left out."""
    for path in paths:
        if not path.is_dir():
            yield path, str(path)
            continue
        for inner in sorted(path.rglob("*")):
            if inner.is_file() and not any(part.startswith(".") for part in inner.relative_to(path).parts):
                yield inner, str(inner)


def take_in(
    intake: Intake, decoder: Decoder, paths: Sequence[Path], wanted: Wanted,
    progress: Callable[[str], None] = lambda _: None,
) -> Taken:  # fmt: skip
    """Keep the frames of every file; a broken one is an error beside the others.

    Raises UnknownCamera, DiskNearlyFull.
    """
    taken, at = Taken(), wanted.start or wanted.now
    with reading(intake.engine) as session:
        zone = ZoneInfo(session.get_one(tables.Site, camera_of(session, wanted.camera).site_id).time_zone)
    for path, name in walk(paths):
        taken.files += 1
        progress(name)
        try:
            at = _file(intake, decoder, path, wanted, taken, at, zone)
        except (Undecodable, NotAPicture, OSError) as fault:
            detail = fault.detail if isinstance(fault, BearwatchError) else f"{path.name}: {fault.strerror}"
            kind = fault.slug() if isinstance(fault, BearwatchError) else "unreadable"
            taken.errors.append(FileError(file=name, type=kind, detail=detail))
    return taken


def _file(
    intake: Intake, decoder: Decoder, path: Path, wanted: Wanted, taken: Taken, at: datetime, zone: ZoneInfo
) -> datetime:
    """Take one file in; gives the time at which the next begins."""
    with path.open("rb") as file:
        start = file.read(64)
    if format_of(start) in CLIPS:
        return _clip(intake, decoder, path, wanted, taken, at)
    data = path.read_bytes()
    if not data or format_of(data) is None:
        look(data)
    own = stated_time(data, zone) if wanted.start is None else None
    stated = own or at
    try:
        pixels = decoder.picture(data)
        size = (pixels.shape[1], pixels.shape[0])
    except Undecodable:
        _keep(intake, wanted, taken, data, (0, 0), stated)
        raise
    taken.one_read()
    _keep(intake, wanted, taken, data, size, stated)
    return at if own else at + timedelta(seconds=wanted.every_s)


def _clip(intake: Intake, decoder: Decoder, path: Path, wanted: Wanted, taken: Taken, at: datetime) -> datetime:
    end = at
    try:
        for shot, regions in gated(decoder, path, taken.one_read):
            end = at + timedelta(seconds=round(shot.at_s, 3))
            received = Times(stated_at=end, taken_at=end, clock_fault=None)
            kept = accept_frame(
                intake, camera=wanted.camera, data=shot.picture, size=(shot.width, shot.height), at=received,
                origin=wanted.origin, received_at=end, motion=regions, send=wanted.send,
            )  # fmt: skip
            taken.frames.append(kept.id)
            taken.new += kept.new
    except Undecodable:
        _keep(intake, wanted, taken, path.read_bytes(), (0, 0), at)
        raise
    return end + timedelta(seconds=wanted.every_s)


def _keep(intake: Intake, wanted: Wanted, taken: Taken, data: bytes, size: tuple[int, int], stated: datetime) -> None:
    """Keep a picture as it is; one of no pixels is decided as UNREADABLE."""
    believed = times(stated.astimezone(UTC), max(wanted.now, stated))
    kept = accept_frame(
        intake, camera=wanted.camera, data=data, size=size, at=believed, origin=wanted.origin,
        received_at=believed.taken_at, send=wanted.send,
    )  # fmt: skip
    taken.frames.append(kept.id)
    taken.new += kept.new
