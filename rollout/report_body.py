"""Report body: a week's report as one document, out of its facts. Pure: the same facts give the same bytes."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rollout import planner, report_counts, report_deeds, report_findings, report_ratios, report_words
from rollout.matched_hours import Run
from rollout.report_counts import Met
from rollout.report_facts import Facts, Fault, hash_of, plain
from rollout.verdicts import Terms, judge


def compose(facts: Facts, *, inputs: str) -> dict[str, Any]:
    """The report. inputs: sha256 of the facts."""
    settings = facts.settings
    place = report_counts.base(facts.segment[-settings.evidence_weeks :])
    alerts = [report_counts.week(one, place) for one in facts.segment]
    terms = Terms(
        reference=facts.accepted.reference, window_weeks=settings.window_weeks,
        evidence_weeks=settings.evidence_weeks, min_encounters=settings.min_encounters,
        min_hours=settings.min_matched_hours, fault=report_words.fault(facts),
    )  # fmt: skip
    judged = judge(alerts, terms)
    bears = judge([report_counts.week(one, place, bears=True) for one in facts.segment], terms)
    model, manual = report_ratios.sides(facts, place)
    alert_ratio = report_ratios.ratio(facts, place, bears=False)
    precision = report_findings.reviewed(facts)
    counted = {(visit, sighting): kind for visit, sighting, where, kind in facts.kinds if where is place}
    watched = sum(
        row.watched for one in facts.window for row in report_counts.of_place(one, place)
    )  # fmt: skip
    told: dict[str, Any] = plain({
        "site": facts.site, "site_name": facts.site_name, "time_zone": facts.time_zone, "week": facts.week,
        "begins": facts.begins, "ends": facts.ends, "until": facts.until,
        "verdict": judged.verdict, "reason": report_words.reason(judged, watched),
        "means": report_words.means(facts, judged, precision), "do": report_words.do(facts, judged),
        "next": planner.plan(alerts, judged, terms).says, "severity": _severity(judged.doubled, judged.halved),
        "judged_by": place, "form": judged.evidence.form,
        "segment": {"since": facts.segment_since, "changes": facts.changes, "weeks": len(facts.segment)},
        "model": model, "manual": manual | {"watch": report_deeds.watched(facts)},
        "alert_ratio": alert_ratio | {"encounters": judged.encounters},
        "detection_ratio": report_ratios.ratio(facts, place, bears=True) | {
            "log_e": report_ratios.log_e(bears.evidence)
        },
        "reference": {
            "ratio": facts.accepted.reference.ratio, "low": facts.accepted.reference.low,
            "high": facts.accepted.reference.high, "accepted_at": facts.accepted.accepted_at,
            "by": facts.accepted.by,
        },
        "interval": alert_ratio["exact"], "log_e": report_ratios.log_e(judged.evidence),
        "sureness": report_ratios.sureness(alerts, terms), "recall": report_findings.recall(facts, place),
        "precision": precision, "audit": facts.audit, "agreement": facts.agreement, "seeded": facts.seeded,
        "blind": facts.blind, "responses": report_deeds.responses(facts),
        "data_faults": [*(_fault(one) for one in facts.faults), *report_deeds.amiss(facts)],
        "slices": report_findings.slices(facts, place, counted), "drift": report_findings.drift(facts),
        "reviews": report_deeds.reviews(facts),
        "tests": {"known_clips": facts.clips[0], "missed": facts.clips[1]},
        "feedback": report_deeds.feedback(facts, place), "answers": _answers(facts), "versions": _versions(facts),
        "hours_protected": {
            "in_scope": report_ratios.hours(facts.protected.in_scope),
            "protected": report_ratios.hours(facts.protected.protected),
            "lost": {name: report_ratios.hours(told) for name, told in facts.protected.lost.items()},
        },
        "overrides": sorted({run.override for run in _this_week(facts) if run.override}),
        "incidents": facts.incidents, "alarms": facts.alarms,
        "encounters": [
            _encounter(met, counted) for met in facts.mets if facts.begins <= met.at < facts.until
        ],
        "settings": settings, "settings_sha256": hash_of(settings), "audit_head": facts.audit_head,
        "as_of": facts.as_of, "inputs_sha256": inputs,
    })  # fmt: skip
    return told


def _severity(doubled: bool, halved: bool) -> str | None:
    return "doubled" if doubled else "halved" if halved else None


def _fault(one: Fault) -> dict[str, Any]:
    says = f"it {one.says}" if one.camera else f"Bearwatch {one.says}"
    lost = None if one.hours is None else report_ratios.hours(one.hours)
    return {
        "camera": one.camera, "kind": one.kind, "says": says, "since": one.since, "until": one.until, "hours": lost,
        "open": one.open, "mend": one.mend,
    }  # fmt: skip


def _encounter(met: Met, counted: Mapping[tuple[int | None, int | None], str]) -> dict[str, Any]:
    """One line of the week's list. counted: whether it lies in matched hours, and how it counts there."""
    kind = counted.get((met.visit, met.sighting))
    return {
        "kind": met.kind, "at": met.at, "visit": met.visit, "sighting": met.sighting,
        "camera": met.camera or met.seen_camera, "night": met.night, "counted": kind is not None, "counts_as": kind,
        "verdict": met.verdict, "p_bear": met.p_bear, "doubts": met.doubts,
    }  # fmt: skip


def _this_week(facts: Facts) -> list[Run]:
    return [run for run in facts.runs if run.since < facts.until and (run.until is None or run.until > facts.begins)]


def _answers(facts: Facts) -> list[dict[str, Any]]:
    """What people answered before each of the week's rules: to be looked at again now."""
    found = {run.rule: run for run in _this_week(facts) if run.answer}
    return [
        {
            "rule": run.rule, "revision": run.revision, "question": "What if this works really, really well?",
            "answer": run.answer,
        }
        for run in found.values()
    ]  # fmt: skip


def _versions(facts: Facts) -> list[dict[str, Any]]:
    """Versions of the weeks that are shown, in order, each as long as its threshold stood."""
    found: list[dict[str, Any]] = []
    for run in facts.runs:
        same = found and (found[-1]["sha256"], found[-1]["threshold"]) == (run.model, run.threshold)
        if same:
            found[-1]["until"] = run.until
        else:
            found.append({
                "name": run.name, "sha256": run.model, "threshold": run.threshold, "since": run.since,
                "until": run.until,
            })  # fmt: skip
    visits = Counter(met.model for met in facts.mets if met.model)
    return [one | {"visits": visits[one["sha256"]]} for one in found]
