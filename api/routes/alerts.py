"""Alerts: list, claim, review, correct; their picture and clip."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, Response

from api import media, shown
from api.dependencies import Anyone, ClockDep, Ranger, ReadDep, SystemDep, WriteDep
from api.schemas.alerts import AlertOut, AlertPage, CorrectionIn, ReviewIn
from rollout import reviews
from rollout.actors import Actor
from store import alerts, tables
from store.errors import NotFound
from store.session import Session
from store.vocabulary import AlertState

router = APIRouter(prefix="/alerts", tags=["alerts"])


@router.get("")
def page(
    who: Anyone, session: ReadDep, state: Annotated[list[AlertState] | None, Query()] = None,
    site: str | None = None, cursor: int | None = None, limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AlertPage:  # fmt: skip
    """Newest first."""
    sites = (site,) if site else who.sites or None
    if site and who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    found = alerts.page(session, states=tuple(state or ()), sites=sites, cursor=cursor, limit=limit + 1)
    more = found[limit - 1].id if len(found) > limit else None
    return AlertPage(items=[shown.alert(session, row) for row in found[:limit]], next=more)


@router.get("/{alert}")
def one(alert: int, who: Anyone, session: ReadDep) -> AlertOut:
    """One alert with its story."""
    return shown.alert(session, seen(session, alert, who))


@router.post("/{alert}/claim")
def claim(alert: int, who: Ranger, session: WriteDep, now: ClockDep) -> AlertOut:
    """Say that one is looking at it, so that nobody else must."""
    reviews.claim(session, alert, by=who, now=now)
    return shown.alert(session, alerts.get(session, alert))


@router.post("/{alert}/release")
def release(alert: int, who: Ranger, session: WriteDep, now: ClockDep) -> AlertOut:
    """Give one's claim back."""
    reviews.release(session, alert, by=who, now=now)
    return shown.alert(session, alerts.get(session, alert))


@router.post("/{alert}/review")
def review(alert: int, told: ReviewIn, who: Ranger, session: WriteDep, now: ClockDep) -> AlertOut:
    """Record what a ranger saw. In trial, bear sends the warning."""
    reviews.record(session, alert, verdict=told.verdict, species=told.species, note=told.note, by=who, now=now)
    return shown.alert(session, alerts.get(session, alert))


@router.post("/{alert}/correct")
def correct(alert: int, told: CorrectionIn, who: Ranger, session: WriteDep, now: ClockDep) -> AlertOut:
    """Correct an earlier verdict."""
    reviews.correct(session, alert, verdict=told.verdict, note=told.note, by=who, now=now)
    return shown.alert(session, alerts.get(session, alert))


@router.get("/{alert}/picture.jpg", response_class=Response)
def picture(
    alert: int, who: Anyone, session: ReadDep, parts: SystemDep, width: Annotated[int, Query(ge=64, le=4096)] = 1600
) -> Response:
    """The alert's best picture, made anew by us: no byte of what was handed in goes out."""
    row = seen(session, alert, who)
    return media.picture(parts, session.get_one(tables.Frame, row.frame_id).sha256, width)


@router.get("/{alert}/clip.mp4", response_class=FileResponse)
def clip(alert: int, who: Anyone, session: ReadDep, parts: SystemDep) -> FileResponse:
    """The visit's pictures as a clip."""
    return media.clip(parts, session, seen(session, alert, who))


def seen(session: Session, alert: int, who: Actor) -> tables.Alert:
    """The alert, if it is of this person's sites. Raises NotFound."""
    row = alerts.get(session, alert)
    if who.sites and row.site_id not in who.sites:
        raise NotFound(f"there is no alert {alert}")
    return row
