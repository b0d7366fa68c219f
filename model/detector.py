"""Detector: the seam between a network and everything that uses its answers."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from ingest.frames import Pixels, Region
from model.detections import Found

Prepared = TypeVar("Prepared")


class Detector(Protocol[Prepared]):
    """Pixels in, one result a picture out; failure is a value.

    motion: what moved. None: nobody says (a still); empty: somebody watched, and nothing did.
    """

    @property
    def sha256(self) -> str:
        """The model version's name."""
        ...

    def enough(self, width: int, height: int, motion: Sequence[Region] | None = None) -> int:
        """The longer side, in pixels, at which such a picture may be opened without losing what matters."""
        ...

    def prepare(self, pixels: Pixels, motion: Sequence[Region] | None = None) -> Prepared:
        """Cut what the network looks at out of one picture (H x W x 3, RGB)."""
        ...

    def detect(self, prepared: Prepared) -> Found:
        """Score one prepared picture."""
        ...
