"""Pace: which shots of a motion are kept for the model: the first ones all, then fewer while nothing is new. PURE.

Keeping and scoring a picture costs as much as decoding two seconds of its stream.
"""

from collections.abc import Sequence

from ingest.frames import Region
from ingest.gate import Look

FIRST = 4
"""Shots of a motion that are all kept: what comes into view is decided on at once."""

EVERY_S = 1.5
"""After them, one in this time."""

OVER_S = 4.0
"""A motion has ended when nothing moved for so long."""


class Pace:
    """The shots of one camera. Times are seconds of any one clock."""

    def __init__(self) -> None:
        self._moved_at = self._kept_at = float("-inf")
        self._count = 0
        self._places: Sequence[Region] = ()

    def keeps(self, look: Look, at_s: float) -> bool:
        """Whether the shot that the gate says this of is kept."""
        if not look.kept or not look.regions:
            return look.kept
        if at_s - self._moved_at > OVER_S:
            self._count, self._places = 0, ()
        self._moved_at = at_s
        new = any(not any(_meet(region, place) for place in self._places) for region in look.regions)
        if self._count >= FIRST and not new and at_s - self._kept_at < EVERY_S:
            return False
        self._count, self._kept_at, self._places = self._count + 1, at_s, look.regions
        return True


def _meet(one: Region, other: Region) -> bool:
    """Whether two parts of a picture share a place."""
    return (
        one.x < other.x + other.w
        and other.x < one.x + one.w
        and one.y < other.y + other.h
        and other.y < one.y + one.h
    )
