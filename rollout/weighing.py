"""Weighing: the document of `evidence weigh`, from weeks to verdict and what comes next. Pure."""

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from rollout import planner
from rollout.evidence import dispersion, eprocess, observers, paired, rates
from rollout.evidence import weeks as of_weeks
from rollout.evidence.observers import Pairs
from rollout.evidence.process import of_totals
from rollout.evidence.weeks import Week
from rollout.verdicts import Terms, judge, weigh

METHODS = {
    "interval": "exact (Clopper and Pearson), 95%, of the window: for decisions",
    "interval_mid_p": "mid-P, 95%, of the window: for display",
    "log_e": "natural logarithms of e-values of the totals over the evidence weeks; 2.9957 (ln 20) decides",
    "paired": "the same of matched encounters; they decide where every week is matched",
    "alarm": "e-values of a change that may have begun in any week, against the ends of the reference",
}


def weighed(weeks: Sequence[Week], terms: Terms) -> dict[str, Any]:
    """One JSON document; inf is the text "inf", a ratio of nothing is null."""
    judged = judge(weeks, terms)
    evidence_weeks = list(weeks[-terms.evidence_weeks :])
    matched = [week for week in evidence_weeks if week.pairs]
    pairs = of_weeks.pairs(matched)
    next_ = planner.plan(weeks, judged, terms)
    totals = weigh(weeks, replace(terms, form=of_totals(evidence_weeks)))
    told: dict[str, Any] = _plain({
        "verdict": judged.verdict.value, "reason": judged.reason, "ratio": judged.window.ratio,
        "interval": rates.exact(judged.window), "interval_mid_p": rates.mid_p(judged.window),
        "log_e": {
            "H0_theta_le_1": totals.le_1, "H0_theta_ge_1": totals.ge_1, "H0_theta_ge_2": totals.ge_2,
            "H0_theta_le_half": totals.le_half, "H0_theta_le_2": totals.le_2, "H0_theta_ge_half": totals.ge_half,
        },
        "alarm": {"H0_theta_ge_low": judged.evidence.down, "H0_theta_le_high": judged.evidence.up, "bar":
        eprocess.ALARM}, "severity": "doubled" if judged.doubled else "halved" if judged.halved else None,
        "paired": _paired(pairs, terms) if pairs else None,
        "double_observer": _observers(pairs) if pairs else None,
        "confidence_sequence": eprocess.confidence_sequence(of_weeks.rates(evidence_weeks)),
        "next": next_.says, "plan": {"weeks": next_.weeks, "levers": [asdict(lever) for lever in next_.levers]},
        "form": judged.evidence.form.value, "reference": asdict(terms.reference), "encounters": judged.encounters,
        "window": {**asdict(judged.window), "weeks": min(len(weeks), terms.window_weeks)},
        "weeks": len(weeks), "evidence_weeks": len(evidence_weeks), "warnings": _warnings(evidence_weeks, terms),
        "methods": METHODS,
    })  # fmt: skip
    return told


def _paired(pairs: Pairs, terms: Terms) -> dict[str, Any]:
    counts, ratio = (pairs.both, pairs.model_only, pairs.manual_only), terms.reference.ratio
    named = {"H0_theta_le_1": 1.0, "H0_theta_le_2": 2.0, "H0_theta_le_half": 0.5}
    up = {name: float(paired.at_most(*counts, factor * ratio)) for name, factor in named.items()}
    down = {
        name.replace("_le_", "_ge_"): float(paired.at_least(*counts, factor * ratio))
        for name, factor in named.items()
    }
    return {**asdict(pairs), "log_e": up | down}


def _observers(pairs: Pairs) -> dict[str, Any]:
    total = observers.total(pairs)
    model, manual = observers.recalls(pairs)
    return {
        "total": total.chapman if pairs.enough else None, "interval": total.logit if pairs.enough else None,
        "recall_model": model.share, "recall_model_interval": model.interval,
        "recall_manual": manual.share, "recall_manual_interval": manual.interval, "seen": pairs.seen,
        "dependence": [asdict(row) for row in observers.dependence(pairs)],
        "says": "" if pairs.enough
        else f"cannot estimate the total: {pairs.both} seen by both, {observers.FEWEST_BOTH} are needed",
    }  # fmt: skip


def _warnings(weeks: Sequence[Week], terms: Terms) -> list[str]:
    found = []
    used = of_weeks.used(weeks)
    for side, counts in (("model", [week.model for week in used]), ("people", [week.manual for week in used])):
        told = dispersion.index(counts)
        if told and told.clustered and not terms.clustered:
            found.append(
                f"the weekly counts of {side} vary {told.phi:.1f} times as much as chance: count visits, not alerts; "
                "if they are visits and it is not the season, weigh with --clustered"
            )
    pairs = of_weeks.pairs(weeks)
    left = 0 if pairs is None else sum(week.model + week.manual for week in used) - pairs.model - pairs.manual
    if left:
        found.append(
            f"what was seen and is in none of both, model_only and manual_only: {left}; it is in the ratio, and not "
            "in the evidence that decides, which is of matched encounters"
        )
    dropped = len(weeks) - len(used)
    if dropped:
        found.append(f"weeks without hours on one side, which say nothing of the ratio: {dropped}")
    return found


def _plain(value: Any) -> Any:
    """The same with inf as a text, since JSON has no number for it."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return "inf" if isinstance(value, float) and math.isinf(value) else value
