"""Evaluate: a bundle on a folder of labelled pictures, opened by the decoding child."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ingest.decoding import Decoder
from model import evaluation, judging, opening
from model.bundle import Bundle
from model.judging import Judged
from model.slices import Circumstances, slices

TOP_LOSSES = 20


def evaluate(
    bundle: Bundle, folder: Path, decoder: Decoder, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """The object of `model evaluate`. Raises TrainingDataUnusable for labels that the bundle does not know."""
    rows = judging.listed(folder)
    judging.require_known(
        folder, rows, bundle.labels, who=bundle.name,
        mend="give these pictures one of its labels, or `out` as their part in labels.csv; `model compare` needs "
        "only to know which labels are bears",
    )  # fmt: skip
    judged, unread = judging.judge([opening.detector(bundle)], folder, rows, decoder, progress)
    errors = [{"file": str(one.path), "type": one.kind, "detail": one.detail} for one in unread]
    return _told(bundle, judged) | {"errors": errors}


def _told(bundle: Bundle, judged: Sequence[Judged]) -> dict[str, Any]:
    shares = np.array([[one.found[0].probabilities[label] for label in bundle.labels] for one in judged])
    truth = np.array([bundle.labels.index(one.row.label) for one in judged])
    measure = partial(
        evaluation.measure, labels=bundle.labels, bear=bundle.bear_labels, threshold=bundle.threshold
    )  # fmt: skip
    losses = -np.log(np.clip(shares[np.arange(len(truth)), truth], 1e-12, 1))
    return {
        "model": bundle.sha256,
        "labels": list(bundle.labels),
        **measure(shares, truth),
        "temperature": bundle.temperature,
        "slices": {
            name: measure(shares[chosen], truth[chosen])
            for name, chosen in slices([_circumstances(one) for one in judged]).items()
        },
        "top_losses": [
            {
                "file": str(judged[place].path), "predicted": judged[place].found[0].label,
                "actual": judged[place].row.label, "loss": float(losses[place]),
                "p": float(shares[place, truth[place]]),
            }
            for place in np.argsort(-losses)[:TOP_LOSSES]
        ],
    }  # fmt: skip


def _circumstances(one: Judged) -> Circumstances:
    return Circumstances(
        label=one.row.label, camera=one.row.camera, night=one.found[0].night, width=one.width, height=one.height,
        more=one.row.more,
    )  # fmt: skip
