"""Opening: the one place where a bundle becomes a detector of its kind."""

from collections.abc import Sequence
from typing import Any, Protocol

from model.box_detector import BoxDetector
from model.bundle import BOXES, Bundle
from model.crop_classifier import CropClassifier
from model.detections import Found
from model.detector import Detector


class Opened(Detector[Any], Protocol):
    """A detector made of a bundle."""

    @property
    def bundle(self) -> Bundle:
        """What it was made of."""
        ...

    def detect_all(self, prepared: Sequence[Any]) -> list[Found]:
        """Score prepared pictures together, which takes less time than one after another. In their order."""
        ...


def detector(bundle: Bundle, *, threads: int = 2) -> Opened:
    """The bundle's network in memory, ready to look at pictures."""
    if bundle.kind == BOXES:
        return BoxDetector(bundle, threads=threads)
    return CropClassifier(bundle, threads=threads)
