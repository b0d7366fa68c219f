"""Evaluate: a bundle on a folder of labelled pictures, opened by the decoding child."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ingest.decoding import Decoder
from model import dataset, evaluation
from model.bundle import Bundle
from model.crop_classifier import CropClassifier
from model.dataset import Row
from model.detections import Detection
from store.errors import TrainingDataUnusable, Undecodable

LARGEST_SIDE = 2048
LOW_PIXELS = 200 * 200
TOP_LOSSES = 20


def evaluate(
    bundle: Bundle, folder: Path, decoder: Decoder, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """The object of `model evaluate`. Raises TrainingDataUnusable for labels that the bundle does not know."""
    rows = dataset.listed(folder)
    unknown = sorted({row.label for row in rows} - set(bundle.labels))
    if unknown:
        raise TrainingDataUnusable(
            f"{folder} has the label {unknown[0]}; {bundle.name} knows only {', '.join(bundle.labels)}"
        )
    classifier, kept, found = CropClassifier(bundle), list[Row](), list[Detection]()
    errors = []
    for number, row in enumerate(rows, 1):
        try:
            seen = classifier.detect(classifier.prepare(decoder.picture(row.path, LARGEST_SIDE)))
        except Undecodable as fault:
            errors.append({"file": str(row.path), "type": fault.slug(), "detail": fault.detail})
            continue
        if isinstance(seen, Detection):
            kept.append(row)
            found.append(seen)
        if number % 50 == 0:
            progress(f"{number} of {len(rows)}")
    if not kept:
        raise TrainingDataUnusable(f"{folder} has no picture that can be judged")
    return _told(bundle, kept, found) | {"errors": errors}


def _told(bundle: Bundle, rows: Sequence[Row], found: Sequence[Detection]) -> dict[str, Any]:
    shares = np.array([[one.probabilities[label] for label in bundle.labels] for one in found])
    truth = np.array([bundle.labels.index(row.label) for row in rows])
    night = np.array([one.night for one in found])
    slices = {"night": night, "day": ~night}
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
            for name, chosen in slices.items()
            if chosen.any()
        },
        "top_losses": [
            {
                "file": str(rows[place].path), "predicted": found[place].label, "actual": rows[place].label,
                "loss": float(losses[place]), "p": float(shares[place, truth[place]]),
            }
            for place in np.argsort(-losses)[:TOP_LOSSES]
        ],
    }  # fmt: skip
