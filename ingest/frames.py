"""Frame: one picture of one camera, and the pixels that a child process decoded from it."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Height x width x 3, RGB, 0..255."""


THUMB_SIDE = 320
"""Of the small grey picture that the gate looks at; its limits are made for this size."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One picture with its camera, its times and its bytes.

    taken_at is the camera's clock in UTC, stated_at what the camera or sender said (None when nobody
    said anything, then taken_at is received_at), received_at the server's clock in UTC.
    """

    camera: str
    picture: bytes
    sha256: str
    taken_at: datetime
    stated_at: datetime | None
    received_at: datetime
    width: int
    height: int
    motion: tuple["Region", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Region:
    """A part of a picture as fractions of its width and height: x, y of the top left corner, w, h."""

    x: float
    y: float
    w: float
    h: float


Thumb = npt.NDArray[np.uint8]
"""Height x width, grey, 0..255, 320 pixels on its longer side: what the gate compares."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shot:
    """One picture out of a clip or stream: at_s seconds after its start, a JPEG of our own child's making."""

    at_s: float
    picture: bytes
    thumb: Thumb
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """How long a clip is by its own word, 0 where it does not say, and when it was made by it."""

    seconds: float
    made_at: datetime | None
