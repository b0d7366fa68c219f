"""Weekly reports as people read them: their words and pictures for the dashboard, and the park's week."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api import drawn, reported
from api.dependencies import MOST, Anyone, ClockDep, ReadDep
from api.papers.paper import paper
from api.schemas.papers import PaperOut, ParkWeekOut, SiteWeeksOut

router = APIRouter(tags=["reports"])
Week = Annotated[str, Path(pattern=r"^\d{4}-W\d{2}$", description="ISO week in site time, as 2026-W47")]
Revision = Annotated[int | None, Query(ge=1, le=MOST, description="none: the newest")]


@router.get("/sites/{site}/reports")
def weeks(site: str, who: Anyone, session: ReadDep, now: ClockDep) -> SiteWeeksOut:
    """The weeks of a site that have a report, each with its verdict's word, the newest first."""
    return drawn.weeks(session, who, site, now)


@router.get("/reports/park/newest")
def park_newest(who: Anyone, session: ReadDep, now: ClockDep) -> ParkWeekOut:
    """The newest week of which there is a report."""
    return drawn.park_week(session, who, None, now)


@router.get("/reports/park/{week}")
def park_week(week: Week, who: Anyone, session: ReadDep, now: ClockDep) -> ParkWeekOut:
    """One line for each site that one sees, what needs a person first; false discovery held over them (e-BH)."""
    return drawn.park_week(session, who, week, now)


@router.get("/reports/{site}/{week}/paper")
def words(site: str, week: Week, who: Anyone, session: ReadDep, now: ClockDep, revision: Revision = None) -> PaperOut:
    """The report in words, tables and pictures, as page and sheet are drawn from it."""
    body, number = reported.shown(session, who, site, week, revision=revision, now=now)
    return paper({**body, "revision": number})
