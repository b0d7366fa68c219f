"""Characteristics: how the very code of the verdicts does on simulated sites, and the plain rule beside it. Pure."""

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rollout import gates, simulation
from rollout.evidence import reference
from rollout.evidence.reference import Reference
from rollout.evidence.weeks import Week
from rollout.simulation import Truth
from rollout.verdicts import ALARMS, Drift, Judged, Terms, judge

WEEKS_A_YEAR = 52


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one simulated site went through: weeks count from 1, None: never.

    false_alarm: the first alarm before any change, detected: the first after it; plain_false, plain_detected: the
    same of the rule "this week's count is at least twice or at most half". consistent: the first week of that
    verdict; consistent_wrongly, widened_wrongly: that verdict, or the evidence for going live, first met while the
    model was at half or less, or at double or more.
    """

    weeks: int
    change: int | None
    false_alarm: int | None
    detected: int | None
    plain_false: int
    plain_detected: int | None
    consistent: int | None
    consistent_wrongly: bool
    widened_wrongly: bool
    verdicts: Counter[Drift]
    last: Drift


def run(truth: Truth, many: int, terms: Terms, *, random: np.random.Generator, accept_week: int | None = None) -> Run:
    """One site, judged each week. accept_week: the ratio so far is accepted then, and the evidence begins anew."""
    drawn = simulation.weeks(truth, many, random)
    judged = _judged(drawn, terms, accept_week)
    change = truth.change_week if truth.ratio != 1 else None
    alarms = [week for week, told in judged if told.verdict in ALARMS and week > (accept_week or 0)]
    plain = [week for week, one in enumerate(drawn, 1) if plain_alarm(one)]
    opened = next((week for week, told in judged if _widens(drawn, told, week, accept_week)), None)
    good = next((week for week, told in judged if told.verdict is Drift.CONSISTENT), None)
    off = [week for week, _ in judged if change and week >= change and _off(truth, week)]
    late = [week for week, told in judged if told.verdict is Drift.CONSISTENT and week in off]
    return Run(
        weeks=many, change=change, false_alarm=next((w for w in alarms if _before(w, change)), None),
        detected=next((w for w in alarms if not _before(w, change)), None),
        plain_false=sum(_before(w, change) for w in plain),
        plain_detected=next((w for w in plain if not _before(w, change)), None), consistent=good,
        consistent_wrongly=bool(late) and good in off, widened_wrongly=opened in off,
        verdicts=Counter(told.verdict for _, told in judged), last=judged[-1][1].verdict,
    )  # fmt: skip


def plain_alarm(week: Week) -> bool:
    """The plain rule: this week's model count is at least twice or at most half the people's, and not both nought."""
    if week.model == week.manual:
        return False
    return week.model >= 2 * week.manual or 2 * week.model <= week.manual


def summary(runs: Sequence[Run]) -> dict[str, Any]:
    """The figures over all sites. Delays in weeks from the change; null where nothing changed or none was found."""
    changed = [one for one in runs if one.change is not None]
    years = sum((one.change - 1 if one.change else one.weeks) for one in runs) / WEEKS_A_YEAR
    delays = sorted(one.detected - one.change + 1 for one in changed if one.detected and one.change)
    plain = sorted(one.plain_detected - one.change + 1 for one in changed if one.plain_detected and one.change)
    firsts = [one.consistent for one in runs if one.consistent]
    weeks = sum(one.weeks for one in runs)
    seen = sum((one.verdicts for one in runs), Counter[Drift]())
    return {
        "false_alarms_per_site_year": _rate(sum(one.false_alarm is not None for one in runs), years),
        "detected": _share(len(delays), len(changed)), "median_weeks_to_alarm": _median(delays),
        "p90_weeks_to_alarm": _reached(delays, len(changed), 0.9),
        "widened_wrongly": sum(one.widened_wrongly for one in runs) / len(runs),
        "consistent_wrongly": sum(one.consistent_wrongly for one in runs) / len(runs),
        "ever_consistent": len(firsts) / len(runs), "median_week_consistent": _median(firsts),
        "verdicts": {verdict.value: seen[verdict] / weeks for verdict in Drift},
        "last_verdicts": {verdict.value: sum(one.last is verdict for one in runs) for verdict in Drift},
        "plain_rule": {
            "false_alarms_per_site_year": _rate(sum(one.plain_false for one in runs), years),
            "sites_alarmed_falsely": sum(one.plain_false > 0 for one in runs) / len(runs),
            "detected": _share(len(plain), len(changed)), "median_weeks_to_alarm": _median(plain),
        },
    }  # fmt: skip


def park(
    truths: Sequence[Truth], many: int, terms: Terms, *, seed: int, accept_week: int | None = None,
    references: Sequence[Reference] | None = None, progress: Callable[[int], None] = lambda _: None,
) -> list[Run]:  # fmt: skip
    """Every site, each with random numbers of its own, so that one more site changes no other. references: of each,
    in place of the one of the terms.
    """
    found = []
    for number, truth in enumerate(truths):
        random = np.random.default_rng([seed, number])
        own = replace(terms, reference=references[number]) if references else terms
        found.append(run(truth, many, own, random=random, accept_week=accept_week))
        progress(number + 1)
    return found


def _judged(drawn: Sequence[Week], terms: Terms, accept_week: int | None) -> list[tuple[int, Judged]]:
    found, begins = [], 0
    for week in range(1, len(drawn) + 1):
        found.append((week, judge(drawn[begins:week], terms)))
        if week == accept_week:
            accepted = reference.propose(drawn[:week]).reference
            if accepted:
                terms, begins = replace(terms, reference=accepted), week
    return found


def _widens(drawn: Sequence[Week], told: Judged, week: int, accept_week: int | None) -> bool:
    """Whether the evidence for going live is met. Every simulated visit is a bear: people would confirm them all."""
    begins = accept_week if accept_week and week > accept_week else 0
    since = drawn[max(begins, week - Terms().evidence_weeks) : week]
    if sum(one.encounters for one in since) < gates.Needs().min_encounters:
        return False
    items = gates.live(since, told, confirmed=sum(one.model for one in since), rejected=0)
    return all(item.met for item in items)


def _off(truth: Truth, week: int) -> bool:
    return not 0.5 < truth.theta(week) / truth.start < 2


def _before(week: int, change: int | None) -> bool:
    return change is None or week < change


def _median(numbers: Sequence[int]) -> float | None:
    return float(statistics.median(numbers)) if numbers else None


def _reached(delays: Sequence[int], of: int, share: float) -> int | None:
    """By when so large a share of all changed sites was alarmed; None where it never was."""
    place = int(np.ceil(share * of)) - 1
    return delays[place] if 0 <= place < len(delays) else None


def _share(found: int, of: int) -> float | None:
    return found / of if of else None


def _rate(found: int, years: float) -> float | None:
    return found / years if years else None
