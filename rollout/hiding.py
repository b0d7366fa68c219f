"""Hiding: which parts of a picture are made unrecognisable before it leaves the park, so that nobody in it is known.

A detector of boxes looks everywhere and says where people are. A classifier of crops looks where something moved, and
of the rest nobody says that no person is in it: then all but the bear is hidden.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.frames import Region
from model.detections import Box

PERSON = frozenset({"person", "people", "human", "hiker"})
PEOPLE = PERSON | {"vehicle", "car", "truck", "bus", "van", "motorcycle", "bicycle", "boat"}
"""Vehicles too: their plates name people, and people sit in them."""

MARGIN = 0.25
"""On each side, of the longer side of a person's box: what a detector draws may cut off a face."""

WHOLE = Region(x=0.0, y=0.0, w=1.0, h=1.0)


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """What is hidden: parts, and all that lies in none of `shown`. says: what is left to see, in words."""

    parts: tuple[Region, ...]
    shown: tuple[Region, ...]
    says: str


NOTHING = Hidden(parts=(), shown=(WHOLE,), says="the whole picture")
"""For a park that does not want people blurred."""


def finds_people(labels: Collection[str], *, boxes: bool) -> bool:
    """Whether a model version can say where in a whole picture people are. boxes: it is a detector of boxes."""
    return boxes and bool(PERSON & set(labels))


def hidden(found: Sequence[Box], *, bears: Collection[str], knows_people: bool) -> Hidden | None:
    """What to hide of a picture in which this was found; None where nothing of it could be shown.

    bears: the labels that mean a bear.

    >>> bear = Box(x=0.4, y=0.4, w=0.2, h=0.2, label="black", p=0.9)
    >>> hidden([bear], bears=["black"], knows_people=False).says
    'the bear; all else is made unrecognisable'
    """
    people = tuple(_wider(box) for box in found if box.label in PEOPLE)
    if knows_people:
        says = "the whole picture; people and vehicles that the model found are made unrecognisable"
        return Hidden(parts=people, shown=(WHOLE,), says=says)
    seen = tuple(Region(x=box.x, y=box.y, w=box.w, h=box.h) for box in found if box.label in bears)
    return Hidden(parts=people, shown=seen, says="the bear; all else is made unrecognisable") if seen else None


def _wider(box: Box) -> Region:
    more = MARGIN * max(box.w, box.h)
    left, top = max(0.0, box.x - more), max(0.0, box.y - more)
    right, bottom = min(1.0, box.x + box.w + more), min(1.0, box.y + box.h + more)
    return Region(x=left, y=top, w=right - left, h=bottom - top)
