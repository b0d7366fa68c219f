"""The simulated year of the demo, week by week; it knows nothing of the park."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api import demo_year
from api.dependencies import Anyone, SystemDep
from api.reported import MEDIA, Format
from api.routes.reports import SAFE
from api.schemas.demo_year import DemoYearOut

router = APIRouter(tags=["demo"])
Number = Annotated[int | None, Query(ge=1, le=demo_year.WEEKS, description="of the week, from 1; none: the last")]
Week = Annotated[str, Path(max_length=20, description="ISO week, as 2026-W47")]


@router.get("/demo-year")
def week(_who: Anyone, parts: SystemDep, week: Number = None) -> DemoYearOut:
    """Five simulated sites in one week, as it was known on the Monday after it."""
    return demo_year.shown(parts.demo_year, week)


@router.get("/demo-year/{site}/{week}.html", response_class=Response)
def report(site: Annotated[str, Path(max_length=40)], week: Week, _who: Anyone, parts: SystemDep) -> Response:
    """The whole report of a simulated site's week as a page."""
    body, number = demo_year.report(parts.demo_year, site, week, Format.HTML)
    headers = SAFE | {"Bearwatch-Revision": str(number) if number else "none", "Cache-Control": "no-store"}
    return Response(body, media_type=MEDIA[Format.HTML], headers=headers)
