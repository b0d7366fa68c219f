"""Layouts: what box detectors give, as boxes and scores. Pure.

A layout takes the outputs for one picture and gives corners (N x 4: left, top, right, bottom in pixels of the square
that the network looked at) and scores (N x labels). Sources: YOLOX (Ge and others, 2021) and its demo's decoding;
NanoDet's generalized focal loss (Li and others, 2020), whose distances are the mean of eight steps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Found = tuple[Floats, Floats]
STRIDES = (8, 16, 32)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a family of networks is fed and read. Pixels are divided by `divide`, then less mean, over spread."""

    read: Callable[[Sequence[Floats], int, int], Found]
    colour: str = "RGB"
    divide: float = 255.0
    mean: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()


def yolox(outputs: Sequence[Floats], side: int, labels: int) -> Found:
    """One output of 5 + labels columns: the middle and the log of the size in cells, objectness, scores."""
    rows = _rows(outputs, 5 + labels)
    cells, strides = _cells(side)
    middle = (rows[:, :2] + cells) * strides
    size = np.exp(np.minimum(rows[:, 2:4], 10)) * strides
    return _corners(middle, size), rows[:, 4:5] * rows[:, 5:]


def nanodet(outputs: Sequence[Floats], side: int, labels: int) -> Found:
    """Scores for each stride and, in as many outputs, the four distances to the edges, each as eight steps."""
    half = len(outputs) // 2
    scores = np.concatenate([output.reshape(-1, labels) for output in outputs[:half]])
    steps = np.concatenate([output.reshape(-1, 4, output.shape[-1] // 4) for output in outputs[half:]])
    cells, strides = _cells(side)
    shares = np.exp(steps - steps.max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)
    away = (shares * np.arange(steps.shape[2])).sum(axis=2) * strides
    middle = cells * strides + 0.5 * (strides - 1)
    return np.concatenate([middle - away[:, :2], middle + away[:, 2:]], axis=1), scores


def yolov5(outputs: Sequence[Floats], _side: int, labels: int) -> Found:
    """One output of 5 + labels columns in pixels: middle, size, objectness, scores. MegaDetector 5 gives this."""
    rows = _rows(outputs, 5 + labels)
    return _corners(rows[:, :2], rows[:, 2:4]), rows[:, 4:5] * rows[:, 5:]


def yolov8(outputs: Sequence[Floats], _side: int, labels: int) -> Found:
    """One output of 4 + labels rows in pixels: middle, size, scores."""
    if outputs[0].ndim < 2 or outputs[0].shape[-2] != 4 + labels:
        raise ValueError(f"{outputs[0].shape} is not {4 + labels} x boxes")
    columns = outputs[0].reshape(4 + labels, -1).T
    return _corners(columns[:, :2], columns[:, 2:4]), columns[:, 4:]


def rows(outputs: Sequence[Floats], _side: int, labels: int) -> Found:
    """One output of rows: left, top, right, bottom in pixels, score, number of the label.

    >>> corners, scores = rows([np.array([[[10.0, 20.0, 30.0, 60.0, 0.9, 1.0]]])], 416, 2)
    >>> corners.tolist(), scores.tolist()
    ([[10.0, 20.0, 30.0, 60.0]], [[0.0, 0.9]])
    """
    given = _rows(outputs, 6)
    scores = np.zeros((len(given), labels))
    places = given[:, 5].round().astype(int)
    known = (places >= 0) & (places < labels)
    scores[np.flatnonzero(known), places[known]] = given[known, 4]
    return given[:, :4], scores


LAYOUTS = {
    "yolox": Layout(read=yolox, colour="BGR", divide=1.0),
    "nanodet": Layout(
        read=nanodet, colour="BGR", divide=1.0, mean=(103.53, 116.28, 123.675), spread=(57.375, 57.12, 58.395)
    ),
    "yolov5": Layout(read=yolov5),
    "yolov8": Layout(read=yolov8),
    "rows": Layout(read=rows),
}


def kept(corners: Floats, scores: Floats, *, overlap: float) -> list[int]:
    """Of boxes (N x 4) of one label with their scores (N), those that no surer one overlaps by more, surest first.

    >>> boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60]], dtype=float)
    >>> kept(boxes, np.array([0.6, 0.9, 0.5]), overlap=0.5)
    [1, 2]
    """
    left, found = list(np.argsort(-scores)), list[int]()
    areas = np.prod(np.maximum(corners[:, 2:] - corners[:, :2], 0), axis=1)
    while left:
        best = int(left.pop(0))
        found.append(best)
        low, high = np.maximum(corners[best, :2], corners[left, :2]), np.minimum(corners[best, 2:], corners[left, 2:])
        shared = np.prod(np.maximum(high - low, 0), axis=1)
        apart = shared / np.maximum(areas[best] + areas[left] - shared, 1e-9) <= overlap
        left = [place for place, free in zip(left, apart, strict=True) if free]
    return found


def _rows(outputs: Sequence[Floats], columns: int) -> Floats:
    """The rows of boxes x columns. Raises ValueError where it has another shape."""
    if outputs[0].ndim < 2 or outputs[0].shape[-1] != columns:
        raise ValueError(f"{outputs[0].shape} is not boxes x {columns}")
    return outputs[0].reshape(-1, columns)


def _cells(side: int) -> tuple[Floats, Floats]:
    """Each cell's place (N x 2: column, row) and its stride in pixels (N x 1), the finest first."""
    places, strides = [], []
    for stride in STRIDES:
        count = -(-side // stride)
        down, across = np.mgrid[:count, :count]
        places.append(np.stack([across, down], axis=-1).reshape(-1, 2))
        strides.append(np.full((count * count, 1), stride))
    return np.concatenate(places).astype(np.float64), np.concatenate(strides).astype(np.float64)


def _corners(middle: Floats, size: Floats) -> Floats:
    return np.concatenate([middle - size / 2, middle + size / 2], axis=1)
