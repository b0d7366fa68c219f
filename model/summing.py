"""Summing up: what the parts of one picture together say of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.bundle import EMPTY, Bundle
from model.crops import Crop, Kind
from model.detections import Box, Detection

Floats = npt.NDArray[np.floating]
LEAST_SHOWN = 0.5
"""A box less sure than this is not told."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Parts:
    """The parts of one picture of this many pixels, with probabilities (parts x labels) and p of bear of each."""

    crops: Sequence[Crop]
    width: int
    height: int
    night: bool
    shares: Floats
    bears: Sequence[float]


def speaker(bundle: Bundle, parts: Parts) -> int:
    """The place of the part that speaks for the picture: the surest bear; where no bear is, what moved and is surest
    not empty, else the whole.
    """
    best = int(np.argmax(parts.bears))
    if parts.bears[best] >= bundle.threshold:
        return best
    if EMPTY not in bundle.labels or len(parts.crops) == 1 or parts.crops[1].kind is Kind.TILE:
        return 0
    return int(np.argmin(parts.shares[:, bundle.labels.index(EMPTY)]))


def detection(
    bundle: Bundle, parts: Parts, speaks: int, *, out_of_domain_p: float | None, seconds: float
) -> Detection:
    """The picture's answer, by the part that speaks for it."""
    p_bear = parts.bears[speaks]
    told = _told(bundle, parts.shares[speaks], p_bear)
    index = int(np.argmax(told))
    return Detection(
        label=bundle.labels[index], index=index, probabilities=dict(zip(bundle.labels, told.tolist(), strict=True)),
        p_bear=p_bear, bear=p_bear >= bundle.threshold, threshold=bundle.threshold, out_of_domain_p=out_of_domain_p,
        night=parts.night, boxes=_boxes(bundle, parts), model=bundle.sha256, seconds=seconds,
    )  # fmt: skip


def _told(bundle: Bundle, shares: Floats, p_bear: float) -> Floats:
    """The part's probabilities with the bears among them summing to p_bear."""
    told = np.array(shares, dtype=np.float64)
    bears = np.array([label in bundle.bear_labels for label in bundle.labels])
    raw = float(told[bears].sum())
    told[bears] *= p_bear / max(raw, 1e-12)
    told[~bears] *= (1 - p_bear) / max(1 - raw, 1e-12)
    result: Floats = told / told.sum()
    return result


def _boxes(bundle: Bundle, parts: Parts) -> tuple[Box, ...]:
    """A box for each part but the whole in which a thing is surer than nothing, the surest first.

    Of what is far off bears alone: nothing else was looked for.
    """
    found = []
    for crop, shares, p_bear in zip(parts.crops, parts.shares, parts.bears, strict=True):
        if crop.kind is Kind.WHOLE:
            continue
        label = bundle.labels[int(np.argmax(_told(bundle, shares, p_bear)))]
        sure = p_bear if label in bundle.bear_labels else float(shares.max())
        sought = label in bundle.bear_labels or crop.kind is not Kind.FAR
        if label == EMPTY or not sought or sure < LEAST_SHOWN:
            continue
        region = crop.region(parts.width, parts.height)
        found.append(Box(x=region.x, y=region.y, w=region.w, h=region.h, label=label, p=sure))
    return tuple(sorted(found, key=lambda box: -box.p))
