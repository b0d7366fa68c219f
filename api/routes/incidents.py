"""The register of incidents: read by people of the site, causes named by its supervisors."""

from typing import Annotated

from fastapi import APIRouter, Query

from api import registered
from api.dependencies import Anyone, ClockDep, Cursor, Number, ReadDep, Supervisor, WriteDep
from api.schemas.incidents import IncidentOut, IncidentPage, NameCauseIn
from rollout import incidents

router = APIRouter(prefix="/incidents", tags=["reports"])


@router.get("")
def page(
    who: Anyone, session: ReadDep, now: ClockDep, site: Annotated[str | None, Query(max_length=40)] = None,
    only_open: bool = False, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> IncidentPage:  # fmt: skip
    """Bears that nobody was warned of, the newest first; only_open: of which nobody named the cause yet."""
    return registered.page(session, who, site=site, only_open=only_open, cursor=cursor, limit=limit, now=now)


@router.post("/{number}/cause")
def name_cause(
    number: Number, told: NameCauseIn, who: Supervisor, session: WriteDep, now: ClockDep
) -> IncidentOut:  # fmt: skip
    """Say by name why nobody was warned. Another cause later stands beside the first; the last one holds."""
    row = incidents.name_cause(session, number, cause=told.cause, note=told.note, by=who, now=now)
    return registered.one(session, row, now)
