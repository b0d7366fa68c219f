"""Measuring: what the guardrails of a rule are judged on, read from the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ingest.mending import name_of
from rollout import fast_answers
from rollout.episodes import TELL_AFTER
from rollout.guardrails import Seen
from rollout.schedule import Day
from store import alarms, answers, episodes, guardrails, reports, rules, tables
from store.guardrails import Told
from store.session import Session
from store.vocabulary import Verdict

RECENT = timedelta(days=7)
"""Times, and how usual pictures are, are judged over this long, so that one bad week shows."""

REVIEWED = timedelta(days=28)
"""Precision is judged over this long; no longer back than the rule is in force."""


def of_day(session: Session, rule: tables.Rule, day: Day, *, now: datetime) -> Seen:
    """What is known of a day of the rule's site, of the days before it, and of its cameras at present."""
    until = min(now, day.ends)
    begins = max(rule.in_force_at or rule.proposed_at, until - REVIEWED)
    rushed = fast_answers.numbers(fast_answers.bursts(answers.given(session, rule.site_id, since=begins)))
    visits = guardrails.told(session, rule.site_id, since=begins, until=until, but=rushed)
    recent = [visit for visit in visits if visit.raised_at >= until - RECENT]
    today = {"since": max(day.begins, begins), "until": until}
    tests, missed = guardrails.known_clips(session, rule.site_id, **today)
    week = {"since": max(begins, until - RECENT), "until": until}
    return Seen(
        told_today=sum(visit.raised_at >= day.begins for visit in visits),
        failed_today=guardrails.failed_deliveries(session, rule.site_id, **today),
        minutes=[_minutes(visit, visit.answered_at) for visit in recent if visit.answered_at is not None],
        waiting=[_minutes(visit, until) for visit in recent if visit.answered_at is None],
        bears=_many(visits, Verdict.BEAR), others=_many(visits, Verdict.NOT_BEAR),
        unsure=_many(visits, Verdict.UNSURE), apart=sum(visit.apart for visit in visits),
        canary=_canary(session, rule, day, visits, **week),
        seconds=[max(0.0, (visit.raised_at - visit.taken_at).total_seconds()) for visit in recent],
        usual=guardrails.out_of_domain(session, rule.site_id, rule.model_sha256, **week),
        tests=tests, tests_missed=missed, drift_alarm=drift_alarm(session, rule.site_id, at=until),
        faults=faults(session, rule, now=now),
    )  # fmt: skip


def _canary(
    session: Session, rule: tables.Rule, day: Day, visits: Sequence[Told], *, since: datetime, until: datetime
) -> Seen | None:
    """What the version that the rule tries has shown by itself; None where it tries none on that day."""
    canary = rules.canary_of(rule)
    if canary is None or day.day > canary.last_day:
        return None
    usual = guardrails.out_of_domain(session, rule.site_id, canary.sha256, since=since, until=until)
    own = [visit for visit in visits if visit.model == canary.sha256]
    return Seen(
        usual=usual, bears=_many(own, Verdict.BEAR), others=_many(own, Verdict.NOT_BEAR),
        unsure=_many(own, Verdict.UNSURE), apart=sum(visit.apart for visit in own),
    )  # fmt: skip


def _many(visits: Sequence[Told], verdict: Verdict) -> int:
    return sum(visit.verdict is verdict for visit in visits)


def drift_alarm(session: Session, site: str, *, at: datetime) -> bool | None:
    """Whether an alarm of a drift report was open then; None: there was no report yet."""
    return alarms.open_at(session, site, at) if reports.last(session, site, at) else None


def faults(session: Session, rule: tables.Rule, *, now: datetime) -> list[str]:
    """What is wrong now with the rule's cameras, or with the installation, so that a bear could pass unseen."""
    held = rules.cameras_of(rule)
    found = [
        row
        for row in episodes.between(session, sites=(rule.site_id,), only_open=True)
        if row.blind
        and (row.camera_id is None or held is None or row.camera_id in held)
        and now - row.noticed_at >= TELL_AFTER.get(row.kind, timedelta(0))
    ]
    return [
        f"{f'camera {row.camera_id}' if row.camera_id else 'Bearwatch'} is {name_of(row.kind)} ({row.says})"
        for row in sorted(found, key=lambda row: row.id)
    ]


def _minutes(visit: Told, until: datetime) -> float:
    return (until - visit.raised_at).total_seconds() / 60
