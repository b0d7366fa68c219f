"""Health: what is or was wrong with cameras, who knows of it, and their reference views."""

import io
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api import ailing, media
from api.dependencies import Anyone, ClockDep, Cursor, Number, ReadDep, Supervisor, SystemDep, WriteDep, at_least
from api.schemas.health import EpisodeOut, EpisodePage, NoteIn, StoragePage
from rollout import episodes as telling
from rollout.actors import Actor
from store import cameras, episodes, views
from store.errors import NotFound
from store.session import Session
from store.vocabulary import Role

router = APIRouter(tags=["cameras"])


@router.get("/episodes")
def page(
    who: Anyone, session: ReadDep, camera: str | None = None, site: str | None = None, only_open: bool = False,
    since: datetime | None = None, until: datetime | None = None, cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EpisodePage:  # fmt: skip
    """What is or was wrong with cameras, newest first; since and until: what lasted into this period."""
    if site and who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    if camera is not None:
        _seen(session, camera, who)
    found = episodes.between(
        session, since=ailing.aware(since), until=ailing.aware(until), camera=camera,
        sites=(site,) if site else who.sites, only_open=only_open, cursor=cursor, limit=limit + 1,
    )  # fmt: skip
    more = found[limit - 1].id if len(found) > limit else None
    return EpisodePage(items=[ailing.episode(session, row) for row in found[:limit]], next=more)


@router.post("/episodes/{episode}/acknowledge")
def acknowledge(episode: Number, told: NoteIn, who: Supervisor, session: WriteDep, now: ClockDep) -> EpisodeOut:
    """Say that one knows of it, and what is done: no more reminders."""
    return ailing.episode(session, telling.acknowledge(session, episode, note=told.note, by=who, now=now))


@router.post("/cameras/{camera}/accept-view")
def accept_view(camera: str, told: NoteIn, who: Supervisor, session: WriteDep, now: ClockDep) -> EpisodePage:
    """The camera was moved on purpose: its next good pictures are the reference, a new segment of evidence begins."""
    telling.accept_view(session, camera, note=told.note, by=who, now=now)
    session.flush()
    found = episodes.open_of(session, camera)
    return EpisodePage(items=[ailing.episode(session, row) for row in found], next=None)


@router.get("/storage", dependencies=[Depends(at_least(Role.AUDITOR))])
def storage(session: ReadDep, parts: SystemDep) -> StoragePage:
    """How much of each kind of evidence is kept, how old the oldest is, its budgets, and what was dropped."""
    return ailing.storage(session, parts)


@router.get("/cameras/{camera}/reference.jpg", response_class=Response)
def reference(camera: str, who: Anyone, session: ReadDep, night: bool = False) -> Response:
    """The view that the camera's pictures are compared with, by day or by night: small and grey."""
    from PIL import Image

    _seen(session, camera, who)
    view = views.reference(session, camera, night=night)
    if view is None:
        raise NotFound(f"camera {camera} has no reference view by {'night' if night else 'day'} yet")
    made = io.BytesIO()
    Image.frombytes("L", (view.width, view.height), view.grey).save(made, "JPEG", quality=90)
    return Response(made.getvalue(), media_type="image/jpeg", headers=media.FRESH)


def _seen(session: Session, camera: str, who: Actor) -> None:
    row = cameras.find(session, camera)
    if row is None or (who.sites and row.site_id not in who.sites):
        raise NotFound(f'there is no camera "{camera}"')
