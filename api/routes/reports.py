"""Weekly reports: read as JSON, page or sheet; rangers have one made now."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api import reported, watched
from api.dependencies import MOST, Anyone, ClockDep, Cursor, Ranger, ReadDep, WriteDep
from api.papers.page import POLICY
from api.reported import MEDIA, Format
from api.schemas.reports import ReportOut, ReportPage
from rollout import reports, watching
from rollout.actors import Actor
from store import reports as rows
from store.session import Session
from store.vocabulary import Role

router = APIRouter(tags=["reports"])
Week = Annotated[str, Path(max_length=20, description="ISO week in site time, like 2026-W47")]
Revision = Annotated[int | None, Query(ge=1, le=MOST)]
SAFE = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
}  # fmt: skip
"""A page of words that people wrote: a browser may draw it and nothing else."""


@router.get("/reports")
def page(
    who: Anyone, session: ReadDep, now: ClockDep, site: str | None = None, week: str | None = None,
    cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReportPage:  # fmt: skip
    """The newest revision of each week, the last made first; none of a site that one watches blind."""
    if site is not None:
        reported.require_there(session, who, site)
    found = rows.page(
        session, sites=watched.sites_of(who, site), but=watching.hidden_at(session, who.id, now=now), week=week,
        cursor=cursor, limit=limit + 1,
    )  # fmt: skip
    more = found[limit - 1][0].id if len(found) > limit else None
    return ReportPage(items=[reported.out(row, many) for row, many in found[:limit]], next=more)


@router.get("/reports/{site}/{week}.html", response_class=Response)
def as_page(
    site: str, week: Week, who: Anyone, session: ReadDep, now: ClockDep, revision: Revision = None
) -> Response:
    """The report as a page."""
    return _answer(session, who, site, week, now, revision, Format.HTML)


@router.get("/reports/{site}/{week}.pdf", response_class=Response)
def as_sheet(
    site: str, week: Week, who: Anyone, session: ReadDep, now: ClockDep, revision: Revision = None
) -> Response:
    """The report as a sheet to print."""
    return _answer(session, who, site, week, now, revision, Format.PDF)


@router.get("/reports/{site}/{week}", response_class=Response)
def report(
    site: str, week: Week, who: Anyone, session: ReadDep, now: ClockDep, revision: Revision = None
) -> Response:
    """The report of a week, the newest revision; where none was made, what it would say now."""
    return _answer(session, who, site, week, now, revision, Format.JSON)


@router.post("/reports/{site}/{week}")
def make(site: str, week: Week, who: Ranger, session: WriteDep, now: ClockDep) -> ReportOut:
    """Make the report of a week now. The same rows make no new revision."""
    reported.require_there(session, who, site)
    who.require(Role.RANGER, site)
    watched.require_shown(session, who, site, now)
    row = reports.make(session, site, week, now=now)
    return reported.out(row, row.revision)


def _answer(
    session: Session, who: Actor, site: str, week: str, now: ClockDep, revision: int | None, form: Format
) -> Response:
    body, number = reported.shown(session, who, site, week, revision=revision, now=now)
    headers = SAFE | {"Bearwatch-Revision": str(number) if number else "none", "Cache-Control": "no-store"}
    return Response(reported.written(body, number, form), media_type=MEDIA[form], headers=headers)
