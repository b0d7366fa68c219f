"""Stream message: what a watcher and the child that reads its stream say to each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """What the watcher may want."""

    OPEN = "open"
    NEXT = "next"
    FINE = "fine"


@dataclass(frozen=True, kw_only=True)
class Order:
    """One wish. main: the address of the clips and the pictures that are kept; watch: of what is watched, if another;
    allowed: this machine's own networks in which both may be.

    moving: with the wish for the next shot, whether something moved in the last one: then it is recorded. unsure:
    whether something small may have: then the next one comes soon.
    """

    wish: Wish
    main: str = ""
    watch: str = ""
    transport: str = "tcp"
    every_s: float = 0.5
    allowed: Sequence[str] = ()
    moving: bool = False
    unsure: bool = False


class News(StrEnum):
    """What the child may tell."""

    BEAT = "beat"
    SHOT = "shot"
    FINE = "fine"
    RECORDING = "recording"
    END = "end"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One piece of news; its content is a JPEG and a thumb, or an MP4.

    began_s, ended_s: how long before at_s, by the clock that all processes share (time.monotonic), a recording begins
    and ends. shed_s, shed: seconds of the stream and
    pictures of it that were left out since the last news. says: why a stream ended, and what to do.
    """

    news: News
    width: int = 0
    height: int = 0
    jpeg: int = 0
    thumb: Sequence[int] = (0, 0)
    codec: str = ""
    began_s: float = 0.0
    ended_s: float = 0.0
    at_s: float = 0.0
    shed_s: float = 0.0
    shed: int = 0
    says: str = ""
