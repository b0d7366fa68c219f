"""Other times: the scope of a frame by another moment at which it may have been taken. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from ingest import clocks
from rollout.scopes import Inside
from store.vocabulary import Origin

LIVE = (Origin.STREAM, Origin.DOOR)


class Timed(Protocol):
    """A frame as far as its times go."""

    @property
    def origin(self) -> Origin: ...
    @property
    def stated_at(self) -> datetime | None: ...
    @property
    def taken_at(self) -> datetime: ...
    @property
    def received_at(self) -> datetime: ...


def inside_else(frame: Timed, inside: Inside, by: Callable[[datetime], Inside]) -> Inside | None:
    """By another time that may be true, one that disagrees before one that does not; None where the clock is right.

    A replay's times are true: they are what it is to be decided by.
    """
    if frame.origin not in LIVE:
        return None
    others = clocks.also_possible(frame.stated_at, frame.taken_at, frame.received_at)
    return min(map(by, others), key=lambda other: other.yes is inside.yes, default=None)
