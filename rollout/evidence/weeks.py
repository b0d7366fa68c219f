"""Weeks: what a comparison is made of, one value a week of matched site-hours. Sums alone, no statistic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rollout.evidence.observers import Pairs
from rollout.evidence.rates import Rates
from rollout.evidence.strata import Strata


@dataclass(frozen=True, kw_only=True)
class Week:
    """Encounters that each side saw, the hours in which it was exposed to them, and their matching where there is
    one.

    pairs None: nobody matched the two sides in this week.
    """

    name: str
    model: int
    model_hours: float
    manual: int
    manual_hours: float
    pairs: Pairs | None = None

    @property
    def matched_hours(self) -> float:
        """Hours in which both could have seen a bear, at most."""
        return min(self.model_hours, self.manual_hours)

    @property
    def encounters(self) -> int:
        """Real events: matched ones count once; without matching, what both sides counted."""
        return self.pairs.seen if self.pairs else self.model + self.manual


def used(weeks: Sequence[Week]) -> list[Week]:
    """Those in which both sides had hours; the others say nothing of a ratio.

    >>> used([Week(name="1", model=0, model_hours=168, manual=4, manual_hours=0)])
    []
    """
    return [week for week in weeks if week.matched_hours > 0]


def rates(weeks: Sequence[Week]) -> Rates:
    """The sums of the weeks in which both sides had hours.

    >>> week = Week(name="1", model=3, model_hours=168, manual=4, manual_hours=40)
    >>> told = rates([week, week])
    >>> told.model, told.manual_hours
    (6, 80)
    """
    told = used(weeks)
    return Rates(
        model=sum(week.model for week in told), model_hours=sum(week.model_hours for week in told),
        manual=sum(week.manual for week in told), manual_hours=sum(week.manual_hours for week in told),
    )  # fmt: skip


def pairs(weeks: Sequence[Week]) -> Pairs | None:
    """The sums of the matched encounters; None unless every week with hours on both sides is matched.

    >>> pairs([Week(name="1", model=3, model_hours=168, manual=4, manual_hours=40)]) is None
    True
    """
    told = [week.pairs for week in used(weeks)]
    if not told or any(one is None for one in told):
        return None
    found = [one for one in told if one is not None]
    return Pairs(
        both=sum(one.both for one in found), model_only=sum(one.model_only for one in found),
        manual_only=sum(one.manual_only for one in found),
    )  # fmt: skip


def strata(weeks: Sequence[Week]) -> Strata:
    """The weeks in which both sides had hours, as arrays.

    >>> strata([Week(name="1", model=3, model_hours=168, manual=4, manual_hours=40)]).manual.tolist()
    [4.0]
    """
    rows = [(week.model, week.model_hours, week.manual, week.manual_hours) for week in used(weeks)]
    table = np.asarray(rows, float).reshape(-1, 4).T
    return Strata(model=table[0], model_hours=table[1], manual=table[2], manual_hours=table[3])
