"""Report findings: recall, precision, slices and drift of scores: what the pictures of a site's weeks say. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from model.comparison import wilson
from rollout import fast_answers, report_counts
from rollout.evidence import observers, precision, score_shift
from rollout.evidence.observers import Pairs
from rollout.report_counts import BOTH, MODEL, PEOPLE, Met
from rollout.report_facts import Facts
from rollout.report_ratios import of_counts
from rollout.rules import UNLIKE
from rollout.scope_hours import DAY, NIGHT
from store.vocabulary import Verdict, WatchPlace

FEWEST = 8
"""Visits on each side below which a change of scores is not told."""


def recall(facts: Facts, place: WatchPlace) -> dict[str, Any]:
    """Of the model and of the watch, from bears that people confirmed, over the evidence weeks of the segment."""
    weeks = facts.segment[-facts.settings.evidence_weeks :]
    by_place = {
        one: report_counts.pairs((row for week in weeks for row in report_counts.of_place(week, one)), bears=True)
        for one in WatchPlace
    }
    pairs, (matched, of) = by_place[place], facts.by_chance
    model, manual = observers.recalls(pairs)
    total = observers.total(pairs) if pairs.enough else None
    return {
        "place": place.value, "weeks": len(weeks),
        "model": _recall(pairs.both, pairs.manual, model), "manual": _recall(pairs.both, pairs.model, manual),
        "total": total.chapman if total else None, "total_interval": list(total.logit) if total else [None, None],
        "says": "" if total else f"the total cannot be told: {pairs.both} seen by both, "
        f"{observers.FEWEST_BOTH} are needed",
        "dependence": [
            {"phi": row.phi, "total": row.total, "model": row.recall_model, "manual": row.recall_manual}
            for row in observers.dependence(pairs)
        ],
        "by_place": {one.value: asdict(found) for one, found in by_place.items()},
        "matched_by_chance": matched / of if of else None,
    }  # fmt: skip


def _recall(found: int, of: int, told: observers.Recall) -> dict[str, Any]:
    return {"found": found, "of": of, "share": told.share, "interval": list(told.interval)}


def reviewed(facts: Facts) -> dict[str, Any]:
    """Precision of the visits of the window that people answered; answers set apart are none."""
    told = [met for met in facts.mets if met.visit is not None]
    week = [met for met in told if met.at >= facts.begins]
    return _precision(told) | {"weeks": facts.settings.window_weeks, "week": _precision(week)}


def _precision(mets: Sequence[Met]) -> dict[str, Any]:
    said = Counter(met.verdict for met in mets)
    bears, others, unsure = said[Verdict.BEAR], said[Verdict.NOT_BEAR], said[Verdict.UNSURE]
    found = precision.precision(bears, others, unsure)
    return {
        "bears": bears, "not_bears": others, "unsure": unsure, "unanswered": said[None], "share": found.share,
        "wilson": list(found.wilson), "exact": list(found.exact), "unsure_as": [found.low, found.high],
    }  # fmt: skip


def slices(facts: Facts, place: WatchPlace, counted: Mapping[tuple[int | None, int | None], str]) -> dict[str, Any]:
    """Parts of the window's matched encounters. counted: by (visit, sighting), how each one counts."""
    every = [(met, counted[met.visit, met.sighting]) for met in facts.mets if (met.visit, met.sighting) in counted]
    found = {name: _light(facts, place, name) for name in (DAY, NIGHT)}
    for camera in sorted({name for met, _ in every if (name := met.camera or met.seen_camera)}):
        found[f"camera:{camera}"] = _slice([kind for met, kind in every if camera in (met.camera, met.seen_camera)])
    for version in sorted({met.model for met, _ in every if met.model}):
        name = next((run.name for run in facts.runs if run.model == version), version[:12])
        found[f"version:{name}"] = _slice([kind for met, kind in every if _version(facts, met) == version])
    for name, near in (("near", True), ("far", False)):
        mine = [kind for met, kind in every if met.visit and _near(facts, met) is near]
        found[name] = _slice(mine) | {
            "manual": None, "ratio": None, "exact": [0.0, None],
            "says": "of what people alone saw nobody can say how far it was",
        }  # fmt: skip
    other = next(one for one in WatchPlace if one is not place)
    rows = [row for week in facts.window for row in report_counts.of_place(week, other)]
    if rows:
        found[f"place:{other.value}"] = _of_pairs(report_counts.pairs(rows), sum(row.matched for row in rows))
    return found


def _light(facts: Facts, place: WatchPlace, light: str) -> dict[str, Any]:
    rows = [row for week in facts.window for row in report_counts.of_place(week, place, light)]
    return _of_pairs(report_counts.pairs(rows), sum(row.matched for row in rows))


def _of_pairs(pairs: Pairs, matched: float) -> dict[str, Any]:
    return of_counts(pairs.both, pairs.model_only, pairs.manual_only, matched)


def _slice(kinds: Sequence[str]) -> dict[str, Any]:
    return of_counts(kinds.count(BOTH), kinds.count(MODEL), kinds.count(PEOPLE), None)


def _version(facts: Facts, met: Met) -> str | None:
    """Of what only people saw, the version that ran then."""
    if met.model:
        return met.model
    return next(
        (run.model for run in facts.runs if run.since <= met.at and (not run.until or met.at < run.until)), None
    )


def _near(facts: Facts, met: Met) -> bool | None:
    shown = facts.shown.get(met.visit or 0)
    return shown.near if shown else None


def drift(facts: Facts) -> dict[str, Any]:
    """Whether this week's visits look as those of the weeks before in the window: scores, light, unlike pictures."""
    told = [met for met in facts.mets if met.visit is not None and met.at >= facts.segment_since]
    week, before = [met for met in told if met.at >= facts.begins], [met for met in told if met.at < facts.begins]
    return {"score": _scores(week, before), "picture": _pictures(facts, week, before), "out_of_domain": _unlike(
        facts, week, before
    )}  # fmt: skip


def _scores(week: Sequence[Met], before: Sequence[Met]) -> dict[str, Any]:
    one, other = ([met.p_bear for met in some if met.p_bear is not None] for some in (week, before))
    if min(len(one), len(other)) < FEWEST:
        visits = "1 visit" if len(one) == 1 else f"{len(one)} visits"
        says = f"cannot be told: {visits} this week, {len(other)} in the weeks before, {FEWEST} are needed of each"
        return {"statistic": None, "p": None, "says": says}
    gap, p = score_shift.largest_gap(one, other)
    moved = "the scores have moved" if p < 0.01 else "no change of the scores shows"
    return {"statistic": gap, "p": p, "says": f"{moved} (largest gap {gap:.2f}, p {p:.3f})"}


def _pictures(facts: Facts, week: Sequence[Met], before: Sequence[Met]) -> dict[str, Any]:
    shares = [_share(facts, some, "infrared") for some in (week, before)]
    says = "of visits by infrared: " + " now, ".join(_percent(one) for one in shares) + " before"
    return {"infrared": shares[0], "before": shares[1], "says": says}


def _share(facts: Facts, mets: Sequence[Met], what: str) -> float | None:
    told = [getattr(shown, what) for met in mets if (shown := facts.shown.get(met.visit or 0))]
    known = [one for one in told if one is not None]
    return sum(known) / len(known) if known else None


def _unlike(facts: Facts, week: Sequence[Met], before: Sequence[Met]) -> dict[str, Any]:
    shares, found = [], []
    for some in (week, before):
        usual = [one.usual for met in some if (one := facts.shown.get(met.visit or 0)) and one.usual is not None]
        found.append((sum(p <= UNLIKE for p in usual), len(usual)))
        shares.append(found[-1][0] / len(usual) if usual else None)
    says = f"visits unlike what the version knows: {_percent(shares[0])} now, {_percent(shares[1])} before"
    return {
        "share": shares[0],
        "before": shares[1],
        "of": found[0][1],
        "interval": list(wilson(*found[0])),
        "says": says,
    }


def _percent(share: float | None) -> str:
    return "cannot be told" if share is None else f"{share:.0%}"


def set_apart(facts: Facts) -> list[dict[str, Any]]:
    """Whose answers were too fast to be looked at: they count neither for nor against the model."""
    return [
        {
            "person": one.name, "answers": len(one.answers), "since": one.since, "until": one.until,
            "says": f"{len(one.answers)} answers, more than {fast_answers.MOST_A_MINUTE} in a minute: nobody looks "
            "at pictures so fast, so they are set apart; look at these visits again",
        }
        for one in facts.fast
    ]  # fmt: skip
