"""Cleaning: what people decide about the pictures that a training found hardest. Pure.

The worst losses come first: among them are the wrong labels, the broken pictures and what the model has to learn.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from model.labels import Labelled
from store.errors import NotAllowedNow

LABEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""What a label may be called."""


class Act(StrEnum):
    """What is to become of one picture."""

    KEEP = "keep"
    DELETE = "delete"  # into the trash of its training folder
    RELABEL = "relabel"


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What a training made of one picture. label: as it was told; p, label_p: of the predicted and of that label."""

    file: str
    label: str
    part: str
    predicted: str
    loss: float
    p: float
    label_p: float


@dataclass(frozen=True, kw_only=True)
class Hard:
    """A picture with its loss and what labels.csv says of it by now."""

    found: Loss
    row: Labelled

    @property
    def changed(self) -> bool:
        """Whether it was relabelled since that training."""
        return self.row.label != self.found.label


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A person's wish for one picture. seen: the label that stood there; label: the new one, for relabel."""

    file: str
    act: Act
    seen: str
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One row of labels.csv before and after; after None: taken out. place: where it stood, from 0."""

    place: int
    before: Labelled
    after: Labelled | None

    @property
    def file(self) -> str:
        """The picture."""
        return self.before.file

    @property
    def act(self) -> Act:
        """What was done."""
        return Act.DELETE if self.after is None else Act.RELABEL


def worst(
    found: Iterable[Loss], rows: Sequence[Labelled], *, label: str | None = None, part: str | None = None
) -> list[Hard]:
    """The pictures that are still there, the worst loss first. label: as it is called by now."""
    there = {row.file: row for row in rows}
    hard = [Hard(found=one, row=there[one.file]) for one in found if one.file in there]
    wanted = [
        one for one in hard if label in (None, one.row.label) and part in (None, one.found.part)
    ]  # fmt: skip
    return sorted(wanted, key=lambda one: (-one.found.loss, one.found.file))


def planned(rows: Sequence[Labelled], marks: Iterable[Mark], *, by: str) -> tuple[Change, ...]:
    """What the marks change; the last mark of a picture counts, and keep changes nothing.

    Whoever relabels here has seen what the model said, and the row says so. Raises NotAllowedNow where a row is no
    longer what the person saw.
    """
    wanted = {mark.file: mark for mark in marks}
    gone = wanted.keys() - {row.file for row in rows}
    if gone:
        raise NotAllowedNow(f"{min(gone)} is not in labels.csv any more: load the page again")
    changes = [_change(place, row, wanted[row.file], by) for place, row in enumerate(rows) if row.file in wanted]
    return tuple(change for change in changes if change is not None)


def _change(place: int, row: Labelled, mark: Mark, by: str) -> Change | None:
    if mark.seen != row.label:
        raise NotAllowedNow(
            f"{row.file} is called {row.label} by now, not {mark.seen}: somebody was faster; load the page again"
        )
    if mark.act is Act.DELETE:
        return Change(place=place, before=row, after=None)
    if mark.act is Act.KEEP or mark.label == row.label:
        return None
    if not LABEL.fullmatch(mark.label):
        raise NotAllowedNow(f'"{mark.label}" cannot be a label: a-z, 0-9, _ and -, at most 40')
    return Change(place=place, before=row, after=replace(row, label=mark.label, by=by, saw_score="yes"))


def applied(rows: Sequence[Labelled], changes: Iterable[Change]) -> list[Labelled]:
    """The rows after the changes.

    >>> old = Labelled(file="a.jpg", label="bear")
    >>> applied([old], [Change(place=0, before=old, after=None)])
    []
    """
    after = {change.place: change.after for change in changes}
    kept = [after.get(place, row) for place, row in enumerate(rows)]
    return [row for row in kept if row is not None]


def undone(rows: Sequence[Labelled], changes: Sequence[Change]) -> list[Labelled]:
    """The rows as they were before the changes; what came in since stays, and so does every other column.

    Raises NotAllowedNow where a picture is no longer as the changes left it: nothing is undone then.
    """
    relabelled = {change.file: change for change in changes if change.after is not None}
    back, there = [], {row.file: row for row in rows}
    for change in changes:
        _require_as_left(change, there.get(change.file))
    for row in rows:
        old = relabelled[row.file].before if row.file in relabelled else row
        back.append(replace(row, label=old.label, by=old.by, saw_score=old.saw_score))
    for change in sorted(changes, key=lambda one: one.place):
        if change.after is None and change.file not in there:
            back.insert(change.place, change.before)
    return back


def _require_as_left(change: Change, row: Labelled | None) -> None:
    """A row may also be as it was before: a power cut in the midst of applying leaves it so."""
    states = [None if left is None else left.label for left in (change.before, change.after)]
    if (None if row is None else row.label) not in states:
        raise NotAllowedNow(
            f"{change.file} was changed in labels.csv after that: put it right there, or leave it as it is"
        )


def says(changes: Sequence[Change]) -> str:
    """The changes in a few words.

    >>> old = Labelled(file="a.jpg", label="bear")
    >>> says([Change(place=0, before=old, after=None)])
    '1 to the trash'
    """
    gone = sum(change.after is None for change in changes)
    told = ([f"{gone} to the trash"] if gone else []) + (
        [f"{len(changes) - gone} relabelled"] if len(changes) > gone else []
    )
    return ", ".join(told) or "nothing"


def counts(hard: Iterable[Hard]) -> Mapping[str, Mapping[str, int]]:
    """How many pictures each label has in each part."""
    found: dict[str, dict[str, int]] = {}
    for one in hard:
        parts = found.setdefault(one.row.label, {})
        parts[one.found.part] = parts.get(one.found.part, 0) + 1
    return dict(sorted(found.items()))
