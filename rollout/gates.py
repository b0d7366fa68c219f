"""Gates: whether the evidence lets a trial go live: each item with what it has and needs. Pure.

Decisions use e-values and exact limits. Workload, coverage and faults are items of the exit checklist beside these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import ceil
from typing import Any

from model.evaluation import interval
from rollout.evidence import observers, precision
from rollout.evidence import weeks as of_weeks
from rollout.evidence.eprocess import ALARM
from rollout.evidence.observers import Pairs
from rollout.evidence.process import Null, Process
from rollout.evidence.weeks import Week
from rollout.verdicts import Drift, Judged


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What a park asks of a site before its next step; the defaults of [park.exit].

    alerts_a_day: of [objective]. lowered: by key, who asks less than usual, in words. pool: sites that are alike:
    their evidence against a halving is counted together.
    """

    shadow_days: float = 14
    coverage: float = 0.9
    trial_reviewed: float = 30
    minutes_to_verdict: float = 10
    alerts_a_day: float = 12
    min_encounters: int = 20
    min_both: int = 7
    min_matched_hours: float = 40.0
    recall_lower: float = 0.5
    precision_lower: float = 0.5
    lowered: Mapping[str, str] = field(default_factory=dict)
    pool: tuple[tuple[str, ...], ...] = ()

    def like(self, site: str) -> tuple[str, ...]:
        """The sites that it is pooled with."""
        return tuple(one for group in self.pool if site in group for one in group if one != site)

    @property
    def window_days(self) -> int:
        """So many days back the checklist looks at coverage and faults."""
        return max(1, ceil(self.shadow_days))


KEYS = tuple(one.name for one in fields(Needs) if one.name not in ("alerts_a_day", "lowered", "pool"))
"""The keys of [park.exit] that are numbers."""

MANUAL: Mapping[str, tuple[str, ...]] = {
    "min_encounters": ("encounters",),
    "min_both": ("seen by both",),
    "min_matched_hours": ("matched hours",),
    "recall_lower": ("recall, lower limit at phi = 2", "not halved, ln E"),
}
"""By key of [park.exit]: the items that only a blind manual watch beside the model can fill."""


def needs_of(asked: Mapping[str, Any], *, alerts_a_day: float, by: Mapping[str, str]) -> Needs:
    """What a park asks. asked: where it departs from the defaults; by: who last set a key.

    >>> needs_of({"shadow_days": 3}, alerts_a_day=12, by={"shadow_days": "ann on 2026-11-20"}).lowered
    {'shadow_days': 'usually 14; by ann on 2026-11-20'}
    """
    usual, own = Needs(), {key: float(asked[key]) for key in KEYS if key in asked}
    lowered = {
        key: f"usually {getattr(usual, key):g}; by {by.get(key, 'somebody before this was written down')}"
        for key, value in own.items()
        if (value > getattr(usual, key) if key in LOOSER_ABOVE else value < getattr(usual, key))
    }
    pool = tuple(tuple(group) for group in asked.get("pool", ()))
    if pool:
        lowered["pool"] = by.get("pool", "somebody before this was written down")
    return Needs(**own, alerts_a_day=alerts_a_day, lowered=lowered, pool=pool)  # type: ignore[arg-type]


LOOSER_ABOVE = ("minutes_to_verdict",)
"""Keys that ask less where they are higher."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of the gate."""

    what: str
    has: float
    needs: float
    met: bool


def live(
    weeks: Sequence[Week], judged: Judged, *, confirmed: int, rejected: int, needs: Needs | None = None,
    unsure: int = 0, likes: Sequence[Sequence[Week]] = (),
) -> list[Item]:  # fmt: skip
    """The items of trial to live for one stratum. weeks: detections, since the trial began, over identical renewals.
    likes: the same of sites that it is pooled with; the least numbers are of its own.

    confirmed, rejected, unsure: answers of reviews; unsure ones count against.
    """
    needs = needs or Needs()
    pairs = of_weeks.pairs(weeks)
    seen = sum(week.encounters for week in of_weeks.used(weeks))
    hours = sum(week.matched_hours for week in weeks)
    sure = precision.precision(confirmed, rejected, unsure).exact[0]
    alarmed = judged.verdict in (Drift.ALARM_DOWN, Drift.ALARM_UP, Drift.DATA_FAULT)
    both = pairs.both if pairs else 0
    return [
        Item(what="encounters", has=seen, needs=needs.min_encounters, met=seen >= needs.min_encounters),
        Item(what="seen by both", has=both, needs=needs.min_both, met=pairs is None or both >= needs.min_both),
        Item(what="matched hours", has=hours, needs=needs.min_matched_hours, met=hours >= needs.min_matched_hours),
        not_halved(weeks, pairs, needs, likes=likes),
        Item(what="precision, exact lower limit", has=sure, needs=needs.precision_lower,
             met=sure >= needs.precision_lower),
        Item(what="no open alarm or fault", has=float(not alarmed), needs=1.0, met=not alarmed),
    ]  # fmt: skip


def not_halved(
    weeks: Sequence[Week], pairs: Pairs | None, needs: Needs, *, factor: float = 1.0,
    likes: Sequence[Sequence[Week]] = (),
) -> Item:  # fmt: skip
    """E(theta <= 1/2) of 20 or more, or a recall whose lower limit holds even if both tend to see the same bears.

    The limit is the exact one among what people saw, shrunk as far as phi = 2 shrinks the recall of independence.
    factor: as if there were so many times the encounters. likes: weeks of like sites, whose evidence is multiplied
    with its own: a stratified product over sites.
    """
    evidence = sum(Process(one).stretched(factor).log_e(Null.AT_MOST, 0.5) for one in (weeks, *likes))
    if evidence >= ALARM or pairs is None:
        return Item(what="not halved, ln E", has=evidence, needs=ALARM, met=evidence >= ALARM)
    lower = recall_lower(pairs.times(factor))
    if lower >= needs.recall_lower:
        return Item(what="recall, lower limit at phi = 2", has=lower, needs=needs.recall_lower, met=True)
    return Item(what="not halved, ln E", has=evidence, needs=ALARM, met=False)


def recall_lower(pairs: Pairs) -> float:
    """Exact lower limit of the model's recall, read off the row of phi = 2.

    >>> round(recall_lower(Pairs(both=18, model_only=9, manual_only=6)), 3)
    0.492
    """
    rows = observers.dependence(pairs, phis=(1.0, 2.0))
    if not rows:
        return 0.0
    lower = interval(pairs.both, pairs.manual)[0]
    return lower * rows[1].recall_model / rows[0].recall_model
