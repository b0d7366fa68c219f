"""Reference: the ratio of model to people that two people accepted, frozen with its exact 90% interval.

A model that finds twice what tired people find is not wrong. Once its extra finds are confirmed on pictures, that
ratio is what later weeks are compared with; evidence for an alarm is measured against the interval's ends. The
interval is Clopper and Pearson's (1934), carried over to the ratio; a ratio has no unit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rollout.evidence import weeks as of_weeks
from rollout.evidence.rates import exact
from rollout.evidence.weeks import Week

LEVEL = 0.90
FEWEST = 20
"""Encounters that a reference must rest on."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """ratio, and low and high of its interval; all 1 until a site leaves shadow."""

    ratio: float = 1.0
    low: float = 1.0
    high: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """The reference that the weeks give, or None and why not."""

    reference: Reference | None
    says: str


def propose(weeks: Sequence[Week]) -> Proposed:
    """What two people may accept once they have seen the pictures. Weeks after it are a new segment of evidence.

    >>> week = Week(name="1", model=45, model_hours=168, manual=20, manual_hours=168)
    >>> told = propose([week]).reference
    >>> told.ratio, round(told.low, 2), round(told.high, 2)
    (2.25, 1.41, 3.67)
    """
    told = of_weeks.rates(weeks)
    seen = sum(week.encounters for week in of_weeks.used(weeks))
    low, high = exact(told, level=LEVEL)
    if seen < FEWEST:
        return Proposed(reference=None, says=f"{seen} encounters, {FEWEST} are needed before a ratio is accepted")
    if told.ratio is None or low == 0 or math.isinf(high):
        return Proposed(reference=None, says="one side saw nothing: there is no ratio to accept")
    says = f"ratio {told.ratio:.2f} (exact 90% interval {low:.2f} to {high:.2f}) from {seen} encounters"
    return Proposed(reference=Reference(ratio=told.ratio, low=low, high=high), says=says)
