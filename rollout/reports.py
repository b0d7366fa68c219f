"""Reports: a week of a site is read, composed and kept as a numbered revision; the same rows make no new one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rollout import alarms, iso_weeks, report_body, report_reading, report_weeks
from rollout.iso_weeks import IsoWeek
from store import park, reports, tables
from store.errors import NotAllowedNow
from store.session import Session


def make(session: Session, site: str, week: str, *, now: datetime) -> tables.DriftReport:
    """The report of a week as it is known now: the newest revision where nothing has changed since, else the next.

    A week that is not over is reported up to now. Raises NotFound, WeekMalformed, NotAllowedNow for a week to come.
    """
    row = park.any_site(session, site)
    asked = week_of(row, week, now=now)
    park.hold(session, site)
    told, weeks = report_reading.facts(session, row, asked, now=now)
    report_weeks.keep(session, weeks)
    inputs, before = told.sha256(), reports.newest(session, site, asked.name)
    if before is not None and before.inputs_sha256 == inputs:
        return before
    body = report_body.compose(told, inputs=inputs)
    kept = reports.keep(
        session, site, asked.name, verdict=body["verdict"], body=body, inputs=inputs, as_of=told.as_of, now=now
    )
    alarms.of_report(session, kept, now=now)
    return kept


def live(session: Session, site: str, week: str, *, now: datetime) -> Mapping[str, Any]:
    """The same document without keeping it. Raises as `make`."""
    row = park.any_site(session, site)
    told, _ = report_reading.facts(session, row, week_of(row, week, now=now), now=now)
    return report_body.compose(told, inputs=told.sha256())


def week_of(site: tables.Site, week: str, *, now: datetime) -> IsoWeek:
    """A week of the site that has begun. Raises WeekMalformed, NotAllowedNow."""
    zone = ZoneInfo(site.time_zone)
    asked = iso_weeks.read(week, zone)
    if asked.begins > now:
        this = iso_weeks.holding(now, zone)
        raise NotAllowedNow(f"{week} has not begun at {site.id}: it is {this.name} there now")
    return asked
