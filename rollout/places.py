"""Places in one camera's picture: whether something is where it was seen before, as a walking animal is. Pure."""

from collections.abc import Sequence
from math import hypot

from model.detections import Box, Detection

FAR = 0.2
"""Two boxes whose middles are nearer than this share of the picture are one place."""


def of(found: Detection) -> tuple[Box, ...]:
    """The boxes of what the frame was named for; all of them where none has that label."""
    named = tuple(box for box in found.boxes if box.label == found.label)
    return named or found.boxes


def new(boxes: Sequence[Box], before: Sequence[Box]) -> bool:
    """Whether one of the boxes is far from everything seen before. Cannot be told without boxes on both sides: no."""
    return bool(before) and any(all(far(box, old) for old in before) for box in boxes)


def far(one: Box, other: Box) -> bool:
    """Whether two boxes neither touch nor lie close together.

    >>> left = Box(x=0.0, y=0.4, w=0.1, h=0.1, label="bear", p=0.9)
    >>> far(left, Box(x=0.12, y=0.4, w=0.1, h=0.1, label="bear", p=0.9))
    False
    >>> far(left, Box(x=0.8, y=0.4, w=0.1, h=0.1, label="bear", p=0.9))
    True
    """
    across = abs(one.x + one.w / 2 - other.x - other.w / 2)
    down = abs(one.y + one.h / 2 - other.y - other.h / 2)
    apart = across > (one.w + other.w) / 2 or down > (one.h + other.h) / 2
    return apart and hypot(across, down) > FAR
