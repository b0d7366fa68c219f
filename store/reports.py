"""Drift reports: numbered revisions for each site and week, and the counts of weeks that later ones build on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound


def newest(session: Session, site: str, week: str) -> tables.DriftReport | None:
    """The report of a week; None before the first revision."""
    row = tables.DriftReport
    wanted = select(row).where(row.site_id == site, row.week == week).order_by(row.revision.desc())
    return session.scalar(wanted.limit(1))


def last(session: Session, site: str, at: datetime) -> tables.DriftReport | None:
    """The report of the latest week that was made by then, its newest revision of then."""
    row = tables.DriftReport
    wanted = select(row).where(row.site_id == site, row.made_at <= at)
    return session.scalar(wanted.order_by(row.week.desc(), row.revision.desc()).limit(1))


def revision(session: Session, site: str, week: str, number: int) -> tables.DriftReport:
    """One of its revisions. Raises NotFound."""
    row = tables.DriftReport
    found = session.scalar(select(row).where(row.site_id == site, row.week == week, row.revision == number))
    if found is None:
        raise NotFound(f'there is no revision {number} of the report of "{site}" for {week}')
    return found


def keep(
    session: Session, site: str, week: str, *, verdict: str, body: Mapping[str, Any], inputs: str, as_of: datetime,
    now: datetime,
) -> tables.DriftReport:  # fmt: skip
    """Write the next revision. Hold the site's row, so that two do not write the same number."""
    before = newest(session, site, week)
    row = tables.DriftReport(
        site_id=site, week=week, revision=before.revision + 1 if before else 1, as_of=as_of, verdict=verdict,
        body=dict(body), inputs_sha256=inputs, made_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def page(
    session: Session, *, sites: Sequence[str] | None, week: str | None, cursor: int | None, limit: int,
    but: Collection[str] = (),
) -> Sequence[tuple[tables.DriftReport, int]]:  # fmt: skip
    """The newest revision of each week with how many there are, the last made first; sites None: of all.

    but: without those of these sites.
    """
    row = tables.DriftReport
    last = select(func.max(row.id).label("id"), func.count().label("many")).group_by(row.site_id, row.week)
    last = last if sites is None else last.where(row.site_id.in_(sites))
    last = last.where(row.site_id.not_in(but)) if but else last
    last = last if week is None else last.where(row.week == week)
    newest = last.subquery()
    wanted = select(row, newest.c.many).join(newest, newest.c.id == row.id).order_by(row.id.desc()).limit(limit)
    wanted = wanted if cursor is None else wanted.where(row.id < cursor)
    return [(report, many) for report, many in session.execute(wanted)]


def weeks(session: Session, sites: Collection[str], *, limit: int) -> Sequence[str]:
    """The weeks of which one of these sites has a report, the newest first."""
    row = tables.DriftReport
    wanted = select(row.week).where(row.site_id.in_(sites)).distinct().order_by(row.week.desc()).limit(limit)
    return session.scalars(wanted).all()


def verdicts(session: Session, site: str, *, limit: int) -> Sequence[tuple[str, int, str]]:
    """Week, newest revision and its verdict, the newest week first, without the bodies."""
    row = tables.DriftReport
    last = select(func.max(row.id)).where(row.site_id == site).group_by(row.week)
    wanted = select(row.week, row.revision, row.verdict).where(row.id.in_(last)).order_by(row.week.desc())
    return [(week, number, verdict) for week, number, verdict in session.execute(wanted.limit(limit))]


def counts(session: Session, site: str, weeks: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """What was kept of these weeks, by week."""
    row, found = tables.DriftWeek, dict[str, Mapping[str, Any]]()
    names = sorted(weeks)
    for first in range(0, len(names), 500):
        wanted = select(row.week, row.counts).where(row.site_id == site, row.week.in_(names[first : first + 500]))
        found |= {row[0]: row[1] for row in session.execute(wanted)}
    return found


def keep_counts(session: Session, site: str, week: str, told: Mapping[str, Any], *, as_of: datetime) -> None:
    """Keep a week's counts, in place of what was kept of it before."""
    row = session.get(tables.DriftWeek, (site, week))
    if row is None:
        session.add(tables.DriftWeek(site_id=site, week=week, counts=dict(told), as_of=as_of))
    else:
        row.counts, row.as_of = dict(told), as_of
    session.flush()
