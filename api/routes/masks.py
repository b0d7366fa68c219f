"""Masks and zones: which parts of a camera's view are not watched, and which have a name."""

from datetime import datetime

from fastapi import APIRouter

from api.dependencies import Admin, Anyone, ClockDep, Number, ReadDep, WriteDep
from api.schemas.masks import EndIn, MaskIn, MaskOut, MaskPage
from ingest import masking
from ingest.frames import Region
from ingest.masks import covered
from rollout import masks as drawing
from rollout.masks import Drawn
from store import cameras, masks, rules, tables
from store.errors import NotFound
from store.session import Session

router = APIRouter(tags=["cameras"])


@router.get("/cameras/{camera}/masks")
def page(camera: str, who: Anyone, session: ReadDep, now: ClockDep) -> MaskPage:
    """All that a camera ever had, the newest first, and how much of its view is not watched now."""
    row = cameras.find(session, camera)
    if row is None or (who.sites and row.site_id not in who.sites):
        raise NotFound(f'there is no camera "{camera}"')
    return _page(session, camera, now)


@router.post("/cameras/{camera}/masks")
def draw(camera: str, told: MaskIn, who: Admin, session: WriteDep, now: ClockDep) -> MaskPage:
    """Draw one: what a mask hides no model looks at from now on; at most half of the view."""
    region = Region(x=told.x, y=told.y, w=told.w, h=told.h)
    drawn = Drawn(kind=told.kind, name=told.name, light=told.light, region=region, why=told.why)
    drawing.draw(session, camera, drawn, by=who, now=now)
    return _page(session, camera, now)


@router.post("/masks/{mask}/end")
def end(mask: Number, told: EndIn, who: Admin, session: WriteDep, now: ClockDep) -> MaskPage:
    """End a mask or a zone; it stays in the list with who ended it and why."""
    row = drawing.end(session, mask, why=told.why, by=who, now=now)
    return _page(session, row.camera_id, now)


def _page(session: Session, camera: str, now: datetime) -> MaskPage:
    hidden = masking.in_force(session, camera, at=now)
    return MaskPage(
        items=[_shown(session, row) for row in masks.of_camera(session, camera)],
        unwatched_day=covered(hidden.day), unwatched_night=covered(hidden.night),
    )  # fmt: skip


def _shown(session: Session, row: tables.ViewPart) -> MaskOut:
    return MaskOut(
        id=row.id, camera=row.camera_id, kind=row.kind, name=row.name, light=row.light, x=row.x, y=row.y, w=row.w,
        h=row.h, began_at=row.began_at, began_by=rules.name_of(session, row.began_by), why=row.why,
        ended_at=row.ended_at, ended_by=rules.name_of(session, row.ended_by) if row.ended_by else None,
        ended_why=row.ended_why,
    )  # fmt: skip
