"""Slices: the parts of a measurement that are told apart, since a good mean hides a bad night. Pure.

near and far come from labels.csv: a column `distance` (near, far), else `box_w` and `box_h`, the size of the animal's
box in pixels of the picture or, where neither is above 1, in fractions of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FAR_SHARE = 0.1
"""An animal whose longer side is less than this share of the picture's longer side is far."""

LOW_SIDE = 160
"""A picture whose shorter side has fewer pixels than this is of low resolution."""

Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What a picture is told apart by. more: further columns of labels.csv. width, height in pixels."""

    label: str
    camera: str
    night: bool
    width: int
    height: int
    more: Mapping[str, str]


def slices(of: Sequence[Circumstances]) -> dict[str, Chosen]:
    """Which pictures belong to each slice, slices without any left out.

    >>> one = Circumstances(label="bear", camera="creek", night=True, width=640, height=480, more={"distance": "far"})
    >>> list(slices([one]))
    ['night', 'far', 'camera:creek', 'label:bear']
    """
    far = [distance(one) for one in of]
    found = {
        "night": [one.night for one in of],
        "day": [not one.night for one in of],
        "near": [said == "near" for said in far],
        "far": [said == "far" for said in far],
        "low_resolution": [min(one.width, one.height) < LOW_SIDE for one in of],
    }
    for camera in sorted({one.camera for one in of} - {""}):
        found[f"camera:{camera}"] = [one.camera == camera for one in of]
    for label in sorted({one.label for one in of}):
        found[f"label:{label}"] = [one.label == label for one in of]
    return {name: np.array(chosen) for name, chosen in found.items() if any(chosen)}


def distance(one: Circumstances) -> str:
    """near, far, or empty where nothing says it.

    >>> told = {"label": "bear", "camera": "", "night": False, "width": 1280, "height": 960}
    >>> distance(Circumstances(**told, more={"box_w": "60", "box_h": "40"}))
    'far'
    >>> distance(Circumstances(**told, more={"box_w": "0.5", "box_h": "0.4"}))
    'near'
    >>> distance(Circumstances(**told, more={}))
    ''
    """
    said = one.more.get("distance", "").strip().lower()
    if said in ("near", "far"):
        return said
    w, h = (_number(one.more.get(name, "")) for name in ("box_w", "box_h"))
    if w <= 0 or h <= 0:
        return ""
    longer = max(w * one.width, h * one.height) if max(w, h) <= 1 else max(w, h)
    return "far" if longer < FAR_SHARE * max(one.width, one.height) else "near"


def _number(said: str) -> float:
    """A number that a person wrote; nought where it is none."""
    try:
        return float(said)
    except ValueError:
        return 0.0
