"""Judging: how good the network is as it ships, picture by picture and slice by slice. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from model import evaluation
from model.dataset import Row
from model.training.inspection import Looked

Floats = npt.NDArray[np.floating]
TOP_LOSSES = 20
SIZES = ((320, "under-320"), (1024, "under-1024"), (10**9, "from-1024"))
"""Slices by the longer side of the picture, in pixels."""


def losses(rows: Sequence[Row], shares: Floats, labels: Sequence[str]) -> list[dict[str, Any]]:
    """A row a picture, the worst first. shares: N x labels, calibrated. p: of the label that it has."""
    found = []
    for row, told in zip(rows, shares, strict=True):
        p = float(told[list(labels).index(row.label)])
        found.append(
            {
                "file": row.file, "label": row.label, "part": row.part, "predicted": labels[int(told.argmax())],
                "loss": float(-np.log(max(p, 1e-12))), "p": p,
                "probabilities": {label: float(share) for label, share in zip(labels, told, strict=True)},
            }
        )  # fmt: skip
    return sorted(found, key=lambda one: -one["loss"])


def top_losses(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of the pictures that judge the worst, in the words of `model evaluate`."""
    judged = [one for one in found if one["part"] == "valid"][:TOP_LOSSES]
    return [
        {
            "file": one["file"],
            "predicted": one["predicted"],
            "actual": one["label"],
            "loss": one["loss"],
            "p": one["p"],
        }
        for one in judged
    ]


def slices(
    looked: Sequence[Looked], shares: Floats, measure: Callable[[Floats, npt.NDArray[np.integer]], dict[str, Any]],
    labels: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """Numbers of each slice of the pictures that judge: day, night, each label, camera and size."""
    truth = np.array([list(labels).index(one.row.label) for one in looked])
    names = [_slices_of(one) for one in looked]
    return {
        name: measure(shares[chosen], truth[chosen])
        for name in sorted({name for own in names for name in own})
        for chosen in [np.array([name in own for own in names])]
    }


def measured(shares: Floats, truth: npt.NDArray[np.integer], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of `model evaluate` at a manifest's threshold."""
    return evaluation.measure(
        shares, truth, labels=manifest["labels"], bear=manifest["bear"], threshold=manifest["threshold"]
    )


def used(
    rows: Sequence[Row], left: Sequence[tuple[Row, str]], by_sequence: Sequence[str], data_sha256: str
) -> dict[str, Any]:
    """What a training uses and what it leaves, with the reason."""
    return {
        "data_sha256": data_sha256,
        "pictures": len(rows),
        "by_part": dict(Counter(row.part for row in rows)),
        **{f"by_{name}": _by(rows, name) for name in ("label", "camera", "licence")},
        "cameras_on_both_sides": list(by_sequence),
        "left": {
            "pictures": len(left),
            "by_reason": dict(Counter(reason.split(": ")[0] for _, reason in left)),
            "files": [{"file": row.file, "label": row.label, "reason": reason} for row, reason in left],
        },
    }


def _by(rows: Sequence[Row], name: str) -> dict[str, dict[str, int]]:
    """Pictures that teach and judge, by what a column says; "" where it says nothing.

    >>> from pathlib import Path
    >>> _by([Row(path=Path("a.jpg"), file="a.jpg", label="bear", part="valid")], "label")
    {'bear': {'train': 0, 'valid': 1}}
    """
    counts = Counter((getattr(row, name), row.part) for row in rows)
    return {
        value: {part: counts[value, part] for part in ("train", "valid")}
        for value in sorted({value for value, _ in counts})
    }


def _slices_of(one: Looked) -> list[str]:
    size = next(name for most, name in SIZES if max(one.width, one.height) < most)
    camera = [f"camera:{one.row.camera}"] if one.row.camera else []
    return ["night" if one.night else "day", f"label:{one.row.label}", f"size:{size}", *camera]
