"""Second: gives a bundle its second look, a linear layer over a general network's features. Loads PyTorch.

Multinomial logistic regression on standardised features, with the squares of its weights as penalty (Bishop, "Pattern
recognition and machine learning", 2006, 4.3.4).
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import openvino as ov
import torch
from scipy.optimize import minimize
from torch import nn

from ingest.frames import Pixels
from model import bundle, calibration, export, misfit, recovered
from model.augment import squeezed
from model.baked import baked
from model.bundle import MISFIT, SECOND_HEAD, SECOND_NETWORK, SECOND_WEIGHTS, Bundle
from model.cutting import AROUND, NEAR, PAINTED
from model.dataset import Row
from model.misfit import Misfit
from model.network import Floats, Network
from model.training import halves

SIDE = 224
WHOLE, PARTS = 0.7, 0.0
"""How much its word counts. Of parts nothing: taught on whole pictures, it talks far bears away (decision 0022)."""

PARTS_OF_PICTURES = (AROUND, NEAR, PAINTED)
"""What `model cut` made of pictures teaches the first network alone: the second one judges whole ones."""

PENALTY = 0.01
STEPS = 300
PARTS_JUDGED = 5
"""Into so many parts are the pictures dealt, to hear of each what the others taught."""

Whole = npt.NDArray[np.integer]
AT_A_TIME = 64


def add(made: Bundle, general: Path, rows: Sequence[Row]) -> Bundle:
    """Write the second look into a bundle's folder, taught by the rows that teach.

    general: a bundle's folder, whose general network is taken as it is, or a file of recovered weights.
    """
    taught = [row for row in rows if row.part == "train" and not row.file.startswith(PARTS_OF_PICTURES)]
    _network(made.folder, general, taught)
    network = Network(made.file(SECOND_NETWORK), side=SIDE)
    truth = np.array([made.labels.index(row.label) for row in taught])
    features = _features(network, taught)
    weights, bias = fit(features, truth, len(made.labels))
    halves.save(made.file(MISFIT), vars(misfits(features, truth, _parts(taught), len(made.labels))))
    np.savez_compressed(made.file(SECOND_HEAD), weights=weights.astype(np.float16), bias=bias.astype(np.float32))
    return bundle.changed(made, second={"size": SIDE, "whole": WHOLE, "parts": PARTS})


def misfits(features: Floats, truth: Whole, parts: Whole, labels: int) -> Misfit:
    """What fits no label, from features (N x F), N indices of labels, and N parts, each judged by the others."""
    shares = np.empty((len(features), labels), dtype=np.float32)
    for part in np.unique(parts):
        here = parts == part
        weights, bias = fit(features[~here], truth[~here], labels)
        shares[here] = calibration.softmax(features[here] @ weights + bias)
    return misfit.make(features, shares, truth, parts)


def fit(features: Floats, truth: Whole, labels: int) -> tuple[Floats, Floats]:
    """Weights (F x labels) and bias from features (N x F) and N indices of labels."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 0.01
    scaled, wanted = (features - mean) / spread, np.eye(labels, dtype=np.float32)[truth]

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        table = flat.reshape(-1, labels)
        shares = calibration.softmax(scaled @ table[:-1] + table[-1])
        off = (shares - wanted) / len(wanted)
        slope = np.vstack([scaled.T @ off + 2 * PENALTY * table[:-1], off.sum(axis=0)])
        value = -np.log(np.clip((shares * wanted).sum(axis=1), 1e-12, 1)).mean() + PENALTY * (table[:-1] ** 2).sum()
        return float(value), slope.ravel()

    start = np.zeros((features.shape[1] + 1) * labels)
    table = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x.reshape(-1, labels)
    weights: Floats = (table[:-1] / spread[:, None]).astype(np.float32)
    bias: Floats = (table[-1] - mean @ weights).astype(np.float32)
    return weights, bias


def _network(folder: Path, general: Path, rows: Sequence[Row]) -> None:
    """The general network's files: another bundle's, or made of recovered weights, in eight bits."""
    if general.is_dir():
        for name in (SECOND_NETWORK, SECOND_WEIGHTS):
            shutil.copy2(general / name, folder / name)
        return
    with np.load(general, allow_pickle=False) as kept:
        body = recovered.features()
        recovered.fill(body, {name: kept[name] for name in kept.files})
    whole = nn.Sequential(recovered.Scaled(), body, nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    converted = ov.convert_model(whole, example_input=torch.zeros(1, 3, SIDE, SIDE), input=[-1, 3, SIDE, SIDE])
    chosen = np.random.default_rng(0).permutation(len(rows))[: export.CALIBRATES]
    with TemporaryDirectory() as place:
        floats = Path(place) / SECOND_NETWORK
        ov.save_model(baked(converted, side=SIDE, labels=()), floats)
        pictures = np.concatenate(list(_pictures([rows[number] for number in chosen])))
        export.quantised(floats, folder / SECOND_NETWORK, pictures)


def _parts(rows: Sequence[Row]) -> Whole:
    """Of each row one of PARTS_JUDGED, the same for a group; a large group, as a whole camera is, is dealt out."""
    groups = Counter(row.group for row in rows)
    chance = np.random.default_rng(0)
    drawn = {group: int(chance.integers(PARTS_JUDGED)) for group in sorted(groups)}
    large = len(rows) / PARTS_JUDGED / 2
    return np.array(
        [number % PARTS_JUDGED if groups[row.group] > large else drawn[row.group] for number, row in enumerate(rows)]
    )


def _features(network: Network, rows: Sequence[Row]) -> Floats:
    return np.concatenate([network.outputs(pictures)[0] for pictures in _pictures(rows)])


def _pictures(rows: Sequence[Row]) -> Iterator[Pixels]:
    """Some at a time: N x SIDE x SIDE x 3."""
    for start in range(0, len(rows), AT_A_TIME):
        yield squeezed([row.path for row in rows[start : start + AT_A_TIME]], SIDE)
