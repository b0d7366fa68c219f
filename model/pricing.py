"""Pricing: a version's threshold by a park's costs, measured on a folder of pictures with labels."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.decoding import Decoder
from model import costs, judging, opening
from model.bundle import Bundle
from model.costs import Objective, Priced, Traffic
from store.errors import TrainingDataUnusable

LEAST = 20
"""Fewer pictures with bears, or without, propose nothing."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What the costs ask for, beside the version's own threshold. fits: the rangers can look at its alerts."""

    bears: int
    others: int
    objective: Objective
    traffic: Traffic
    proposed: Priced
    own: Priced
    fits: bool
    table: tuple[Priced, ...]


def propose(
    bundle: Bundle, folder: Path, decoder: Decoder, objective: Objective, traffic: Traffic, *, confirmed: bool,
    progress: Callable[[str], None] = lambda _: None,
) -> Proposal:  # fmt: skip
    """Raises TrainingDataUnusable where the pictures are too few, or labelled as the version knows nothing of."""
    rows = judging.listed(folder)
    judging.require_known(
        folder, rows, bundle.labels, who=bundle.name, mend="give these pictures one of its labels, or leave them out"
    )  # fmt: skip
    judged, _ = judging.judge([opening.detector(bundle)], folder, rows, decoder, progress)
    scores = np.array([one.found[0].p_bear for one in judged])
    is_bear = np.array([one.row.label in bundle.bear_labels for one in judged])
    bears, others = scores[is_bear], scores[~is_bear]
    if min(len(bears), len(others)) < LEAST:
        raise TrainingDataUnusable(
            f"{folder} has {len(bears)} pictures with bears and {len(others)} without that can be judged: "
            f"a threshold needs at least {LEAST} of each"
        )
    found = costs.table(bears, others, objective, traffic, confirmed=confirmed)
    best, fits = costs.cheapest(found, objective)
    own = costs.priced(bears, others, bundle.threshold, objective, traffic, confirmed=confirmed)
    return Proposal(
        bears=len(bears), others=len(others), objective=objective, traffic=traffic, proposed=best, own=own, fits=fits,
        table=tuple(found),
    )  # fmt: skip
