"""Box, Detection: the one value that every detector gives and everything downstream takes."""

from collections.abc import Mapping
from dataclasses import dataclass

MOST_BOXES = 30
"""A detector of boxes tells no more of one picture, the surest first."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """Where in the picture: fractions of its width and height, with what is there and how likely."""

    x: float
    y: float
    w: float
    h: float
    label: str
    p: float


@dataclass(frozen=True, kw_only=True)
class Detection:
    """What one model version says of one frame.

    probabilities are calibrated and sum to 1 over the manifest's labels; p_bear sums those that the
    manifest marks as bear; index is label's place among the labels; out_of_domain_p is a conformal p
    (small: unlike anything the version was trained on; of two the smaller), None when the version has no bank;
    night is judged from the picture itself (infrared is grey); seconds is the network's wall time.
    """

    label: str
    index: int
    probabilities: Mapping[str, float]
    p_bear: float
    bear: bool
    threshold: float
    out_of_domain_p: float | None
    night: bool
    boxes: tuple[Box, ...]
    model: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A frame that could not be scored: a value, not a crash. kind is the error's stable name."""

    kind: str
    detail: str


Found = Detection | Failed
