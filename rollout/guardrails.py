"""Guardrails: whether what was seen breaks what a rule promised. Values in, a judgement with numbers and words out.

A guardrail fails only on evidence: a count of a day that is over its limit, or a share whose exact interval (Clopper
and Pearson, 1934) lies wholly beyond it. What the numbers cannot say, holds. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf

from model.evaluation import interval
from rollout.evidence.precision import precision
from rollout.fast_answers import too_fast
from rollout.rules import UNLIKE

SLOW_SHARE = 0.1
"""Of ten visits one may take longer from the picture to the alert than the rule allows."""

TECHNICAL = ("stop_on_data_fault",)
"""What ends by itself with its fault; going back from the others needs two people."""


class Outcome(StrEnum):
    """What the numbers say of one guardrail."""

    PASSES = "passes"
    FAILS = "fails"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a rule's guardrails are judged on.

    told_today: visits that people were asked or warned of on the site's day. minutes: how long each answered visit
    waited for bear or not a bear; waiting: how long the others wait by now. bears, others, unsure: verdicts; apart:
    answers that came too fast to be looked at, and are none.
    seconds: from each visit's picture to its alert. usual: out-of-domain p of each visit. tests, tests_missed: known
    clips of the day. drift_alarm: None where there is no report yet. faults: of cameras and data, in words.
    canary: the verdicts and usual of a version that is being tried, apart from the rest; None: none is.
    """

    told_today: int = 0
    failed_today: int = 0
    minutes: Sequence[float] = ()
    waiting: Sequence[float] = ()
    bears: int = 0
    others: int = 0
    unsure: int = 0
    apart: int = 0
    seconds: Sequence[float] = ()
    usual: Sequence[float] = ()
    tests: int = 0
    tests_missed: int = 0
    drift_alarm: bool | None = None
    faults: Sequence[str] = ()
    canary: "Seen | None" = None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One guardrail's judgement. has: the number it rests on; low, high: its exact interval, where it is a share."""

    guardrail: str
    outcome: Outcome
    limit: float | bool
    says: str
    has: float | None = None
    of: int | None = None
    low: float | None = None
    high: float | None = None

    @property
    def technical(self) -> bool:
        """Whether it passes again by itself."""
        return self.guardrail in TECHNICAL


Judge = Callable[[str, float, Seen], Judged]
"""How one guardrail is judged: its name and limit, and what was seen."""


def judge(guardrails: Mapping[str, float | bool], seen: Seen) -> tuple[Judged, ...]:
    """Every guardrail that the rule has, in the order of JUDGES; one that is off is left out.

    >>> [told.outcome.value for told in judge({"max_alerts_per_day": 12}, Seen(told_today=13))]
    ['fails']
    >>> judge({"min_precision": 0.5}, Seen(bears=0, others=3))[0].outcome.value
    'cannot_tell'
    """
    return tuple(
        how(name, guardrails[name], seen)
        for name, how in JUDGES.items()
        if name in guardrails and guardrails[name] is not False
    )


def failing(judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """Those that fail."""
    return tuple(told for told in judged if told.outcome is Outcome.FAILS)


def _count(name: str, limit: float, count: int, what: str) -> Judged:
    outcome = Outcome.FAILS if count > limit else Outcome.PASSES
    return Judged(
        guardrail=name, outcome=outcome, limit=limit, has=count,
        says=f"{count} {what}, the rule allows {limit:g}",
    )  # fmt: skip


def _alerts(name: str, limit: float, seen: Seen) -> Judged:
    return _count(name, limit, seen.told_today, "visits of the day that people were asked or warned of")


def _deliveries(name: str, limit: float, seen: Seen) -> Judged:
    return _count(name, limit, seen.failed_today, "requests and warnings of the day that could not be delivered")


def _share(name: str, limit: float | bool, count: int, of: int, allowed: float, what: str) -> Judged:
    """A share that must not lie above what is allowed."""
    low, high = interval(count, of)
    if of == 0:
        outcome = Outcome.CANNOT_TELL
    else:
        outcome = Outcome.FAILS if low > allowed else Outcome.PASSES if high <= allowed else Outcome.CANNOT_TELL
    bounds = f" ({low:.0%} to {high:.0%}, {allowed:.0%} may be)" if of else ""
    return Judged(
        guardrail=name, outcome=outcome, limit=limit, has=count / of if of else None, of=of, low=low, high=high,
        says=f"{count} of {of} visits {what}{bounds}" if of else "no visit to judge by yet",
    )  # fmt: skip


def _minutes(name: str, limit: float, seen: Seen) -> Judged:
    """The median, by the sign test: it lies above the limit where more than half of the visits do.

    Whoever still waits counts once it has waited too long.
    """
    slow = sum(minutes > limit for minutes in (*seen.minutes, *seen.waiting))
    of = len(seen.minutes) + sum(minutes > limit for minutes in seen.waiting)
    told = _share(name, limit, slow, of, 0.5, f"waited longer than {limit:g} minutes for a verdict")
    waits = [inf for minutes in seen.waiting if minutes > limit]
    every = sorted((*seen.minutes, *waits))
    middle = every[len(every) // 2] if every else None
    median = "" if middle is None else f"; median {'no answer' if middle == inf else f'{middle:.1f} minutes'}"
    return Judged(**{**vars(told), "says": told.says + median})


def _seconds(name: str, limit: float, seen: Seen) -> Judged:
    slow = sum(seconds > limit for seconds in seen.seconds)
    what = f"took longer than {limit:g} seconds from the picture to the alert"
    return _share(name, limit, slow, len(seen.seconds), SLOW_SHARE, what)


def _unlike(name: str, limit: float, seen: Seen) -> Judged:
    unlike = sum(p < UNLIKE for p in seen.usual)
    return _share(name, limit, unlike, len(seen.usual), limit, "look unlike what the version was trained on")


def _precision(name: str, limit: float, seen: Seen) -> Judged:
    """It fails where even with every unsure one a bear the upper limit lies below, and passes the other way round."""
    least = precision(seen.bears, seen.others, seen.unsure)
    most = precision(seen.bears + seen.unsure, seen.others)
    low, high, of = least.exact[0], most.exact[1], least.reviewed
    if of == 0:
        outcome = Outcome.CANNOT_TELL
    else:
        outcome = Outcome.FAILS if high < limit else Outcome.PASSES if low >= limit else Outcome.CANNOT_TELL
    unsure = f", {seen.unsure} unsure" if seen.unsure else ""
    says = f"{seen.bears} of {of} reviewed visits were bears{unsure} ({low:.0%} to {high:.0%}, at least {limit:.0%})"
    apart = f"; {too_fast(seen.apart)}" if seen.apart else ""
    return Judged(
        guardrail=name, outcome=outcome, limit=limit, has=least.share, of=of, low=low, high=high,
        says=(says if of else "no visit was reviewed yet") + apart,
    )  # fmt: skip


def _tests(name: str, limit: float, seen: Seen) -> Judged:
    if not seen.tests:
        return Judged(guardrail=name, outcome=Outcome.CANNOT_TELL, limit=limit, says="no known clip was judged yet")
    return _count(name, limit, seen.tests_missed, f"of {seen.tests} known clips of the day were missed")


def _drift(name: str, limit: float, seen: Seen) -> Judged:
    if seen.drift_alarm is None:
        return Judged(guardrail=name, outcome=Outcome.CANNOT_TELL, limit=bool(limit), says="no drift report yet")
    says = "the drift report alarms" if seen.drift_alarm else "the drift report does not alarm"
    outcome = Outcome.FAILS if seen.drift_alarm else Outcome.PASSES
    return Judged(guardrail=name, outcome=outcome, limit=bool(limit), says=says)


def _faults(name: str, limit: float, seen: Seen) -> Judged:
    outcome = Outcome.FAILS if seen.faults else Outcome.PASSES
    says = "; ".join(seen.faults) or "no fault of cameras or data is open"
    return Judged(guardrail=name, outcome=outcome, limit=bool(limit), says=says, has=len(seen.faults))


def _canary_too(how: Judge) -> Judge:
    """A canary that fails by its own visits fails the guardrail, however good those of the other cameras are."""

    def judged(name: str, limit: float, seen: Seen) -> Judged:
        own = how(name, limit, seen.canary) if seen.canary is not None else None
        if own is not None and own.outcome is Outcome.FAILS:
            return replace(own, says=f"by the canary alone {own.says}")
        return how(name, limit, seen)

    return judged


JUDGES: Mapping[str, Judge] = {
    "max_alerts_per_day": _alerts,
    "max_median_minutes_to_verdict": _minutes,
    "min_precision": _canary_too(_precision),
    "max_seconds_event_to_alert": _seconds,
    "max_out_of_domain_share": _canary_too(_unlike),
    "max_failed_deliveries_per_day": _deliveries,
    "max_seeded_tests_missed_per_day": _tests,
    "stop_on_drift_alarm": _drift,
    "stop_on_data_fault": _faults,
}
"""How each guardrail of a rule is judged."""
