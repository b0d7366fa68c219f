"""Confirmed alerts as CAP 1.2 in an Atom feed, for sirens, signs and other agencies."""

from fastapi import APIRouter
from fastapi.responses import Response

from api import cap
from api.dependencies import Anyone, ClockDep, ReadDep
from store import alerts, tables
from store.vocabulary import AlertState, Stage, Verdict

router = APIRouter(tags=["alerts"])
CONFIRMED = (AlertState.CONFIRMED, AlertState.SENT, AlertState.FAILED, AlertState.REVIEWED)


@router.get("/cap.atom", response_class=Response)
def feed(who: Anyone, session: ReadDep, now: ClockDep) -> Response:
    """The confirmed alerts of the last day. An alert that nobody confirmed is never in it."""
    rows = [
        row
        for row in alerts.page(session, states=CONFIRMED, sites=who.sites or None, cursor=None, limit=100)
        if row.stage is not Stage.SHADOW and row.send and alerts.verdict_of(session, row.id) is Verdict.BEAR
    ]
    entries = [(row, session.get_one(tables.Site, row.site_id)) for row in rows if now - row.taken_at < cap.SHOWN_FOR]
    return Response(cap.atom(entries, who=who, now=now), media_type="application/atom+xml")
