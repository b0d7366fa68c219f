"""Planner: when the evidence will suffice at the present pace, and what would make it sooner. Pure.

The weeks so far are taken as the pace and laid on again and again until both a doubling and a halving are refuted.
It is an expectation, no promise: half of all sites take longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rollout import gates
from rollout.evidence import weeks as of_weeks
from rollout.evidence.eprocess import ALARM
from rollout.evidence.observers import Pairs
from rollout.evidence.process import Null, Process
from rollout.evidence.weeks import Week
from rollout.gates import Needs
from rollout.verdicts import Drift, Judged, Terms

AHEAD = (*range(1, 13), *range(14, 27, 2), *range(30, 105, 4))
"""Weeks ahead that are tried: each of the next quarter, then coarser up to two years."""


@dataclass(frozen=True, kw_only=True)
class Lever:
    """Something that a park can do, and in how many weeks from now the evidence would suffice then."""

    name: str
    says: str
    weeks: int | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """weeks: until consistent at the present pace, 0 where it is; None where the pace never suffices, since
    only the last weeks count."""

    weeks: int | None
    levers: tuple[Lever, ...]
    says: str


def plan(weeks: Sequence[Week], judged: Judged, terms: Terms) -> Plan:
    """What would change the verdict."""
    evidence = [week for week in of_weeks.used(weeks[-terms.evidence_weeks :]) if week.encounters]
    wait = 0 if judged.verdict is Drift.CONSISTENT else _weeks(weeks, terms, 1.0)
    levers = _levers(weeks, terms) if evidence and wait != 0 else ()
    return Plan(weeks=wait, levers=levers, says=_says(judged, of_weeks.rates(evidence).ratio, wait, levers))


def not_halved_in(
    weeks: Sequence[Week], needs: Needs, *, likes: Sequence[Sequence[Week]] = ()
) -> int | None:  # fmt: skip
    """In how many weeks at this pace a halving would be refuted, or recall sure enough; None: not in two years.

    weeks: all since the first one that counts, those without a watch too. likes: of sites that it is pooled with.
    """
    pairs = of_weeks.pairs(weeks)
    if not sum(week.encounters for week in of_weeks.used(weeks)):
        return None
    return next(
        (
            more for more in AHEAD
            if gates.not_halved(weeks, pairs, needs, factor=(len(weeks) + more) / len(weeks), likes=likes).met
        ),
        None,
    )  # fmt: skip


def _levers(weeks: Sequence[Week], terms: Terms) -> tuple[Lever, ...]:
    found = [
        Lever(
            name="watch_hours", weeks=_weeks(weeks, terms, 2.0),
            says="twice the blind watch hours, in the field or as desk watch over recorded hours",
        ),
        Lever(
            name="pooling", weeks=_weeks(weeks, terms, 2.0),
            says="pooling with one like site (same cameras, same pace), if the park says so beforehand",
        ),
    ]  # fmt: skip
    if of_weeks.pairs(weeks) is None:
        says = "matching both sides encounter by encounter, if six in ten are seen by both"
        found.append(Lever(name="matching", weeks=_weeks([_matched(week) for week in weeks], terms, 1.0), says=says))
    return tuple(found)


def _matched(week: Week) -> Week:
    both = round(0.6 * min(week.model, week.manual))
    return replace(week, pairs=Pairs(both=both, model_only=week.model - both, manual_only=week.manual - both))


def _weeks(weeks: Sequence[Week], terms: Terms, pace: float) -> int | None:
    """How many more weeks at so many times the pace until consistent; older weeks fall out of the evidence
    meanwhile.
    """
    told = of_weeks.used(weeks[-terms.evidence_weeks :])
    if not told or not sum(week.encounters for week in told):
        return None
    process, ratio = Process(told, form=terms.form, clustered=terms.clustered), terms.reference.ratio
    for more in range(terms.evidence_weeks + 1):
        kept = min(len(told), terms.evidence_weeks - more)
        later = process.stretched((kept + more * pace) / len(told))
        if min(later.log_e(Null.AT_LEAST, 2 * ratio), later.log_e(Null.AT_MOST, ratio / 2)) >= ALARM:
            return more
    return None


def _says(judged: Judged, ratio: float | None, wait: int | None, levers: Sequence[Lever]) -> str:
    """ratio: of the evidence weeks."""
    if judged.verdict is Drift.CONSISTENT and judged.outside:
        return OUTSIDE
    return NEXT[judged.verdict].format(pace=_pace(judged, ratio, wait, levers))


def _pace(judged: Judged, ratio: float | None, wait: int | None, levers: Sequence[Lever]) -> str:
    usual = judged.evidence.terms.reference.ratio
    if ratio is None:
        return "nobody has seen one yet, so nobody can say when they suffice"
    if wait is None and not usual / 2 < ratio < usual * 2:
        if judged.verdict is Drift.NOT_ENOUGH_DATA:
            return "too few so far to say at what pace"
        return (
            "while the ratio stays at half or twice the reference, or beyond, it can become an alarm (at evidence of "
            "20), never consistent"
        )
    if wait is None:
        said = (
            "at the present pace and ratio it never suffices, since only the last "
            f"{judged.evidence.terms.evidence_weeks} weeks count"
        )
    else:
        said = f"at the present pace both a doubling and a halving would be refuted in about {_weeks_say(wait)}"
    faster = sorted((one for one in levers if one.weeks is not None), key=lambda one: one.weeks or 0)
    if faster and (wait is None or (faster[0].weeks or 0) < wait):
        said += f"; in about {_weeks_say(faster[0].weeks or 0)} with {faster[0].says}"
    return said


def _weeks_say(many: int) -> str:
    return "1 week" if many == 1 else f"{many} weeks"


OUTSIDE = (
    "look at what was seen in the last weeks, and keep watching blind: it is an alarm as soon as the evidence of a "
    "change reaches 20"
)
"""Where older weeks still make it consistent and the last ones lie outside."""


NEXT = {
    Drift.DATA_FAULT: "mend the fault first: only hours in which the model was up count",
    Drift.MANUAL_WATCH_MISSING: "watch blind, in the field or at a desk over recorded hours: only these hours count",
    Drift.ALARM_DOWN: "look for a fault, play a known clip through each camera, acknowledge with the cause by name",
    Drift.ALARM_UP: "review the visits that only the model saw: if they are bears two people may accept the ratio, "
    "if not acknowledge with the cause by name",
    Drift.CONSISTENT: "nothing now; an alarm would need a ratio of half or twice the reference and evidence of 20",
    Drift.NOT_ENOUGH_DATA: "more encounters in matched hours; {pace}",
    Drift.WATCH: "more weeks decide; {pace}",
    Drift.AGREEING_SO_FAR: "more weeks decide; {pace}",
}
