"""Narrowing: what automation does when a guardrail fails. It takes live to ranger-confirmed, and never to silence.

A trial asks anyway, so there it only tells. A pause for a technical fault ends by itself; from everything else two
people go back, as they would widen.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rollout import guardrails, measuring, operations, schedule, site_by_site
from rollout.guardrails import Judged, Outcome
from rollout.schedule import Day
from rollout.stages import WARNS
from store import audit, narrowing, park, rules, runs, tables
from store.errors import GuardrailsNotJudged
from store.session import Engine, Session, transaction
from store.vocabulary import Stage

JOB = "guardrails"
WHO = "Bearwatch"


def keep(engine: Engine, now: datetime) -> int:
    """Judge every site's rule as of now, and once for each day that has ended; gives how many guardrails failed anew.

    Each day is one transaction, and a site that cannot be judged keeps none of the others. Raises
    GuardrailsNotJudged after the last one.
    """
    return site_by_site.each(
        engine, lambda site: _keep_site(engine, site, now), event="guardrails.failed",
        fault=lambda sites: GuardrailsNotJudged(f"of {sites}: the log says why; what was narrowed stays so"),
    )  # fmt: skip


def _keep_site(engine: Engine, site: str, now: datetime) -> int:
    failed = 0
    while True:
        with transaction(engine) as session:
            row = park.site(session, site, lock=True)
            missed = _missed(session, row, now)
            failed += judge_day(session, row, missed[0] if missed else _today(row, now), now=now)
            if not missed:
                return failed
            runs.mark(session, JOB, site, missed[0].period, says="judged", now=now)


def judge_day(session: Session, site: tables.Site, day: Day, *, now: datetime) -> int:
    """Judge one day of a site, and write down and tell what fails anew. A second time it says nothing new."""
    rule = rules.in_force(session, site.id)
    if rule is None or rule.stage not in WARNS:
        return 0
    judged = judge(session, rule, day, now=now)
    _end_passed(session, site, rule, judged, day, now)
    return sum(_failed(session, site, rule, told, day, now) for told in guardrails.failing(judged))


def judge(session: Session, rule: tables.Rule, day: Day, *, now: datetime) -> tuple[Judged, ...]:
    """Every guardrail of a rule, on that day."""
    said: Mapping[str, Any] = rule.body.get("guardrails") or {}
    return guardrails.judge(said, measuring.of_day(session, rule, day, now=now)) if said else ()


def at_present(session: Session, rule: tables.Rule, now: datetime) -> tuple[Judged, ...]:
    """How the guardrails of a rule stand now; none where it warns nobody."""
    if rule.stage not in WARNS:
        return ()
    return judge(session, rule, _today(session.get_one(tables.Site, rule.site_id), now), now=now)


def replaced(session: Session, site: str, *, why: str, now: datetime) -> None:
    """Another rule came into force: what its people saw fail is answered. A fault that still lasts still holds."""
    rule = rules.in_force(session, site)
    faults_stay = rule is not None and rule.stage in WARNS
    rows = [row for row in narrowing.open_of(session, site) if not (row.technical and faults_stay)]
    narrowing.end(session, rows, why=why, now=now)


def _missed(session: Session, site: tables.Site, now: datetime) -> Sequence[Day]:
    """The days that ended since the rule in force came, and were not judged to their end."""
    rule = rules.in_force(session, site.id)
    if rule is None or rule.stage not in WARNS or rule.in_force_at is None:
        return ()
    return schedule.due(
        since=rule.in_force_at, done=runs.done(session, JOB, site.id), now=now, zone=ZoneInfo(site.time_zone)
    )


def _today(site: tables.Site, now: datetime) -> Day:
    return schedule.day_of(now, ZoneInfo(site.time_zone))


def _failed(session: Session, site: tables.Site, rule: tables.Rule, told: Judged, day: Day, now: datetime) -> bool:
    """Write it down and tell it, unless that was done; gives whether it is new."""
    held = [row for row in narrowing.open_of(session, site.id) if row.technical and row.guardrail == told.guardrail]
    period = now.isoformat(timespec="seconds") if told.technical else day.period
    if held or narrowing.same(session, rule.id, told.guardrail, period) is not None:
        return False
    row = narrowing.add(
        session, rule, told.guardrail, period=period, technical=told.technical, says=told.says, numbers=numbers(told),
        now=now,
    )  # fmt: skip
    says = f"{site.name}: guardrail {told.guardrail} failed: {told.says}. {_meaning(row)}"
    body = {"guardrail": told.guardrail, "period": period, "rule": rule.id, "revision": rule.revision, **row.numbers}
    audit.append(
        session, at=now, who=WHO, action="rule.narrowed" if rule.stage is Stage.LIVE else "guardrail.failed",
        subject=f"rule:{rule.id}", says=says, body=body,
    )  # fmt: skip
    operations.tell(session, site.id, key=f"guardrail:{row.id}", says=says, now=now)
    return True


def _end_passed(
    session: Session, site: tables.Site, rule: tables.Rule, judged: Sequence[Judged], day: Day, now: datetime
) -> None:
    """End a pause whose fault is over, and what a trial was told of a day before a whole one that does not fail."""
    failing = {told.guardrail for told in judged if told.outcome is Outcome.FAILS}
    over = [row for row in narrowing.open_of(session, site.id) if row.guardrail not in failing]
    pauses = [row for row in over if row.technical]
    narrowing.end(session, pauses, why="the fault is over", now=now)
    for row in pauses:
        says = f"{site.name}: the fault is over, {_again(session, rule)}."
        audit.append(
            session, at=now, who=WHO, action="pause.ended", subject=f"rule:{rule.id}", says=says,
            body={"guardrail": row.guardrail, "since": row.since.isoformat()},
        )  # fmt: skip
        operations.tell(session, site.id, key=f"guardrail-ended:{row.id}", says=says, now=now, waits=True)
    earlier = [row for row in over if row.period < day.period and day.ends <= now]
    answered = [row for row in earlier if row.stage is Stage.TRIAL and not row.technical]
    narrowing.end(session, answered, why=f"it did not fail on {day.period}", now=now)


def numbers(told: Judged) -> dict[str, Any]:
    """What a judgement rests on, for the audit chain and the page."""
    return {"has": told.has, "limit": told.limit, "of": told.of, "low": told.low, "high": told.high}


def _meaning(row: tables.Narrowing) -> str:
    if row.stage is Stage.TRIAL:
        return "The trial goes on: every alert is confirmed by a ranger before it goes out."
    back = "it ends by itself with its fault" if row.technical else "two people must approve going back to live"
    return f"Warnings go out only after a ranger confirms; {back}."


def _again(session: Session, rule: tables.Rule) -> str:
    if rule.stage is Stage.TRIAL:
        return "the trial goes on"
    if narrowing.open_of(session, rule.site_id):
        return "and another guardrail has failed: rangers are still asked first"
    return "warnings go out at once again"
