"""Facts of an exit checklist: what is stored, and an item of the list as a value. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

from rollout.evidence.reference import Reference
from rollout.evidence.weeks import Week
from rollout.fast_answers import too_fast
from rollout.scope_hours import Hours
from store.vocabulary import WatchPlace

NOBODY_CAN_TELL = "no evidence yet"

FAR = 365 * 3
"""Days: what is further away than this has no date."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line. met None: nobody can tell. by: when it would hold at this pace. lowered: who asks less than usual."""

    what: str
    has: str
    needs: str
    met: bool | None
    by: date | None = None
    lowered: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What people answered. since: the first day that counts; raised: visits they should answer.

    minutes: of each visit from its alert to a verdict, infinite where nobody gave one in time. unseen: an alert of
    each visit that nobody has looked at, oldest first. apart: answers too fast to be looked at, which count as none.
    """

    since: date | None = None
    raised: int = 0
    reviewed: int = 0
    bears: int = 0
    others: int = 0
    unsure: int = 0
    minutes: tuple[float, ...] = ()
    unseen: tuple[int, ...] = ()
    apart: int = 0

    @property
    def beside(self) -> str:
        """What is said beside its numbers."""
        return f"; {too_fast(self.apart)}" if self.apart else ""


@dataclass(frozen=True, kw_only=True)
class Drifted:
    """What the drift reports of the site say. week: of the last one, None before the first; fault: its data fault.

    down, up: open alarms in words. accepted: the ratio of an open alarm up was accepted by two people since.
    """

    week: str | None = None
    fault: str | None = None
    down: tuple[str, ...] = ()
    up: tuple[str, ...] = ()
    accepted: bool = False


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What one kind of observers saw beside the model in one stratum, week by week, and their pace of late."""

    weeks: Sequence[Week]
    hours_a_week: float


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is stored, for one site, version and scope, on one day of the site.

    shadow_days: whole days in which the version scored. hours: by stratum and day, over the days the checklist looks
    at. faults: open ones, in words. alerts_a_day: of the rule on stored detections, None where nobody asked.
    would_have: answers on alerts that would have been, in the same days; tried: on those of the trial and its
    identical renewals. watched: weeks of a blind manual watch by stratum since a day, over these too, judged against
    the reference. beside: the same of each kind of observers, by stratum of the scope and place. pooled: by stratum
    and site, of sites that it is pooled with, where the same version calls the same bears.
    """

    today: date
    shadow_days: int = 0
    hours: Mapping[str, Mapping[date, Hours]] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    alerts_a_day: float | None = None
    worst_day: int = 0
    would_have: Answers = field(default_factory=Answers)
    tried: Answers = field(default_factory=Answers)
    watched: Mapping[str, Sequence[Week]] = field(default_factory=dict)
    watched_since: date | None = None
    pooled: Mapping[str, Mapping[str, Beside]] = field(default_factory=dict)
    beside: Mapping[str, Mapping[WatchPlace, Beside]] = field(default_factory=dict)
    reference: Reference = field(default_factory=Reference)
    drift: Drifted = field(default_factory=Drifted)


def at_pace(facts: Facts, since: date | None, done: float, left: float | None) -> date | None:
    """When the rest is there, if it goes on as it did since a day."""
    if left is None or left <= 0 or not done or since is None:
        return None
    days = max(1, (facts.today - since).days + 1)
    return in_days(facts, ceil(left * days / done))


def in_days(facts: Facts, days: float) -> date | None:
    return None if days > FAR else facts.today + timedelta(days=int(days))
