"""Reported: a week's report as the bytes that are given out, and who may see it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from api import papers, watched
from api.schemas.reports import ReportOut
from rollout import reports
from rollout.actors import Actor
from rollout.report_facts import canonical
from store import park, tables
from store import reports as rows
from store.errors import NotFound
from store.session import Session


class Format(StrEnum):
    """How a report is given out."""

    JSON = "json"
    HTML = "html"
    PDF = "pdf"


MEDIA = {Format.JSON: "application/json", Format.HTML: "text/html; charset=utf-8", Format.PDF: "application/pdf"}


def written(body: Mapping[str, Any], revision: int | None, form: Format) -> bytes:
    """The report in one of its forms. JSON is the same bytes for the same rows; the others are drawn from it."""
    if form is Format.JSON:
        return canonical(body).encode() + b"\n"
    told = {**body, "revision": revision}
    return papers.html(told).encode() if form is Format.HTML else papers.pdf(told)


def shown(
    session: Session, who: Actor, site: str, week: str, *, revision: int | None, now: datetime
) -> tuple[Mapping[str, Any], int | None]:
    """A kept report with its number, the newest unless one is asked for; where none was made, as it would be now.

    Raises NotFound for another's site, or one that this person watches blind; WeekMalformed, NotAllowedNow.
    """
    require_there(session, who, site)
    watched.require_shown(session, who, site, now)
    asked = reports.week_of(park.any_site(session, site), week, now=now)
    if revision is not None:
        return rows.revision(session, site, asked.name, revision).body, revision
    kept = rows.newest(session, site, asked.name)
    return (reports.live(session, site, week, now=now), None) if kept is None else (kept.body, kept.revision)


def require_there(session: Session, who: Actor, site: str) -> None:
    """Raise NotFound for a site that is not there, or not this person's."""
    if who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    park.any_site(session, site)


def out(row: tables.DriftReport, revisions: int) -> ReportOut:
    """One line of a list."""
    return ReportOut(
        site=row.site_id, week=row.week, revision=row.revision, revisions=revisions, verdict=row.verdict,
        reason=row.body["reason"], as_of=row.as_of, made_at=row.made_at, inputs_sha256=row.inputs_sha256,
    )  # fmt: skip
