"""Out of trial: the items that ask for evidence: what people answered, and what a blind watch beside it saw. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from math import ceil, isinf
from statistics import median

from rollout import gates, planner, verdicts
from rollout.evidence import precision
from rollout.evidence.weeks import Week
from rollout.exit_facts import NOBODY_CAN_TELL, Answers, Facts, Item, at_pace, in_days
from rollout.gates import Needs

ALARMED = (*verdicts.ALARMS, verdicts.Drift.DATA_FAULT)


def every(facts: Facts, needs: Needs) -> Iterator[Item]:
    """What the step to live asks for, and each wider one in it."""
    yield _reviewed(facts, needs)
    yield _precision(facts, needs)
    yield _minutes(facts, needs)
    yield _alarm_up(facts)
    for name in sorted(facts.hours):
        yield from _watched(name, facts, needs)


def _reviewed(facts: Facts, needs: Needs) -> Item:
    told = facts.tried
    left, lowered = ceil(needs.trial_reviewed) - told.reviewed, needs.lowered.get("trial_reviewed")
    return Item(
        what="reviewed alerts", has=f"{told.reviewed} of {told.raised} in trial{told.beside}",
        needs=f"{needs.trial_reviewed:g}", met=left <= 0,
        by=at_pace(facts, told.since, told.reviewed, left), lowered=lowered,
    )  # fmt: skip


def _precision(facts: Facts, needs: Needs) -> Item:
    """By the exact lower limit, each unsure one counted as no bear."""
    told, lowered = facts.tried, needs.lowered.get("precision_lower")
    needed = f"exact lower limit {needs.precision_lower:g}"
    found = precision.precision(told.bears, told.others, told.unsure)
    if not found.reviewed or found.low is None or found.high is None:
        return Item(what="precision", has=NOBODY_CAN_TELL + told.beside, needs=needed, met=None, lowered=lowered)
    low, high = found.exact
    has = f"{told.bears} bears of {found.reviewed}: exact {low:.2f} to {high:.2f}"
    if told.unsure:
        has += f"; {told.unsure} unsure: {found.low:.2f} as no bears, {found.high:.2f} as bears"
    has += told.beside
    met = low >= needs.precision_lower
    by = None if met else at_pace(facts, told.since, told.reviewed, _more_reviews(told, needs))
    return Item(what="precision", has=has, needs=needed, met=met, by=by, lowered=lowered)


def _more_reviews(told: Answers, needs: Needs) -> int | None:
    """How many more with the same share of bears would lift the limit; None: it never gets there."""
    every = told.bears + told.others + told.unsure
    share = told.bears / every
    for more in range(1, 1000):
        grown = every + more
        if precision.precision(round(share * grown), grown - round(share * grown)).exact[0] >= needs.precision_lower:
            return more
    return None


def _minutes(facts: Facts, needs: Needs) -> Item:
    told, lowered = facts.tried, needs.lowered.get("minutes_to_verdict")
    needed = f"median of at most {needs.minutes_to_verdict:g}"
    if not told.minutes:
        return Item(what="minutes to verdict", has=NOBODY_CAN_TELL, needs=needed, met=None, lowered=lowered)
    half, unanswered = median(told.minutes), sum(map(isinf, told.minutes))
    has = "most were not answered" if isinf(half) else f"median {half:.1f}"
    if unanswered:
        has += f" ({unanswered} of {len(told.minutes)} not answered)"
    return Item(
        what="minutes to verdict", has=has, needs=needed, met=half <= needs.minutes_to_verdict, lowered=lowered
    )


def _alarm_up(facts: Facts) -> Item:
    """A model that finds more than people do is not wrong: once two people accepted its ratio, on pictures."""
    told = facts.drift
    has = "; ".join(told.up) or "none"
    if told.up and told.accepted:
        has += "; the ratio was accepted since"
    return Item(
        what="alarm up",
        has=has,
        needs="none, or its ratio accepted as the reference",
        met=told.accepted or not told.up,
    )


def _watched(name: str, facts: Facts, needs: Needs) -> Iterator[Item]:
    """What only a blind manual watch beside the model can tell, in one stratum."""
    weeks, tried = facts.watched.get(name, ()), facts.tried
    pool = facts.pooled.get(name, {})
    likes = [told.weeks for told in pool.values()]
    judged = verdicts.judge(weeks, verdicts.Terms(reference=facts.reference)) if weeks else None
    told = [] if judged is None else gates.live(
        weeks, judged, confirmed=tried.bears, rejected=tried.others, unsure=tried.unsure, needs=needs,
        likes=likes,
    )  # fmt: skip
    for key, names in gates.MANUAL.items():
        item = next((one for one in told if one.what in names), None)
        what = f"{names[0]} by {name}" if item is None else f"{item.what} by {name}"
        needed, lowered = f"{getattr(needs, key):g}", needs.lowered.get(key)
        together = f", pooled with {', '.join(pool)}" if pool and key == "recall_lower" else ""
        if together:
            lowered = "; ".join(filter(None, (lowered, f"pooled, as stated by {needs.lowered['pool']}")))
        if item is None:
            yield Item(what=what, has=NOBODY_CAN_TELL, needs=needed, met=None, lowered=lowered)
        else:
            by = None if item.met else _by(facts, key, item, weeks, needs, likes)
            yield Item(
                what=what,
                has=f"{item.has:.4g}{together}",
                needs=f"{item.needs:.4g}",
                met=item.met,
                by=by,
                lowered=lowered,
            )
    open_alarm = judged is not None and judged.verdict in ALARMED
    has = NOBODY_CAN_TELL if judged is None else judged.verdict.value.replace("_", " ")
    yield Item(
        what=f"drift by {name}", has=has, needs="no open alarm", met=None if judged is None else not open_alarm
    )


def _by(
    facts: Facts, key: str, item: gates.Item, weeks: Sequence[Week], needs: Needs, likes: Sequence[Sequence[Week]]
) -> date | None:
    """When the item holds if people go on to watch, and bears to come, as since the first day that counts."""
    if key != "recall_lower":
        return at_pace(facts, facts.watched_since, item.has, item.needs - item.has)
    more = planner.not_halved_in(weeks, needs, likes=likes)
    return None if more is None else in_days(facts, 7 * more)
