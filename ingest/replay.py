"""Replay: files on this machine taken in as if a camera had given them at a stated time.

Of an SD card (bulk) only the headers are read here: its pictures are opened once, when they are scored. Each has a
time that it keeps, its own or its file's, so that a second run over the same card adds nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest import masking
from ingest.arrivals import accept_frame, own_time
from ingest.clocks import as_stated
from ingest.decoding import Decoder
from ingest.headers import CLIPS, format_of, look
from ingest.intake import Intake, zone_of
from ingest.uploads import gated
from ingest.walking import first_bytes, unreadable, walk
from store.errors import BearwatchError, HeaderBroken, NotAPicture, TooLarge, Undecodable
from store.session import reading
from store.vocabulary import Origin

MOST_BYTES = 256_000_000
"""A picture larger than this is none, and a clip without a single shot is not kept beyond it."""

BROKEN = (Undecodable, NotAPicture, HeaderBroken, TooLarge, OSError)
"""Faults of one file, that stop none of the others."""


@dataclass(frozen=True, kw_only=True)
class FileError:
    """One file that could not be taken in, wholly or in part."""

    file: str
    type: str
    detail: str


@dataclass
class Taken:
    """What a replay took in. frames: ids of the kept ones, new or known, in order; new: how many were not known.

    names: the files of a card's pictures, by frame: whether one can be opened shows when it is scored.
    """

    files: int = 0
    frames_read: int = 0
    frames: list[int] = field(default_factory=list)
    new: int = 0
    names: dict[int, str] = field(default_factory=dict)
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


def take_in(
    intake: Intake, decoder: Decoder, paths: Sequence[str | Path], wanted: Wanted,
    progress: Callable[[str, float], None] = lambda _says, _share: None,
) -> Taken:  # fmt: skip
    """Keep the frames of every file; a broken one is an error beside the others.

    Raises UnknownCamera, DiskNearlyFull.
    """
    taken, at = Taken(), wanted.start or wanted.now
    with reading(intake.engine) as session:
        zone = zone_of(session, wanted.camera)
    files = list(walk(paths))
    for taken.files, (path, name) in enumerate(files, 1):
        progress(_says(name, taken.files, len(files), wanted), taken.files / len(files))
        try:
            at = _file(intake, decoder, (path, name), wanted, taken, at, zone)
        except BROKEN as fault:
            detail = fault.detail if isinstance(fault, BearwatchError) else unreadable(fault)
            kind = fault.slug() if isinstance(fault, BearwatchError) else "unreadable"
            taken.errors.append(FileError(file=name, type=kind, detail=detail))
    return taken


def _says(name: str, number: int, of: int, wanted: Wanted) -> str:
    """What is told of a file: of a card, by hundreds, how far it is."""
    return f"taking in {number // 100 * 100} of {of} files" if wanted.bulk else name


def _file(
    intake: Intake, decoder: Decoder, file: tuple[Path, str], wanted: Wanted, taken: Taken, at: datetime,
    zone: ZoneInfo,
) -> datetime:  # fmt: skip
    """Take one file in; gives the time at which the next begins."""
    path, name = file
    own = _file_time(path) if wanted.bulk and wanted.start is None else None
    if format_of(first_bytes(path)) in CLIPS:
        end = _clip(intake, decoder, path, wanted, taken, own or at)
        return at if own else end
    data = _read(path)
    if not data or format_of(data) is None:
        look(data)
    own = (own_time(data, zone) if wanted.start is None else None) or own
    stated = own or at
    try:
        size = _size(decoder, data, wanted)
    except BROKEN:
        _keep(intake, wanted, taken, data, (0, 0), stated)
        raise
    frame = _keep(intake, wanted, taken, data, size, stated)
    if wanted.bulk:
        taken.names[frame] = name
    return at if own else at + timedelta(seconds=wanted.every_s)


def _file_time(path: Path) -> datetime:
    """When a file of a card was written: what its picture was taken at, where it does not say so itself."""
    return datetime.fromtimestamp(min(max(path.stat().st_mtime, 0.0), LAST_S), UTC)


LAST_S = datetime(2999, 1, 1, tzinfo=UTC).timestamp()


def _read(path: Path) -> bytes:
    """A picture's bytes. Raises TooLarge, OSError."""
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(f"it is larger than {MOST_BYTES // 1_000_000} MB, which no picture is")
    return path.read_bytes()


def _size(decoder: Decoder, data: bytes, wanted: Wanted) -> tuple[int, int]:
    """Width and height. Raises Undecodable, HeaderBroken, TooLarge."""
    if wanted.bulk:
        header = look(data)
        return header.width, header.height
    pixels = decoder.picture(data)
    return pixels.shape[1], pixels.shape[0]


def _clip(intake: Intake, decoder: Decoder, path: Path, wanted: Wanted, taken: Taken, at: datetime) -> datetime:
    end = at
    with reading(intake.engine) as session:
        masks = masking.in_force(session, wanted.camera, at=at)
    try:
        for shot, regions in gated(decoder, path, taken.one_read, masks):
            end = at + timedelta(seconds=round(shot.at_s, 3))
            believed = as_stated(end, wanted.now)
            kept = accept_frame(
                intake, camera=wanted.camera, data=shot.picture, size=(shot.width, shot.height), at=believed,
                origin=wanted.origin, received_at=believed.taken_at, motion=regions, send=wanted.send,
                queued_at=wanted.now,
            )  # fmt: skip
            taken.frames.append(kept.id)
            taken.new += kept.new
    except Undecodable:
        _keep(intake, wanted, taken, _read(path), (0, 0), at)
        raise
    return end + timedelta(seconds=wanted.every_s)


def _keep(intake: Intake, wanted: Wanted, taken: Taken, data: bytes, size: tuple[int, int], stated: datetime) -> int:
    """Keep a picture as it is; one of no pixels is decided as UNREADABLE. Gives the frame."""
    taken.one_read()
    believed = as_stated(stated.astimezone(UTC), wanted.now)
    kept = accept_frame(
        intake, camera=wanted.camera, data=data, size=size, at=believed, origin=wanted.origin,
        received_at=believed.taken_at, send=wanted.send, queued_at=wanted.now,
    )  # fmt: skip
    taken.frames.append(kept.id)
    taken.new += kept.new
    return kept.id
