"""Drift alarms: an alarm of a report stays open until a named person says what the cause was.

A new segment closes none. One that nobody takes climbs the duty chain: after the park's hours, and weekly after that.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rollout import iso_weeks, notices, operations, verdicts
from rollout.actors import Actor
from rollout.verdicts import Drift
from store import alarms, audit, park, reports, rules, tables
from store.errors import NotAllowedNow
from store.session import Session
from store.vocabulary import AlarmCause, Audience, Role

WHO = "Bearwatch"
UTC = ZoneInfo("UTC")
AGAIN = timedelta(weeks=1)
ANSWERED = timedelta(weeks=8)
"""So long an answer holds for the same alarm week after week: as far back as a report looks for its ratio."""

MEANS = {
    Drift.ALARM_DOWN: "the model sees half of what it should, or less",
    Drift.ALARM_UP: "the model sees twice what it should, or more",
}


def of_report(session: Session, report: tables.DriftReport, *, now: datetime) -> tables.DriftAlarm | None:
    """Open an alarm where a report alarms and nobody knows of it yet; in the transaction that keeps the report."""
    verdict = Drift(report.verdict)
    if verdict not in verdicts.ALARMS or _known(session, report, now):
        return None
    site = session.get_one(tables.Site, report.site_id)
    says = f"{site.name}: DRIFT ALARM in the report of {report.week}: {MEANS[verdict]}. {report.body['reason']}"
    row = tables.DriftAlarm(
        site_id=site.id, verdict=verdict.value, since_week=report.week, report_id=report.id, says=says, opened_at=now
    )
    session.add(row)
    session.flush()
    audit.append(
        session, at=now, who=WHO, action="alarm.opened", subject=f"site:{site.id}", says=says,
        body={"alarm": row.id, "verdict": row.verdict, "week": row.since_week, "report": report.id},
    )  # fmt: skip
    told = f"{says} It stays open until a supervisor acknowledges it by name, with the cause, on the page Sites."
    readers, key = operations.readers(session, site.id), f"alarm:{row.id}"
    operations.tell_these(session, readers, key=key, says=told, now=now, more=page(report))
    if not any(one.audience is Audience.RANGERS for one in readers):
        operations.tell(session, site.id, key=key, says=told, now=now, more=page(report))
    return row


def acknowledge(
    session: Session, number: int, *, cause: AlarmCause, note: str | None, by: Actor, now: datetime
) -> tables.DriftAlarm:  # fmt: skip
    """A named person says what it was. What it narrowed stays so: going back is for two people."""
    site = alarms.get(session, number).site_id
    by.require(Role.SUPERVISOR, site)
    park.hold(session, site)
    row = alarms.get(session, number, lock=True)
    if row.acknowledged_at is not None:
        who = rules.name_of(session, row.acknowledged_by)
        raise NotAllowedNow(f"{who} has acknowledged alarm {number} already: {_cause(row.cause)}")
    row.acknowledged_by, row.acknowledged_at, row.cause, row.note = by.id, now, cause, note
    session.flush()
    audit.append(
        session, at=now, who=by.name, action="alarm.acknowledged", subject=f"site:{site}",
        says=f"{_words(row.verdict)} since {row.since_week} at {site}: {_cause(cause)}{f', {note}' if note else ''}",
        body={"alarm": row.id, "cause": cause.value, "note": note},
    )  # fmt: skip
    return row


def keep(session: Session, now: datetime) -> int:
    """Escalate what nobody has acknowledged in time; gives how many were."""
    return sum(_escalate(session, row, now) for row in alarms.any_open(session) if now >= next_at(session, row))


def next_at(session: Session, row: tables.DriftAlarm) -> datetime:
    """When an open alarm climbs the chain next."""
    if row.escalated_at is not None:
        return row.escalated_at + AGAIN
    return first_due(session, row)


def first_due(session: Session, row: tables.DriftAlarm) -> datetime:
    """Until when somebody should have acknowledged it."""
    return row.opened_at + timedelta(hours=park.the_park(session).alarm_hours)


def in_words(session: Session, row: tables.DriftAlarm) -> str:
    """An open alarm in one line of site time."""
    zone = ZoneInfo(session.get_one(tables.Site, row.site_id).time_zone)
    climbed = f", escalated {row.escalations} times" if row.escalations else ""
    return (
        f"{_words(row.verdict)} since {row.since_week}, open since {row.opened_at.astimezone(zone):%a %d %b}{climbed}"
    )


def page(report: tables.DriftReport) -> dict[str, object]:
    """What a message of a report carries beside its words."""
    return {
        "site": report.site_id, "week": report.week, "verdict": report.verdict, "revision": report.revision,
        "page": f"/api/v1/reports/{report.site_id}/{report.week}.html",
    }  # fmt: skip


def _known(session: Session, report: tables.DriftReport, now: datetime) -> bool:
    """Whether it is a story that is open already, or that somebody has answered for.

    An answer holds while each week goes on alarming, and for some weeks at most.
    """
    last = alarms.last_of(session, report.site_id, report.verdict)
    if last is None or last.acknowledged_at is None:
        return last is not None
    week, since = (iso_weeks.read(name, UTC) for name in (report.week, last.since_week))
    if timedelta(0) <= since.begins - week.begins < ANSWERED:
        return True
    before = reports.newest(session, report.site_id, iso_weeks.back(week, 1, UTC).name)
    goes_on = before is not None and before.verdict == report.verdict
    return goes_on and now - last.acknowledged_at < ANSWERED


def _escalate(session: Session, row: tables.DriftAlarm, now: datetime) -> bool:
    row.escalations, row.escalated_at = row.escalations + 1, now
    told = notices.of_step(session, row.site_id, row.escalations, now)
    says = f"NOBODY HAS ACKNOWLEDGED: {row.says} Open since {row.opened_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
    operations.tell_these(session, told, key=f"alarm:{row.id}:{row.escalations}", says=says, now=now)
    audit.append(
        session, at=now, who=WHO, action="alarm.escalated", subject=f"site:{row.site_id}", says=says,
        body={"alarm": row.id, "times": row.escalations, "receivers": [one.id for one in told]},
    )  # fmt: skip
    return True


def _words(verdict: str) -> str:
    return verdict.replace("_", " ")


def _cause(cause: AlarmCause | None) -> str:
    return "" if cause is None else _words(cause.value)
