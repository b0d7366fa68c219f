"""Drawn: weekly reports of the store as papers, and the park's week, for whoever may see their sites."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from math import exp
from typing import Any

from api import reported, watched
from api.papers import verdicts
from api.papers.numbers import number, sentence
from api.schemas.papers import ParkWeekOut, SiteWeekOut, SiteWeeksOut, Tone, WeekLineOut
from rollout import park_verdicts, watching
from rollout.actors import Actor
from rollout.park_verdicts import SiteVerdict
from rollout.verdicts import Drift
from store import alarms, park, reports, tables
from store.session import Session

WEEKS, MOST = 60, 1000
LARGEST = 13.8
"""ln of the largest e-value that is told: a million."""


def weeks(session: Session, who: Actor, site: str, now: datetime) -> SiteWeeksOut:
    """The weeks of a site. Raises NotFound: also where one watches it blind."""
    reported.require_there(session, who, site)
    watched.require_shown(session, who, site, now)
    return SiteWeeksOut(site=site, items=[
        WeekLineOut(
            week=week, revision=number, verdict=verdict, tone=verdicts.tone(verdict), sign=verdicts.sign(verdict),
            word=verdicts.SHORT.get(verdict, verdict),
        )
        for week, number, verdict in reports.verdicts(session, site, limit=WEEKS)
    ])  # fmt: skip


def park_week(session: Session, who: Actor, week: str | None, now: datetime) -> ParkWeekOut:
    """The sites that this person sees, judged together. week: None is the newest that has a report."""
    hidden = watching.hidden_at(session, who.id, now=now)
    sites = [row for row in park.sites(session) if (not who.sites or row.id in who.sites) and row.id not in hidden]
    listed = list(reports.weeks(session, [row.id for row in sites], limit=WEEKS))
    week = week or next(iter(listed), "")
    found = reports.page(session, sites=[row.id for row in sites], week=week, cursor=None, limit=MOST)
    rows = {row.site_id: row for row, _ in found}
    waiting = Counter(alarm.site_id for alarm in alarms.any_open(session))
    told = park_verdicts.judge([_verdict(row, waiting[row.site_id]) for row in rows.values()])
    names = {row.id: row.name for row in sites}
    none = [_none(row, waiting[row.id]) for row in sites if row.id not in rows]
    lines = [_line(one, rows[one.site], names[one.site], one.site in told.called) for one in told.sites]
    return ParkWeekOut(
        week=week, weeks=listed, says=told.says, holds=park_verdicts.HOLDS,
        e_together=exp(min(told.log_together, LARGEST)),
        patrols=patrolled({names[site]: row.body.get("feedback") or {} for site, row in rows.items()}),
        sites=[*(one for one in none if one.waiting), *lines, *(one for one in none if not one.waiting)],
    )  # fmt: skip


def patrolled(told: Mapping[str, Mapping[str, Any]]) -> str:
    """Where the park's patrols of a week go, by the feedback of each site's report.

    >>> patrolled({"Meadow": {"patrols": 5}, "Creek": {"patrols": 2}, "Orchard": {}})[:37]
    "Meadow had 5 of the park's 7 patrols."
    >>> patrolled({"Meadow": {"patrols": 0}})
    ''
    """
    many = {name: int(number(one.get("patrols")) or 0) for name, one in told.items()}
    most = max(many, key=lambda name: many[name], default="")
    if len(many) < 2 or not many[most]:
        return ""
    return (
        f"{most} had {many[most]} of the park's {sum(many.values())} patrols. Where more people look, more is seen, "
        "with or without more bears: compare its counts with care."
    )


def _verdict(row: tables.DriftReport, waiting: int) -> SiteVerdict:
    """waiting: alarms that are open now, whatever the report said on its day."""
    log_e: Mapping[str, Any] = row.body.get("log_e") or {}
    return SiteVerdict(
        site=row.site_id, verdict=Drift(row.verdict), log_down=number(log_e.get("start_down")) or 0.0,
        log_up=number(log_e.get("start_up")) or 0.0, waiting=waiting,
    )  # fmt: skip


def _line(one: SiteVerdict, row: tables.DriftReport, name: str, called: bool) -> SiteWeekOut:
    return SiteWeekOut(
        site=one.site, site_name=name, verdict=row.verdict, tone=verdicts.tone(row.verdict),
        sign=verdicts.sign(row.verdict), word=verdicts.word(row.verdict),
        sentence=sentence(str(row.body.get("reason") or "")), revision=row.revision, called=called,
        waiting=one.waiting, e_change=exp(min(one.log_change, LARGEST)),
    )  # fmt: skip


def _none(row: tables.Site, waiting: int) -> SiteWeekOut:
    """A site without a report; an alarm that waits there is told all the same."""
    return SiteWeekOut(
        site=row.id, site_name=row.name, verdict=None, tone=Tone.WAIT, sign="?", word="No report for this week",
        sentence="It is made on Monday at 06:00 site time, or on demand.", revision=None, called=False,
        waiting=waiting, e_change=None,
    )  # fmt: skip
