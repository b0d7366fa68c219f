"""Seeding: a known bear is put into a camera's path, from the gate to the queue, marked as a test.

Its frames join no visit and show no camera alive: see Origin.SEEDED.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from ingest import footage
from ingest.arrivals import Times, accept_frame
from ingest.decoding import Decoder
from ingest.frames import Region, Shot
from ingest.gate import Gate
from ingest.headers import CLIPS, format_of
from ingest.intake import Intake
from ingest.masking import Masking
from ingest.masks import Masks
from ingest.sources import shot_of
from ingest.streams import EVERY_S
from store.errors import NotAPicture, Undecodable
from store.vocabulary import Origin

MOST_SHOTS, MOST_FRAMES = 60, 8
"""Of a clip so many shots are looked at, and so many that moved go into the queue: each costs a look of the model."""

SCENE, SEED, DRAWN_S = "creek", 3, 16.0
"""The drawn bear: it comes into the empty view after two seconds."""

Chosen = Sequence[tuple[Shot, tuple[Region, ...]]]


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """What was put in. frames: ids. read: shots that a gate looked at, 0 of pictures; moved: in how many of them."""

    frames: tuple[int, ...]
    read: int
    moved: int


def clip(intake: Intake, camera: str, shots: Iterable[Shot], *, masks: Masks, now: datetime) -> Seeded:
    """Show shots to a gate of their own with the camera's masks; what moved goes into the queue.

    Raises Undecodable, DiskNearlyFull.
    """
    gate, masked, read = Gate(), Masking(masks), 0
    moved: list[tuple[Shot, tuple[Region, ...]]] = []
    for shot in islice(shots, MOST_SHOTS):
        read += 1
        look = gate.look(shot.thumb, shot.at_s, masked.over(shot))
        if look.regions:
            moved.append((shot, look.regions))
    kept = [_keep(intake, camera, shot, regions, now) for shot, regions in spread(moved, MOST_FRAMES)]
    return Seeded(frames=tuple(kept), read=read, moved=len(moved))


def pictures(intake: Intake, camera: str, shown: Sequence[tuple[bytes, int, int]], *, now: datetime) -> Seeded:
    """Put single pictures into the queue: bytes, width, height. Raises DiskNearlyFull."""
    kept = [
        accept_frame(
            intake, camera=camera, data=data, size=(width, height), at=_at(now, number * EVERY_S),
            origin=Origin.SEEDED, received_at=now, send=False,
        ).id
        for number, (data, width, height) in enumerate(shown[:MOST_FRAMES])
    ]  # fmt: skip
    return Seeded(frames=tuple(kept), read=0, moved=0)


def drawn() -> Iterator[Shot]:
    """The bear that the project draws itself, for a version that knows drawn scenery."""
    for number in range(round(DRAWN_S / EVERY_S)):
        yield shot_of(footage.render(SCENE, number * EVERY_S, seed=SEED), number * EVERY_S)


def is_clip(path: Path) -> bool:
    """Whether a file is a clip, or a picture. Raises NotAPicture for neither, Undecodable where it cannot be read."""
    try:
        with path.open("rb") as file:
            form = format_of(file.read(64))
    except OSError as fault:
        says = f"{path} cannot be read ({fault.strerror}): correct known_clip in park.toml, or the file's rights"
        raise Undecodable(says) from None
    if form is None:
        raise NotAPicture(f"{path} is neither a picture nor a clip: give another file as known_clip")
    return form in CLIPS


def one_picture(decoder: Decoder, path: Path) -> tuple[bytes, int, int]:
    """A picture on this machine, with its width and height. Raises Undecodable."""
    pixels = decoder.picture(path)
    return path.read_bytes(), pixels.shape[1], pixels.shape[0]


def spread(moved: Chosen, most: int) -> Chosen:
    """At most so many, evenly over all of them.

    >>> spread(list("abcdefgh"), 3)
    ['a', 'c', 'f']
    """
    return [moved[number * len(moved) // most] for number in range(most)] if len(moved) > most else list(moved)


def _keep(intake: Intake, camera: str, shot: Shot, regions: Sequence[Region], now: datetime) -> int:
    return accept_frame(
        intake, camera=camera, data=shot.picture, size=(shot.width, shot.height), at=_at(now, shot.at_s),
        origin=Origin.SEEDED, received_at=now, motion=regions, send=False,
    ).id  # fmt: skip


def _at(now: datetime, at_s: float) -> Times:
    at = now + timedelta(seconds=round(at_s, 3))
    return Times(stated_at=at, taken_at=at)
