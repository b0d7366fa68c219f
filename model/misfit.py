"""Misfit: how badly a picture fits every label, as a second look sees it, as a conformal p. Pure.

Two scores are added. The first is of what the look says: the least Mahalanobis distance of its log probabilities to
what it says of a label's pictures. The second is of what it sees: the least distance of its features to a label's
mean within the spread of labels, less the distance to the mean of all (relative Mahalanobis: Ren et al., 2021), so
that what lies between labels counts, and not what is rare in any way. An animal that was never taught draws the look
to several labels at once, as no known one does. The p is one as in `model.unknown`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from model import unknown

Floats = npt.NDArray[np.floating]
Whole = npt.NDArray[np.integer]
DIRECTIONS, DIRECTIONS_TAUGHT = 64, 16
"""Of the features of a network that these pictures did not teach, and of one that they did: what it knows of them by
heart lies in few directions, and by the others a new camera would be strange."""

LEAST_SPREAD = 0.1
"""Of features in their main directions, where all pictures together have 1."""

LEAST_SAID, SAID_SPREAD = -8.0, 0.3
"""A log probability below this counts as this; and the least variance of one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Misfit:
    """Of F features in D directions, at most a tenth as many as pictures, and L labels.

    mean (F), axes (F x D): the main directions, to spread 1. centres (L x D), within (D x D): means of labels, and
    the inverse of the spread around them. said (L x L), around (L x L x L), rare (L): of the log probabilities of a
    label's pictures their mean, inverse spread, and what is added for it. scales (2 x 2): of both scores the median
    and how far the hundredth highest lies above. far (H): sorted scores of pictures held out.
    """

    mean: Floats
    axes: Floats
    centres: Floats
    within: Floats
    said: Floats
    around: Floats
    rare: Floats
    scales: Floats
    far: Floats


def make(features: Floats, shares: Floats, truth: Whole, parts: Whole) -> Misfit:
    """From features (N x F), probabilities (N x L) that did not learn from the picture, and indices of labels (N).

    parts (N): pictures of one part are scored by what the others tell; alike pictures belong in one part.
    """
    far = np.empty(len(features))
    for part in np.unique(parts):
        here = parts == part
        far[here] = _scores(_fit(features[~here], shares[~here], truth[~here]), features[here], shares[here])
    return replace(_fit(features, shares, truth), far=np.sort(far))


def against(features: Floats, shares: Floats, truth: Whole, usual: Floats, usual_shares: Floats) -> Misfit:
    """As `make`, where these pictures taught the network itself: others (M x F, M x L) say what is usual."""
    fit = _fit(features, shares, truth, DIRECTIONS_TAUGHT)
    return replace(fit, far=np.sort(_scores(fit, usual, usual_shares)))


def p_of(fit: Misfit, features: Floats, shares: Floats) -> Floats:
    """Conformal p of each row of features (N x F) and probabilities (N x L), in (0, 1]."""
    return unknown.shares_beyond(fit.far, _scores(fit, features, shares))


def _fit(features: Floats, shares: Floats, truth: Whole, most: int = DIRECTIONS) -> Misfit:
    """Without the scores of pictures held out. A label without a picture is left out."""
    mean, axes = _directions(features, most)
    seen, logs = (features - mean) @ axes, _logs(shares)
    labels, own = np.unique(truth, return_inverse=True)
    of = [truth == label for label in labels]
    centres = np.stack([seen[here].mean(axis=0) for here in of])
    around = np.stack([_inverse(logs[here] - logs[here].mean(axis=0), SAID_SPREAD) for here in of])
    rare = [-2 * np.log(here.mean()) - np.linalg.slogdet(near)[1] for here, near in zip(of, around, strict=True)]
    found = Misfit(
        mean=mean, axes=axes, centres=centres, within=_inverse(seen - centres[own], LEAST_SPREAD),
        said=np.stack([logs[here].mean(axis=0) for here in of]), around=around, rare=np.array(rare),
        scales=np.empty((0, 2)), far=np.empty(0),
    )  # fmt: skip
    return replace(found, scales=np.array([_scale(one) for one in _both(found, features, shares)]))


def _directions(features: Floats, most: int) -> tuple[Floats, Floats]:
    mean = features.mean(axis=0)
    spread, directions = np.linalg.eigh((features - mean).T @ (features - mean) / len(features))
    count = max(1, min(most, len(features) // 10))
    main = slice(None, -count - 1, -1)
    return mean, directions[:, main] / np.sqrt(np.maximum(spread[main], 1e-6))


def _inverse(off: Floats, least: float) -> Floats:
    """Of the spread of rows (N x D) around zero, no direction narrower than the least."""
    inverse: Floats = np.linalg.inv(off.T @ off / len(off) + least * np.eye(off.shape[1]))
    return inverse


def _logs(shares: Floats) -> Floats:
    logs: Floats = np.maximum(np.log(np.maximum(shares, 1e-12)), LEAST_SAID)
    return logs


def _scale(scores: Floats) -> Sequence[float]:
    middle, high = np.percentile(scores, [50, 99])
    return [float(middle), max(float(high - middle), 1e-6)]


def _scores(fit: Misfit, features: Floats, shares: Floats) -> Floats:
    """Both scores, each as a share of what the hundredth highest has; below the median nothing."""
    total = np.zeros(len(features))
    for one, (middle, high) in zip(_both(fit, features, shares), fit.scales, strict=True):
        total += np.maximum((one - middle) / high, 0)
    return total


def _both(fit: Misfit, features: Floats, shares: Floats) -> tuple[Floats, Floats]:
    logs, seen = _logs(shares), (features - fit.mean) @ fit.axes
    says = [_squares(logs - of, near) + rare for of, near, rare in zip(fit.said, fit.around, fit.rare, strict=True)]
    sees = [_squares(seen - centre, fit.within) for centre in fit.centres]
    return np.min(says, axis=0), np.min(sees, axis=0) - (seen**2).sum(axis=1)


def _squares(off: Floats, inverse: Floats) -> Floats:
    squares: Floats = ((off @ inverse) * off).sum(axis=1)
    return squares
