"""Park verdicts: one line for each site's weekly report, what needs a person first, false discovery held. Pure.

The evidence of a site that something changed is the mean of its two alarms' e-values (fell, rose): itself an e-value.
e-BH over these calls sites so that of those called at most 5% are called wrongly, however the sites depend on each
other. It asks for more than one site's own alarm does, since among many sites one looks strange by chance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rollout.evidence import false_discovery
from rollout.verdicts import ALARMS, Drift

SHARE = 0.05
HOLDS = (
    "Among many sites one looks strange by chance. So the park is judged as a whole (e-BH): of the sites called "
    "changed here, at most 5 in 100 are called wrongly on average, however the sites depend on each other. A site's "
    "own alarm stands all the same."
)
"""What e-BH holds, in words."""

FIRST = (
    Drift.ALARM_DOWN, Drift.ALARM_UP, Drift.DATA_FAULT, Drift.MANUAL_WATCH_MISSING, Drift.WATCH,
    Drift.NOT_ENOUGH_DATA, Drift.AGREEING_SO_FAR, Drift.CONSISTENT,
)  # fmt: skip
"""Missed bears before false alarms, what can be mended before what can only be awaited."""


@dataclass(frozen=True, kw_only=True)
class SiteVerdict:
    """A site's report of the week. log_down, log_up: ln of its alarms' e-values; waiting: alarms nobody took."""

    site: str
    verdict: Drift
    log_down: float = 0.0
    log_up: float = 0.0
    waiting: int = 0

    @property
    def log_change(self) -> float:
        """ln of the e-value that something changed, either way.

        >>> one = SiteVerdict(site="a", verdict=Drift.WATCH, log_down=math.log(3), log_up=math.log(39))
        >>> round(math.exp(one.log_change), 6)
        21.0
        """
        top = max(self.log_down, self.log_up)
        return top + math.log((math.exp(self.log_down - top) + math.exp(self.log_up - top)) / 2)


@dataclass(frozen=True, kw_only=True)
class ParkVerdict:
    """The sites, what needs a person first; those that are called changed; log_together: that any of them did."""

    sites: tuple[SiteVerdict, ...]
    called: frozenset[str]
    log_together: float
    says: str


def judge(sites: Sequence[SiteVerdict]) -> ParkVerdict:
    """One week of a park.

    >>> down = SiteVerdict(site="b", verdict=Drift.ALARM_DOWN, log_down=6.0, waiting=1)
    >>> judge([SiteVerdict(site="a", verdict=Drift.CONSISTENT), down]).called
    frozenset({'b'})
    """
    evidence = [one.log_change for one in sites]
    called = frozenset(sites[place].site for place in false_discovery.called(evidence, alpha=SHARE))
    return ParkVerdict(
        sites=tuple(sorted(sites, key=lambda one: _order(one, called))), called=called,
        log_together=false_discovery.together(evidence), says=_says(len(sites), called, sites),
    )  # fmt: skip


def _order(one: SiteVerdict, called: frozenset[str]) -> tuple[bool, bool, int, float, str]:
    """Alarms that nobody took, then what is called over the park, then by verdict and evidence."""
    return not one.waiting, one.site not in called, FIRST.index(one.verdict), -one.log_change, one.site


def _says(many: int, called: frozenset[str], sites: Sequence[SiteVerdict]) -> str:
    if not many:
        return "No site has a report for this week."
    alone = sum(1 for one in sites if one.verdict in ALARMS and one.site not in called)
    counted = "1 site" if many == 1 else f"{many} sites"
    if not called:
        found = f"Of {counted} with a report none is called changed."
    else:
        found = f"Of {counted} with a report {len(called)} {'is' if len(called) == 1 else 'are'} called changed."
    has = "has an alarm of its own" if alone == 1 else "have an alarm of their own"
    more = f" {alone} more {has} that is not enough for the park as a whole; its cause is asked for all the same."
    more = more if alone else ""
    return f"{found}{more}"
