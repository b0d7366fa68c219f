"""Sites, cameras, visits and model versions, as far as a person's sites reach."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from api import media, shown, states
from api.dependencies import Anyone, ClockDep, Cursor, Ranger, ReadDep, SystemDep, WriteDep
from api.schemas.park import CameraOut, CameraPage, ModelOut, SitePage, VisitOut, VisitPage
from rollout import protection, watching
from rollout.actors import Actor
from store import models, park, rules, tables, visits
from store.errors import NotFound
from store.session import Session
from store.vocabulary import Role

router = APIRouter(tags=["park"])


@router.get("/sites")
def sites(who: Anyone, session: ReadDep, parts: SystemDep, now: ClockDep) -> SitePage:
    """Each site with its rule and what protects it now."""
    names = shown.model_names(session)
    mine = [row for row in park.sites(session) if not who.sites or row.id in who.sites]
    return SitePage(
        items=[states.site(session, row, who=who, names=names, now=now) for row in mine],
        all_stopped=rules.open_stop_of(session, None) is not None,
        all_lift_asked=states.lift_asked(session, None, now), faults=states.faults(session, parts, now),
    )  # fmt: skip


@router.post("/sites/{site}/watch-accept")
def watch_accept(site: str, who: Ranger, session: WriteDep, now: ClockDep) -> dict[str, str]:
    """Take the manual watch of a site that the model does not protect."""
    return {"says": protection.accept(session, site, by=who, now=now).says}


@router.get("/cameras")
def cameras(who: Anyone, session: ReadDep, now: ClockDep, site: str | None = None) -> CameraPage:
    """Each camera with its health by the server's clock."""
    rows = [row for row in park.cameras(session, site) if not who.sites or row.site_id in who.sites]
    hidden = watching.hidden_at(session, who.id, now=now)
    return CameraPage(
        items=[
            states.camera(session, row, now=now, exact=_exact(session, row, who), blind=row.site_id in hidden)
            for row in rows
        ]
    )


@router.get("/cameras/{camera}")
def camera(camera: str, who: Anyone, session: ReadDep, now: ClockDep) -> CameraOut:
    """One camera."""
    row, hidden = _camera(session, camera, who), watching.hidden_at(session, who.id, now=now)
    return states.camera(
        session, row, now=now, exact=_exact(session, row, who), blind=row.site_id in hidden
    )  # fmt: skip


@router.get("/cameras/{camera}/latest.jpg", response_class=Response)
def latest(camera: str, who: Anyone, session: ReadDep, parts: SystemDep) -> Response:
    """The newest picture that the camera gave, kept as a frame or not."""
    row = _camera(session, camera, who)
    found = media.latest(parts, row.id)
    status = session.get(tables.CameraStatus, row.id)
    if found is None and status is not None and status.latest_sha256:
        return media.picture(parts, status.latest_sha256, 800)
    if found is None:
        raise NotFound(f"camera {camera} has given no picture yet")
    return found


@router.get("/cameras/{camera}/live.mjpg", response_class=StreamingResponse)
def live(camera: str, who: Anyone, session: ReadDep, parts: SystemDep, request: Request) -> StreamingResponse:
    """The camera's pictures as they come, for one minute at most."""
    row, leave = _camera(session, camera, who), request.app.state.viewers.enter()
    return StreamingResponse(
        media.live(parts, row.id, leave), media_type=f"multipart/x-mixed-replace; boundary={media.BOUNDARY}"
    )


@router.get("/visits")
def visit_page(
    who: Anyone, session: ReadDep, now: ClockDep, site: str | None = None, cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> VisitPage:  # fmt: skip
    """Newest first; without those of a site that one watches blind."""
    if site and who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    allowed = (site,) if site else who.sites or None
    hidden = watching.hidden_at(session, who.id, now=now)
    found = visits.page(session, sites=allowed, cursor=cursor, limit=limit + 1, but=hidden)
    more = found[limit - 1].id if len(found) > limit else None
    return VisitPage(items=[_visit(session, row) for row in found[:limit]], next=more)


@router.get("/models")
def model_list(who: Anyone, session: ReadDep, parts: SystemDep) -> dict[str, list[ModelOut]]:
    """The model versions that are known, and where each is at work."""
    default = parts.default_bundle.sha256
    return {
        "models": [states.model(session, row, default=default, sites=who.sites) for row in models.versions(session)]
    }


def _visit(session: Session, row: tables.Visit) -> VisitOut:
    return VisitOut(
        id=row.id, site=row.site_id, camera=row.camera_id, group=row.group_id, label=row.label, bear=row.bear,
        p_bear=row.p_bear, started_at=row.started_at, ended_at=row.last_at, frames=row.frames,
        alerts=[alert.id for alert in visits.alerts_of(session, row.id)], model=row.model_sha256,
    )  # fmt: skip


def _camera(session: Session, camera: str, who: Actor) -> tables.Camera:
    row = session.get(tables.Camera, camera)
    if row is None or row.retired_at is not None or (who.sites and row.site_id not in who.sites):
        raise NotFound(f'there is no camera "{camera}"')
    return row


def _exact(session: Session, row: tables.Camera, who: Actor) -> bool:
    """Where cameras of a sensitive site stand is for those who must find them."""
    return who.role is not Role.AUDITOR or not session.get_one(tables.Site, row.site_id).sensitive
