"""Mondays: the report of each site for the week that ended, made once by the clock, and handed to those who asked.

A week that was missed is made up. Of several only the last is sent: nobody gets a pile of old news.
"""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import structlog

from rollout import alarms, operations, reports, schedule
from rollout.iso_weeks import IsoWeek
from store import park, rules, runs, tables
from store.errors import ReportsNotMade
from store.session import Engine, Session, reading, transaction

JOB = "report"
AT = time(6)
MADE_UP = 26
"""Weeks back: as far as evidence reaches."""

log = structlog.get_logger()


def keep(engine: Engine, now: datetime) -> int:
    """Make what is due, a site and a week at a time; gives how many. A site that fails keeps none of the others.

    Raises ReportsNotMade after the last one.
    """
    with reading(engine) as session:
        wanted = [(site.id, week) for site in park.sites(session) for week in _due(session, site, now)]
    made, failed = 0, dict[str, str]()
    for site_id, week in wanted:
        if site_id in failed:
            continue
        try:
            made += _make(engine, site_id, week, newest=week == _last(wanted, site_id), now=now)
        except Exception:
            log.exception("report.failed", site=site_id, week=week.name)
            failed[site_id] = week.name
    if failed:
        raise ReportsNotMade(", ".join(f"{site} {week}" for site, week in failed.items()) + ": the log says why")
    return made


def _due(session: Session, site: tables.Site, now: datetime) -> Sequence[IsoWeek]:
    begun = rules.begun(session, site.id)
    if begun is None:
        return ()
    return schedule.weeks_due(
        since=begun, done=runs.done(session, JOB, site.id), now=now, zone=ZoneInfo(site.time_zone), at=AT,
        most=MADE_UP,
    )  # fmt: skip


def _last(wanted: Sequence[tuple[str, IsoWeek]], site: str) -> IsoWeek:
    return [week for name, week in wanted if name == site][-1]


def _make(engine: Engine, site_id: str, week: IsoWeek, *, newest: bool, now: datetime) -> bool:
    with transaction(engine) as session:
        site = park.site(session, site_id, lock=True)
        if runs.is_done(session, JOB, site_id, week.name):
            return False
        row = reports.make(session, site_id, week.name, now=now)
        if newest:
            _hand_out(session, site, row, now)
        runs.mark(session, JOB, site_id, week.name, says=row.verdict, now=now)
    return True


def _hand_out(session: Session, site: tables.Site, row: tables.DriftReport, now: datetime) -> None:
    """One message to each receiver that asked for reports; nobody else is woken by it."""
    says = f"{site.name}, report of {row.week}: {row.verdict.replace('_', ' ')}. {row.body['reason']}"
    operations.tell_these(
        session,
        operations.readers(session, site.id),
        key=f"report:{row.id}",
        says=says,
        now=now,
        more=alarms.page(row),
        waits=True,
    )
