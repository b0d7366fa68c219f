"""Adding: pictures that are offered become pictures of a training folder, each opened whole and kept once.

Everything that brings pictures in goes through `add`: a folder, a list of addresses, a search, reviewed visits.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ingest.decoding import Decoder
from model.collect import holdings, likeness
from model.collect.holdings import Holdings, fault_of_label
from model.collect.offers import Offer
from model.collect.pictures import examined
from model.labels import Labelled


class Fate(StrEnum):
    """What became of an offer."""

    ADDED = "added"
    HELD = "held"
    DUPLICATE = "duplicate"
    NEAR = "near"
    CONFLICT = "conflict"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one offer.

    name: as it was offered. file: of the folder, the one that was added or the one that is the same picture.
    file_label: what that one is labelled. distance: by how many bits the two look different, 0 for the same bytes.
    reason: why it was left out, or what to do about a conflict.
    """

    fate: Fate
    name: str
    label: str
    file: str = ""
    file_label: str = ""
    distance: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Added:
    """What became of all offers, in their order. labels: how many pictures of each the folder lists now.

    new_labels: those that it did not have before: a slip of the pen shows here. held_faults: files that the folder
    had before and that do not open, with what is wrong.
    """

    folder: Path
    distance: int
    outcomes: tuple[Outcome, ...]
    labels: Mapping[str, int]
    new_labels: tuple[str, ...]
    held_faults: tuple[tuple[str, str], ...]

    def of(self, fate: Fate) -> list[Outcome]:
        """Those of one fate."""
        return [outcome for outcome in self.outcomes if outcome.fate is fate]

    @property
    def whole(self) -> bool:
        """Whether no input failed and none contradicts another."""
        return not (self.of(Fate.CONFLICT) or self.of(Fate.LEFT_OUT) or self.held_faults)


def add(
    folder: Path, offers: Iterable[Offer], decoder: Decoder, *,
    distance: int = likeness.DISTANCE, each: Callable[[Outcome], None] = lambda _: None,
) -> Added:  # fmt: skip
    """Add to a training folder what it does not have yet; the rest is reported and left out.

    distance: bits of 64 by which near duplicates differ at the most; below 0 only equal bytes are duplicates.
    each: told of every outcome at once.

    The same picture under two labels is a conflict, and the second is left out. What the folder had before stays as
    it is; where the same bytes came in twice just now, the first is kept with part `out`, so that it teaches nothing
    until a person has said what it is. A label that a person has said (column `by`) stands, and is no conflict.

    An interruption leaves what was added until then. Raises TrainingFolderNotWritable, TrainingDataUnusable.
    """
    outcomes: list[Outcome] = []
    with holdings.opened(folder, decoder) as held:
        before = {row.label for row in held.rows.values()}
        for offer in offers:
            outcomes.append(_added(held, offer, decoder, distance))
            each(outcomes[-1])
    counts = [row.label for row in held.rows.values()]
    return Added(
        folder=folder, distance=distance, outcomes=tuple(outcomes),
        labels={label: counts.count(label) for label in sorted(set(counts))},
        new_labels=tuple(sorted(set(counts) - before)), held_faults=tuple(held.faults),
    )  # fmt: skip


def _added(held: Holdings, offer: Offer, decoder: Decoder, distance: int) -> Outcome:
    facts = offer.facts
    fault = offer.fault or fault_of_label(facts.label)
    if fault:
        return _left_out(facts, fault)
    same = held.of_origin(facts.origin) if offer.data is None else held.of_bytes(offer.data)
    if same is not None:
        return _known(held, facts, same, None)
    if offer.data is None:
        return _left_out(facts, "there are no bytes of it: offer it again")
    deleted = held.deleted(offer.data)
    if deleted is not None:
        return Outcome(
            fate=Fate.HELD, name=facts.file, label=facts.label, file=deleted.file, file_label=deleted.label,
            reason="a person deleted it on the page Clean: undo that there to have it again",
        )  # fmt: skip
    seen = examined(offer.data, decoder)
    if isinstance(seen, str):
        return _left_out(facts, seen)
    near = held.near(seen, within=distance, camera=facts.camera)
    if near is not None:
        return _known(held, facts, *near)
    row = held.keep(offer.data, seen, facts)
    return Outcome(fate=Fate.ADDED, name=facts.file, label=row.label, file=row.file, file_label=row.label)


def _left_out(facts: Labelled, reason: str) -> Outcome:
    return Outcome(fate=Fate.LEFT_OUT, name=facts.file, label=facts.label, reason=reason)


def _known(held: Holdings, facts: Labelled, same: Labelled, distance: int | None) -> Outcome:
    """What becomes of an offer whose picture the folder has. distance: None for the same bytes or address."""
    new = same.file in held.new
    fate = Fate.NEAR if distance is not None else Fate.DUPLICATE if new else Fate.HELD
    reason = ""
    if same.label != facts.label and not (same.by and not facts.by):
        fate, reason = Fate.CONFLICT, "say in labels.csv which label is right"
        if new and distance is None:
            held.doubt(same, f"conflict: {facts.label} says {facts.origin or facts.file}")
            reason = "neither teaches until labels.csv says which is right (its part is `out`)"
    return Outcome(
        fate=fate, name=facts.file, label=facts.label, file=same.file, file_label=same.label, distance=distance or 0,
        reason=reason,
    )  # fmt: skip
