"""The time-lapse: what was drawn, and the pictures that were kept whatever the gate saw."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api import lapses, media
from api.dependencies import Anyone, ClockDep, Cursor, Number, ReadDep, SystemDep
from api.schemas.timelapse import DrawnHourOut, DrawnHourPage, LapseOut
from ingest.timelapse import HOUR
from rollout.actors import Actor
from store import tables, timelapse
from store.errors import NotFound
from store.session import Session

router = APIRouter(tags=["timelapse"])


@router.get("/timelapse")
def hours(
    camera: str, who: Anyone, session: ReadDep, cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DrawnHourPage:  # fmt: skip
    """Drawn hours of a camera, those to come too, the last drawn first."""
    _require(session, camera, who)
    found = timelapse.hours(session, camera, cursor=cursor, limit=limit + 1)
    more = found[limit - 1][0].id if len(found) > limit else None
    return DrawnHourPage(items=[_hour(row, count) for row, count in found[:limit]], next=more)


@router.get("/timelapse/{hour}")
def pictures(hour: Number, who: Anyone, session: ReadDep, now: ClockDep) -> LapseOut:
    """The pictures of a drawn hour that are kept, in order, and its gaps with why each is one."""
    row = timelapse.hour(session, hour)
    _require(session, row.camera_id, who)
    return lapses.shown(session, row, now=now)


@router.get("/timelapse/pictures/{picture}.jpg", response_class=Response)
def picture(picture: Number, who: Anyone, session: ReadDep, parts: SystemDep) -> Response:
    """One picture of a drawn hour."""
    row, hour = timelapse.picture(session, picture)
    _require(session, hour.camera_id, who)
    return media.picture(parts, row.sha256, 800)


def _hour(row: tables.DrawnHour, count: int) -> DrawnHourOut:
    return DrawnHourOut(
        id=row.id, camera=row.camera_id, begins_at=row.begins_at, ends_at=row.begins_at + HOUR,
        drawn_at=row.drawn_at, probability=row.probability, seed=row.seed, pictures=count,
    )  # fmt: skip


def _require(session: Session, camera: str, who: Actor) -> None:
    """Raise NotFound for a camera that is not there, or not at this person's sites. A retired one keeps its hours."""
    row = session.get(tables.Camera, camera)
    if row is None or (who.sites and row.site_id not in who.sites):
        raise NotFound(f'there is no camera "{camera}"')
