"""Alerts: list, claim, review, correct; their picture and clip."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from api import media, shown, watched
from api.dependencies import Anyone, ClockDep, Cursor, Number, Ranger, ReadDep, SystemDep, WriteDep
from api.schemas.alerts import AlertOut, AlertPage, CorrectionIn, RecordingOut, ReviewIn
from rollout import claims, reviews, watching
from rollout.actors import Actor
from store import alerts, frames, tables
from store.errors import NotFound
from store.session import Session
from store.vocabulary import AlertState

router = APIRouter(prefix="/alerts", tags=["alerts"])


@router.get("")
def page(
    who: Anyone, session: ReadDep, now: ClockDep, state: Annotated[list[AlertState] | None, Query()] = None,
    site: str | None = None, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AlertPage:  # fmt: skip
    """Newest first."""
    sites = (site,) if site else who.sites or None
    if site and who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    found = alerts.page(
        session, states=tuple(state or ()), sites=sites, cursor=cursor, limit=limit + 1,
        no_shadow_at=watching.hidden_at(session, who.id, now=now),
        none_before=watching.desk_since(session, who.id, now=now),
    )  # fmt: skip
    more = found[limit - 1].id if len(found) > limit else None
    return AlertPage(items=shown.alerts(session, found[:limit], now=now), next=more)


@router.get("/{alert}")
def one(alert: Number, who: Anyone, session: ReadDep, now: ClockDep) -> AlertOut:
    """One alert with its story."""
    return shown.alert(session, seen(session, alert, who, now), now=now)


@router.post("/{alert}/claim")
def claim(alert: Number, who: Ranger, session: WriteDep, now: ClockDep, take_over: bool = False) -> AlertOut:
    """Say that one is looking at it, so that nobody else must. A supervisor may take it over from somebody else."""
    claims.claim(session, alert, by=who, now=now, take_over=take_over)
    return shown.alert(session, alerts.get(session, alert), now=now)


@router.post("/{alert}/release")
def release(alert: Number, who: Ranger, session: WriteDep, now: ClockDep) -> AlertOut:
    """Give one's claim back."""
    claims.release(session, alert, by=who, now=now)
    return shown.alert(session, alerts.get(session, alert), now=now)


@router.post("/{alert}/review")
def review(alert: Number, told: ReviewIn, who: Ranger, session: WriteDep, now: ClockDep) -> AlertOut:
    """Record what a ranger saw. In trial, bear sends the warning."""
    _require_shown(session, alert, who, now)
    reviews.record(session, alert, verdict=told.verdict, species=told.species, note=told.note, by=who, now=now)
    return shown.alert(session, alerts.get(session, alert), now=now)


@router.post("/{alert}/correct")
def correct(alert: Number, told: CorrectionIn, who: Ranger, session: WriteDep, now: ClockDep) -> AlertOut:
    """Correct an earlier verdict."""
    _require_shown(session, alert, who, now)
    reviews.correct(session, alert, verdict=told.verdict, note=told.note, by=who, now=now)
    return shown.alert(session, alerts.get(session, alert), now=now)


@router.get("/{alert}/picture.jpg", response_class=Response)
def picture(
    alert: Number,
    who: Anyone,
    session: ReadDep,
    parts: SystemDep,
    now: ClockDep,
    width: Annotated[int, Query(ge=64, le=4096)] = 1600,
    frame: Cursor = None,
) -> Response:
    """The alert's best picture, or another of its visit, made anew by us: no byte of what was handed in goes out."""
    row = seen(session, alert, who, now)
    if frame is not None and frame not in frames.shown_of(session, row):
        raise NotFound(f"alert {alert} shows no frame {frame}")
    return media.picture(parts, session.get_one(tables.Frame, frame or row.frame_id).sha256, width)


@router.get("/{alert}/clip.mp4", response_class=FileResponse)
def clip(
    alert: Number, who: Anyone, session: ReadDep, parts: SystemDep, request: Request, now: ClockDep,
    part: Annotated[int | None, Query(ge=0)] = None, of: Literal["stream", "pictures"] = "stream",
) -> FileResponse:  # fmt: skip
    """What the camera sent, as received; where it is no stream, or by `of=pictures`, the visit's pictures."""
    row, places = seen(session, alert, who, now), request.app.state.clips
    if of == "pictures":
        return media.of_pictures(parts, session, row, places)
    return media.clip(parts, session, row, places, part)


@router.get("/{alert}/recordings")
def recordings(alert: Number, who: Anyone, session: ReadDep, now: ClockDep) -> list[RecordingOut]:
    """The pieces of what the camera sent during the visit, in the order of time; `clip.mp4?part=N` gives one."""
    rows = media.recordings_of(session, seen(session, alert, who, now))
    return [
        RecordingOut(
            part=number, camera=row.camera_id, began_at=row.began_at, ended_at=row.ended_at, size=row.size,
            codec=row.codec, width=row.width, height=row.height,
            clip=f"/api/v1/alerts/{alert}/clip.mp4?part={number}",
        )
        for number, row in enumerate(rows)
    ]  # fmt: skip


def seen(session: Session, alert: int, who: Actor, now: datetime) -> tables.Alert:
    """The alert, if it is of this person's sites. Raises NotFound."""
    row = alerts.get(session, alert)
    if who.sites and row.site_id not in who.sites:
        raise NotFound(f"there is no alert {alert}")
    _require_shown(session, alert, who, now)
    return row


def _require_shown(session: Session, alert: int, who: Actor, now: datetime) -> None:
    """What is kept from those who watch blind."""
    watched.require_alert_shown(session, who, alerts.get(session, alert), now)
