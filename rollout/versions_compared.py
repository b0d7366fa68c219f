"""Two versions on the same frames of a site, compared by visit. Pure.

A visit is what either version called a bear: frames of one camera group less than the gap apart. What neither called
one is not told, so shares are of what either found; where people have answered, their answers are the truth: those to
its alerts, and where there is none those on the page Label.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any, Literal

from model import comparison
from model.comparison import Pair, Table
from rollout.evidence import paired, two_versions
from rollout.visits import VISIT_GAP
from store.vocabulary import Verdict

Said = Literal["both", "old", "new"]
OLD: Said = "old"
NEW: Said = "new"
BOTH: Said = "both"


@dataclass(frozen=True, kw_only=True)
class Look:
    """One frame that both versions looked at. old, new: whether each called it a bear. answered: by people.

    labelled: what this one picture shows, as labelled_by said on the page Label.
    """

    frame: int
    camera: str
    group: str
    at: datetime
    p_old: float
    p_new: float
    old: bool
    new: bool
    night: bool
    old_s: float
    new_s: float
    answered: Verdict | None = None
    labelled: Verdict | None = None
    labelled_by: str | None = None


@dataclass(kw_only=True)
class Visit:
    """What either version called a bear. best: the frame that the more sure one of them was surest of."""

    group: str
    camera: str
    started_at: datetime
    last_at: datetime
    looks: list[Look] = field(default_factory=list)

    @property
    def said(self) -> Said:
        """Who called it a bear: both, old or new."""
        old, new = any(look.old for look in self.looks), any(look.new for look in self.looks)
        return BOTH if old and new else OLD if old else NEW

    @property
    def verdict(self) -> Verdict | None:
        """What people answered; a bear in any of its live visits, or in any labelled picture, makes it one.

        One picture without a bear says nothing of the others, unless it is the one that was surest.
        """
        given = {look.answered for look in self.looks} - {None}
        if given:
            return Verdict.BEAR if Verdict.BEAR in given else next(iter(given))
        if any(look.labelled is Verdict.BEAR for look in self.looks):
            return Verdict.BEAR
        return self.best.labelled

    @property
    def labelled_by(self) -> list[str]:
        """Whose labels are its verdict; empty where it was reviewed, or nobody said anything."""
        if self.verdict is None or any(look.answered for look in self.looks):
            return []
        return sorted({look.labelled_by for look in self.looks if look.labelled is self.verdict and look.labelled_by})

    @property
    def best(self) -> Look:
        """The frame to be shown."""
        return max(self.looks, key=lambda look: max(look.p_old, look.p_new))


NO_BEAR = frozenset({"empty", "other_animal", "person", "vehicle", "not_bear"})


def shows(label: str) -> Verdict | None:
    """Whether a label is that of a bear; None: another animal or a species, of which this cannot be told.

    >>> shows("bear"), shows("black_bear"), shows("empty"), shows("marmot")
    (<Verdict.BEAR: 'bear'>, <Verdict.BEAR: 'bear'>, <Verdict.NOT_BEAR: 'not_bear'>, None)
    """
    if label in NO_BEAR:
        return Verdict.NOT_BEAR
    return Verdict.BEAR if label == "bear" or label.endswith("_bear") else None


def visits(looks: Iterable[Look]) -> list[Visit]:
    """The visits of both versions together, oldest first."""
    found: list[Visit] = []
    open_: dict[str, Visit] = {}
    for look in sorted(looks, key=lambda one: (one.at, one.frame)):
        if not (look.old or look.new):
            continue
        visit = open_.get(look.group)
        if visit is None or look.at - visit.last_at >= VISIT_GAP:
            visit = Visit(group=look.group, camera=look.camera, started_at=look.at, last_at=look.at)
            open_[look.group] = visit
            found.append(visit)
        visit.looks.append(look)
        visit.last_at = look.at
    return found


def compared(looks: Sequence[Look]) -> dict[str, Any]:
    """The numbers of `model compare-live`."""
    told = visits(looks)
    frames = [(sum(x.new and not x.old for x in v.looks), sum(x.old and not x.new for x in v.looks)) for v in told]
    clustered = two_versions.by_visit(frames)
    return {
        "frames": len(looks), "visits": len(told), **_measured(told),
        "by_frame": None if clustered is None else {
            "only_old": sum(old for _, old in frames), "only_new": sum(new for new, _ in frames),
            "p_sign_flip": clustered.sign_flip_p,
        },
        "log_e": _evidence(told),
        "reviewed": {
            "bear": _measured([visit for visit in told if visit.verdict is Verdict.BEAR]),
            "not_bear": _measured([visit for visit in told if visit.verdict is Verdict.NOT_BEAR]),
            "not_reviewed": sum(visit.verdict is None for visit in told),
            "by_label": sum(bool(visit.labelled_by) for visit in told),
        },
        "slices": {name: _measured(part) for name, part in _slices(told).items()},
        "cost": {"old_ms": _cost([look.old_s for look in looks]), "new_ms": _cost([look.new_s for look in looks])},
        "methods": METHODS,
    }  # fmt: skip


METHODS = {
    "unit": "visit: frames of one camera group that either version calls a bear, less than 30 minutes apart",
    "test": "McNemar's exact test over the visits on which the two disagree (mid-P beside it)",
    "interval": "Newcombe 1998, method 10, for the difference of paired shares of what either found, 95%",
    "by_frame": "exact sign flip over visits of the difference of frames that only one of them found",
    "log_e": "paired e-process: evidence, valid at any look, against the new one finding at most half, or double",
}


def _measured(told: Sequence[Visit]) -> dict[str, Any]:
    pairs = [Pair(visit="", bear=True, a=v.said != NEW, b=v.said != OLD) for v in told]
    table: Table = comparison.table(pairs, bear=True)
    exact, middle = comparison.mcnemar(table)
    found = comparison.difference(table)
    return {
        "both": table.both, "only_old": table.only_a, "only_new": table.only_b,
        "difference": found[0] if found else None, "difference_interval": list(found[1]) if found else None,
        "p": exact if told else None, "p_mid": middle if told else None,
    }  # fmt: skip


def _evidence(told: Sequence[Visit]) -> dict[str, float]:
    """ln E that the new version finds at most half, or at least double, of what the old one finds."""
    both, new, old = (sum(visit.said == who for visit in told) for who in (BOTH, NEW, OLD))
    return {
        "H0_new_le_half": float(paired.at_most(both, new, old, 0.5)),
        "H0_new_ge_double": float(paired.at_least(both, new, old, 2)),
    }


def _slices(told: Sequence[Visit]) -> Mapping[str, list[Visit]]:
    found: dict[str, list[Visit]] = defaultdict(list)
    for visit in told:
        night = sum(look.night for look in visit.looks) * 2 > len(visit.looks)
        found["night" if night else "day"].append(visit)
        found[f"camera:{visit.camera}"].append(visit)
    return dict(sorted(found.items()))


def _cost(seconds: Sequence[float]) -> float | None:
    return round(1000 * median(seconds), 1) if seconds else None
