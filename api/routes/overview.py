"""The park on one page, for whoever answers for it."""

from fastapi import APIRouter

from api import shown
from api.dependencies import Anyone, ClockDep, ReadDep
from api.schemas.overview import OverviewOut
from rollout import overview, watching

router = APIRouter(tags=["park"])


@router.get("/park")
def the_park(who: Anyone, session: ReadDep, now: ClockDep) -> OverviewOut:
    """Sites by stage, what is due, what was overridden, hours protected of hours in scope."""
    blind = watching.hidden_at(session, who.id, now=now)
    return shown.overview(overview.of(session, who.sites, now, blind=blind))
