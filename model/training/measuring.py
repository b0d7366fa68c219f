"""Measuring: what the whole classifier says of pictures, as it serves, and the threshold and numbers of that.

One measurement stands behind all that a training tells: both networks, tiles and framings take part in it.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ingest.frames import Pixels
from model import bundle, evaluation, opening
from model.bundle import Bundle
from model.detections import Detection
from model.network import Floats

NO_FALSE_SHARE = 0.01
"""The threshold is the lowest at which at most this share of held-out pictures without bears pass for one."""

LEAST_THRESHOLD, MOST_THRESHOLD = 0.5, 0.9


def shares(made: Bundle, pictures: Iterable[Pixels]) -> Floats:
    """What a version says of N pictures (H x W x 3 each, RGB): N x labels."""
    detector = opening.detector(made)
    said = [_told(detector.detect(detector.prepare(pixels)), made.labels) for pixels in pictures]
    return np.array(said, dtype=np.float32).reshape(len(said), len(made.labels))


def measured(made: Bundle, held_out: Callable[[], Iterable[Pixels]], truth: Sequence[str]) -> tuple[Bundle, Floats]:
    """The version with threshold and numbers in its manifest, and what it then says of the held-out pictures.

    held_out: gives them anew at each call. They are looked at twice, since a part of a picture speaks only from the
    threshold on.
    """
    before = bundle.changed(made, threshold=LEAST_THRESHOLD)
    lowest = threshold(shares(before, held_out()), made.labels, made.bear_labels, truth)
    after = bundle.changed(before, threshold=lowest)
    said = shares(after, held_out())
    told = evaluation.measure(
        said, np.array([made.labels.index(label) for label in truth]), labels=made.labels, bear=made.bear_labels,
        threshold=lowest,
    )  # fmt: skip
    return bundle.changed(after, metrics={"held_out": told}), said


def threshold(shares: Floats, labels: Sequence[str], bear: Sequence[str], truth: Sequence[str]) -> float:
    """See NO_FALSE_SHARE; in hundredths, between a half and nine tenths.

    >>> said = np.array([[0.9, 0.1], [0.7, 0.3], [0.1, 0.9]])
    >>> threshold(said, ("bear", "empty"), ("bear",), ("bear", "empty", "empty"))
    0.71
    """
    p_bear = shares[:, [list(labels).index(label) for label in bear]].sum(axis=1)
    without = np.sort(p_bear[[label not in bear for label in truth]])
    if not len(without):
        return LEAST_THRESHOLD
    wanted = float(without[min(len(without) - 1, int(np.ceil((1 - NO_FALSE_SHARE) * len(without))))])
    above = (np.floor(round(100 * wanted, 4)) + 1) / 100
    return float(min(MOST_THRESHOLD, max(LEAST_THRESHOLD, above)))


def _told(found: object, labels: Sequence[str]) -> list[float]:
    assert isinstance(found, Detection)  # none is too small: the inspection names those before a training begins
    return [found.probabilities[label] for label in labels]
