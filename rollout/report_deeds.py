"""Report deeds: what people did and how the watch fares: responses, reviews, doubts, feedback loops. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from rollout import report_counts, watch_log
from rollout.evidence import rates, trend
from rollout.evidence.rates import Rates
from rollout.report_counts import Counted
from rollout.report_facts import Facts, Watch
from rollout.report_findings import set_apart
from rollout.report_ratios import hours
from rollout.stages import WARNS
from store.report_rows import Done
from store.vocabulary import Did, Doubt, WatchPlace

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AFTER = 12 * HOUR
"""A bear seen so long after a warning at the site may be the one that people were warned of."""

FAST_S = 2.0
AMISS = (Doubt.NO_END, Doubt.OVERLAPPING, Doubt.TOO_MANY)
"""Doubts that are somebody's slip, and are told with the faults of the data; the others follow from the stage."""


def responses(facts: Facts) -> dict[str, Any]:
    """What people did this week, and what they did when only people watched."""
    week = [done for done, _ in facts.dones if facts.begins <= done.about < facts.until]
    manual = [done for done, only_watched in facts.dones if only_watched and not done.alert]
    alerts, sightings = [one for one in week if one.alert], [one for one in week if not one.alert]
    return {
        "after_alerts": _did(alerts), "after_sightings": _did(sightings),
        "median_minutes": {"after_alerts": _minutes(alerts), "after_sightings": _minutes(sightings)},
        "manual_time": {**_did(manual), "median_minutes": _minutes(manual)},
    }  # fmt: skip


def _did(dones: Iterable[Done]) -> dict[str, int]:
    told = Counter(one.did for one in dones)
    return {did.value: told[did] for did in Did}


def _minutes(dones: Sequence[Done]) -> float | None:
    acted = [(one.at - one.about) / MINUTE for one in dones if one.did is not Did.NOTHING]
    return median(acted) if acted else None


def reviews(facts: Facts) -> dict[str, Any]:
    """How soon and how carefully the week's alerts were answered."""
    told = sorted(wait for wait in facts.waits if wait is not None)
    week = [one for one in facts.answers if one.at >= facts.begins]
    return {
        "median_minutes": median(told) if told else None,
        "p90": quantiles(told, n=10, method="inclusive")[-1] if len(told) > 1 else (told[0] if told else None),
        "asked": len(facts.waits), "unanswered": sum(wait is None for wait in facts.waits), "answers": len(week),
        "faster_than_2s": sum(one.took_s is not None and one.took_s < FAST_S for one in week),
        "set_apart": set_apart(facts),
    }  # fmt: skip


def watched(facts: Facts) -> dict[str, Any]:
    """The week's watch sessions: how many count, and why the others do not, by doubt."""
    doubts: dict[Doubt, list[Watch]] = {}
    for one in facts.watches:
        for doubt in one.doubts:
            doubts.setdefault(doubt, []).append(one)
    return {
        "sessions": len(facts.watches), "counted": sum(one.counts for one in facts.watches),
        "by_mode": dict(sorted(Counter(one.mode.value for one in facts.watches).items())),
        "patrols": sum(one.patrol for one in facts.watches),
        "set_apart": [
            {
                "doubt": doubt.value, "says": watch_log.SAYS[doubt], "sessions": len(some),
                "sightings": sum(one.sightings for one in some), "hours": hours(_hours(some, facts)),
                "observers": sorted({one.observer for one in some}),
            }
            for doubt in Doubt if (some := doubts.get(doubt))
        ],
    }  # fmt: skip


def amiss(facts: Facts) -> list[dict[str, Any]]:
    """Slips of the watch log as faults of the data."""
    found = []
    for doubt in AMISS:
        some = [one for one in facts.watches if doubt in one.doubts]
        if some:
            names = ", ".join(sorted({one.observer for one in some}))
            many = "1 watch session" if len(some) == 1 else f"{len(some)} watch sessions"
            says = f"{many} ({names}) set apart: {watch_log.SAYS[doubt]}"
            found.append({
                "camera": None, "kind": f"watch_{doubt.value}", "says": says, "since": min(one.since for one in some),
                "until": max(one.until or facts.until for one in some), "hours": hours(_hours(some, facts)),
            })  # fmt: skip
    return found


def _hours(some: Iterable[Watch], facts: Facts) -> float:
    spans = ((max(one.since, facts.begins), min(one.until or facts.until, facts.until)) for one in some)
    return sum(max(timedelta(0), until - since) / HOUR for since, until in spans)


def feedback(facts: Facts, place: WatchPlace) -> dict[str, Any]:
    """Whether the watch fades once the model warns, so that the ratio loses its meaning."""
    began = min((run.since for run in facts.runs if run.stage in WARNS), default=None)
    known = sorted({one.week: one for one in (*facts.segment, *facts.weeks)}.values(), key=lambda one: one.since)
    before = [one for one in known if began is None or one.until <= began]
    after = [one for one in known if began is not None and one.since >= began]
    first, second = _watch(before, place), _watch(after, place)
    told = Rates(
        model=second["sightings"], model_hours=second["hours"], manual=first["sightings"], manual_hours=first["hours"]
    )
    fades = trend.trend([_sightings(one, place) for one in known], [_watched(one, place) for one in known])
    copied = sum(Doubt.COPIED in one.doubts for one in facts.watches)
    patrols = {"before": _patrols(facts, before), "after": _patrols(facts, after)}
    return {
        "live_since": began, "before": first, "after": second, "ratio": told.ratio, "exact": list(rates.exact(told)),
        "trend_a_week": fades.factor if fades else None,
        "bears_after_warnings": sum(
            any(timedelta(0) < at - warned <= AFTER for warned in facts.warned) for at in facts.sightings
        ),
        "patrols": sum(one.patrol for one in facts.watches)
        + sum(done.did is Did.PATROLLED and facts.begins <= done.at < facts.until for done, _ in facts.dones),
        "patrols_a_week": patrols, "copied_sessions": copied,
        "says": [*_feedback_says(first, second, told, copied), *_patrols_say(patrols)],
    }  # fmt: skip


def _watch(weeks: Sequence[Counted], place: WatchPlace) -> dict[str, Any]:
    """Hours that people watched, matched or not, and what they saw in those that were."""
    return {
        "weeks": len(weeks), "hours": hours(sum(_watched(one, place) for one in weeks)),
        "sightings": sum(_sightings(one, place) for one in weeks),
    }  # fmt: skip


def _watched(one: Counted, place: WatchPlace) -> float:
    return sum(row.watched for row in report_counts.of_place(one, place))


def _sightings(one: Counted, place: WatchPlace) -> int:
    return report_counts.pairs(report_counts.of_place(one, place)).manual


def _patrols(facts: Facts, weeks: Sequence[Counted]) -> float | None:
    """Patrols a week that people told of after alerts and sightings; None without a week."""
    if not weeks:
        return None
    told = [done.about for done, _ in facts.dones if done.did is Did.PATROLLED]
    return sum(any(one.since <= at < one.until for one in weeks) for at in told) / len(weeks)


def _patrols_say(patrols: dict[str, float | None]) -> list[str]:
    before, after = patrols["before"], patrols["after"]
    if before is None or after is None or after < 1 or after <= 2 * before:
        return []
    return [
        f"people patrol {after:.1f} times a week, {before:.1f} before the model warned: where more people look, more "
        "is seen, with or without more bears"
    ]  # fmt: skip


def _feedback_says(before: dict[str, Any], after: dict[str, Any], told: Rates, copied: int) -> list[str]:
    found = []
    if not after["weeks"]:
        found.append("the model has warned nobody yet: there is no before and after")
    elif not before["weeks"]:
        found.append("no week from before the model warned is among these: before and after cannot be compared")
    else:
        a_week = [one["hours"] / one["weeks"] for one in (before, after)]
        if a_week[1] < a_week[0] / 2:
            found.append(
                f"people watch {a_week[1]:.1f} hours a week, {a_week[0]:.1f} before the model warned: watch more"
            )
        if rates.exact(told)[1] < 1:
            found.append("people see fewer bears an hour than before the model warned: the baseline fades")
    if copied:
        have = "1 session has" if copied == 1 else f"{copied} sessions have"
        found.append(f"{have} a sighting right after an alert: it may be the alert's")
    return found
