"""Report ratios: model against manual watch in matched hours, over the weeks, with how sure one can be. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rollout import report_counts
from rollout.evidence import rates
from rollout.evidence import weeks as of_weeks
from rollout.evidence.process import Null, Process
from rollout.evidence.rates import Rates
from rollout.evidence.weeks import Week
from rollout.report_counts import MODEL, Counted, Seen
from rollout.report_facts import Facts
from rollout.verdicts import Evidence, Terms
from store.vocabulary import Verdict, WatchPlace


def sides(facts: Facts, place: WatchPlace) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the model and what people saw in matched hours of one kind of observers, in the week and the window."""
    week = [facts.this_week] if facts.this_week else []
    spans = {"week": week, "window": facts.window}
    since = {"week": facts.begins, "window": min((one.since for one in facts.window), default=facts.begins)}
    model = {name: _model(some, place) | _open(facts, place, since[name]) for name, some in spans.items()}
    manual = {
        name: _manual(some, place) | {"by_place": {one.value: _manual(some, one) for one in WatchPlace}}
        for name, some in spans.items()
    }
    return model, manual


def _rows(some: Sequence[Counted], place: WatchPlace) -> list[Seen]:
    return [row for one in some for row in report_counts.of_place(one, place)]


def _model(some: Sequence[Counted], place: WatchPlace) -> dict[str, Any]:
    rows = _rows(some, place)
    return {
        "encounters": report_counts.pairs(rows).model, "confirmed": report_counts.pairs(rows, bears=True).model,
        "hours": hours(sum(row.matched for row in rows)), "visits": sum(one.visits for one in some),
        "up_hours": hours(sum(one.up for one in some)),
    }  # fmt: skip


def _open(facts: Facts, place: WatchPlace, since: datetime) -> dict[str, int]:
    """What of the model's own encounters nobody has said bear or not of: not answered, and unsure."""
    alone = {(visit, sighting) for visit, sighting, where, kind in facts.kinds if where is place and kind == MODEL}
    said = [met.verdict for met in facts.mets if met.at >= since and (met.visit, met.sighting) in alone]
    return {"unanswered": said.count(None), "unsure": said.count(Verdict.UNSURE)}


def _manual(some: Sequence[Counted], place: WatchPlace) -> dict[str, Any]:
    rows = _rows(some, place)
    return {
        "encounters": report_counts.pairs(rows).manual, "hours": hours(sum(row.matched for row in rows)),
        "watched_hours": hours(sum(row.watched for row in rows)),
    }  # fmt: skip


def hours(told: float) -> float:
    """To three decimals, about four seconds."""
    return round(float(told), 3)


def ratio(facts: Facts, place: WatchPlace, *, bears: bool) -> dict[str, Any]:
    """The ratio of the window, and of each of the last weeks. bears: of what people confirmed."""
    told = of_weeks.rates([report_counts.week(one, place, bears=bears) for one in facts.window])
    return {
        "ratio": told.ratio, "interval": list(rates.mid_p(told)), "exact": list(rates.exact(told)),
        "model": told.model, "manual": told.manual,
        "weeks": [_week(report_counts.week(one, place, bears=bears)) for one in facts.weeks],
    }  # fmt: skip


def _week(week: Week) -> dict[str, Any]:
    told = of_weeks.rates([week])
    low, high = rates.mid_p(told)
    return {
        "week": week.name, "model": week.model, "manual": week.manual, "model_hours": hours(week.model_hours),
        "manual_hours": hours(week.manual_hours), "ratio": told.ratio, "low": low if told.both_exposed else None,
        "high": high if told.both_exposed else None,
    }  # fmt: skip


def log_e(evidence: Evidence) -> dict[str, float]:
    """Logarithms of the e-values, times the reference; the last two of a change that began in any week."""
    return {
        "H0_theta_le_1": evidence.le_1, "H0_theta_ge_1": evidence.ge_1, "H0_theta_ge_2": evidence.ge_2,
        "H0_theta_le_half": evidence.le_half, "H0_theta_le_2": evidence.le_2, "H0_theta_ge_half": evidence.ge_half,
        "start_down": evidence.down, "start_up": evidence.up,
    }  # fmt: skip


def sureness(weeks: Sequence[Week], terms: Terms) -> list[dict[str, Any]]:
    """How the evidence stood at the end of each of the last weeks of the segment."""
    first, usual = max(0, len(weeks) - terms.evidence_weeks), terms.reference
    found = []
    for last in range(first + 1, len(weeks) + 1):
        whole, told = Process(weeks[:last]), Process(weeks[max(0, last - terms.evidence_weeks) : last])
        found.append({
            "week": weeks[last - 1].name, "down": whole.late(Null.AT_LEAST, usual.low),
            "up": whole.late(Null.AT_MOST, usual.high), "ge_2": told.log_e(Null.AT_LEAST, 2 * usual.ratio),
            "le_half": told.log_e(Null.AT_MOST, usual.ratio / 2),
        })  # fmt: skip
    return found


def of_counts(both: int, model_only: int, manual_only: int, matched: float | None) -> dict[str, Any]:
    """A slice: what each side saw in the same hours; matched None: hours are not told apart by it."""
    told = Rates(
        model=both + model_only, model_hours=matched or 1.0, manual=both + manual_only, manual_hours=matched or 1.0
    )
    return {
        "model": both + model_only, "manual": both + manual_only, "both": both, "ratio": told.ratio,
        "exact": list(rates.exact(told)), "hours": None if matched is None else hours(matched),
    }  # fmt: skip
