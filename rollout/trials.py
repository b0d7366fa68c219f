"""Trials: the report that is made when one ends: what it was, what people answered, what went wrong, what is next."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from math import isinf
from statistics import median
from typing import Any

from rollout import asked, checklist, exit_reading, exits, protection, scope_hours
from rollout.asked import Asked
from rollout.evidence import precision
from rollout.exit_facts import Answers
from rollout.spans import Span
from store import answers, audit, episodes, tables, trials
from store.session import Session
from store.vocabulary import Stage


def report(session: Session, row: tables.Rule, *, ended: str, who: str, now: datetime) -> tables.TrialReport | None:
    """Write down what a trial was, in the transaction that ends it; None where the rule was no trial.

    ended: why it ended, in words.
    """
    if row.stage is not Stage.TRIAL or row.in_force_at is None:
        return None
    told = asked.of_row(session, row)
    span = Span(since=row.in_force_at, until=_until(row, told, now))
    own = _answers(session, row, told, span)
    body = {
        "rule": row.id, "revision": row.revision, "model": row.model_sha256, "model_name": told.version.name,
        "since": _local(span.since, told), "until": _local(span.until, told), "ended": ended,
        "days": round((span.until - span.since) / timedelta(days=1), 1), "terms": row.body,
        "cameras": list(told.cameras), "threshold": told.threshold, "override": row.override_reason,
        "answers": _plain(own), "renewals": _plain(exit_reading.tried(session, told, known=now)),
        "coverage": _coverage(session, told, span), "faults": _faults(session, told, span),
        "next": _next(session, told, own.raised / max(1, (span.until - span.since).days), now),
    }  # fmt: skip
    kept = trials.keep(session, row, body | {"says": _says(own)}, now=now)
    says = f"{row.site_id} revision {row.revision}: {_says(own)}"
    audit.append(
        session, at=now, who=who, action="trial.reported", subject=f"rule:{row.id}", says=says,
        body={"report": kept.id, "sha256": kept.sha256},
    )  # fmt: skip
    return kept


def _answers(session: Session, row: tables.Rule, told: Asked, span: Span) -> Answers:
    rows = answers.of_rules(session, [row.id], shadow=False, since=span.since, until=span.until,
                            but=exit_reading.rushed(session, row.site_id, span.since))  # fmt: skip
    return exit_reading.answered(rows, span.since.astimezone(told.place.zone).date())


def _plain(told: Answers) -> dict[str, Any]:
    """Counts, precision and minutes as JSON's own types."""
    found = precision.precision(told.bears, told.others, told.unsure)
    half = median(told.minutes) if told.minutes else None
    return {
        "since": told.since.isoformat() if told.since else None, "alerts": told.raised, "reviewed": told.reviewed,
        "bears": told.bears, "not_bears": told.others, "unsure": told.unsure, "set_apart": told.apart,
        "precision": found.share, "precision_interval": list(found.wilson) if found.share is not None else None,
        "precision_unsure_as": [found.low, found.high] if told.unsure else None,
        "median_minutes_to_verdict": None if half is None or isinf(half) else round(half, 2),
        "unanswered": sum(map(isinf, told.minutes)),
    }  # fmt: skip


def _coverage(session: Session, told: Asked, span: Span) -> dict[str, Any]:
    """Camera hours watched of those in scope, by day and by night."""
    watches = [exit_reading.watch(session, camera, span, told) for camera in told.cameras]
    hours = scope_hours.by_day(told.terms, watches, told.place, window=span, works=[span])
    return {
        name: {
            what: round(sum(getattr(one, what) for one in days.values()), 1) for what in ("watched", "scoped")
        }
        for name, days in hours.items() if days
    }  # fmt: skip


def _faults(session: Session, told: Asked, span: Span) -> dict[str, int]:
    """How often each fault lasted into it, by camera and kind."""
    rows = episodes.between(session, since=span.since, until=span.until, sites=[told.site.id])
    mine = [row for row in rows if row.camera_id is None or row.camera_id in told.cameras]
    return dict(Counter(f"{row.camera_id or 'the installation'} {row.kind.value}" for row in mine))


def _next(session: Session, told: Asked, a_day: float, now: datetime) -> list[dict[str, Any]]:
    """The exit checklist of the step to live, as it stands on this day; its workload is what people were asked."""
    needs, live = exits.needs(session), replace(told, terms=replace(told.terms, stage=Stage.LIVE, override=None))
    facts = exit_reading.facts(session, live, needs, forecast=None, now=now, known=now)
    found = checklist.items(Stage.LIVE, replace(facts, alerts_a_day=a_day), needs)
    return [exits.plain_item(item) for item in found]


def _until(row: tables.Rule, told: Asked, now: datetime) -> datetime:
    """When it left force; no later than its last day, however late that was noticed."""
    ended, last = row.ended_at or now, told.terms.last_day
    if last is None:
        return ended
    return min(ended, datetime.combine(last + timedelta(days=1), time(), told.place.zone).astimezone(UTC))


def _says(own: Answers) -> str:
    found = precision.precision(own.bears, own.others, own.unsure)
    share = (
        f", precision {found.share:.2f} ({found.wilson[0]:.2f} to {found.wilson[1]:.2f})"
        if found.share is not None
        else ""
    )
    return (
        f"{own.raised} visits people were asked about, {own.reviewed} answered: {own.bears} bears, {own.others} not, "
        f"{own.unsure} unsure{share}" + own.beside
    )


def _local(at: datetime, told: Asked) -> str:
    return protection.local(at, told.site)
