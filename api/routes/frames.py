"""The door for camera frames, and what became of an upload."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api import auth, shown, watched
from api.dependencies import Anyone, ClockDep, Number, ReadDep, SystemDep, bearer
from api.schemas.frames import AcceptedOut, UploadFrameOut, UploadOut
from api.schemas.park import DecisionOut
from api.wiring import System
from ingest.arrivals import accept_upload
from ingest.handed import Handed, refuse
from ingest.recognition import Claims
from rollout import watching
from store import decisions, frames, tables
from store.errors import HeaderBroken, NotAPicture, NotFound, NotSignedIn, TimeMalformed, TooLarge
from store.session import Session, reading
from store.vocabulary import Door

router = APIRouter(tags=["frames"])
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@router.post("/frames", status_code=202)
def hand_in(
    request: Request, response: Response, parts: SystemDep, now: ClockDep,
    file: Annotated[UploadFile, File()], captured_at: Annotated[str | None, Form()] = None,
) -> AcceptedOut:  # fmt: skip
    """Hand in one picture or clip with a camera key. After a 2xx it survives a power cut."""
    camera = camera_of(request, parts)
    request.app.state.limits.count(camera, now)
    if (file.size or 0) > parts.settings.upload_limit_mb * 1_000_000:
        raise TooLarge(f"the file is larger than {parts.settings.upload_limit_mb} MB: send a smaller one")
    with request.app.state.memory.of(file.size or 0):
        data, stated = file.file.read(), _stated(captured_at)
        try:
            accepted = accept_upload(parts.intake, camera=camera, data=data, stated_at=stated, now=now)
        except (NotAPicture, HeaderBroken, TooLarge) as fault:
            claims = Claims(camera=camera)
            handed = Handed(door=Door.HTTP, name=file.filename or "", data=data, claims=claims, sent_at=stated)
            refuse(parts.desk, handed, fault, now=now)
            raise
    response.status_code = 202 if accepted.new else 200
    return AcceptedOut(upload=accepted.upload, kind=accepted.kind, frame=accepted.frame, sha256=accepted.sha256)


def camera_of(request: Request, parts: System) -> str:
    """The camera whose key the request carries. Raises NotSignedIn, UnknownCamera."""
    key = bearer(request)
    if key is None:
        raise NotSignedIn("send the camera's key: Authorization: Bearer KEY")
    with reading(parts.engine) as session:
        return auth.camera_of(session, key).id


@router.get("/uploads/{upload}")
def upload(upload: Number, request: Request, session: ReadDep, now: ClockDep) -> UploadOut:
    """An upload's frames and their decisions; for people of its site and for its own camera."""
    row, may_see = session.get(tables.Upload, upload), _seer(request, session, now)
    if row is None or not may_see(session.get_one(tables.Camera, row.camera_id)):
        raise NotFound(f"there is no upload {upload}")
    return UploadOut(
        upload=row.id, kind=row.kind, camera=row.camera_id, sha256=row.sha256, opened=row.opened_at is not None,
        error=row.error,
        frames=[
            UploadFrameOut(frame=frame.id, decision=_decision(session, frame))
            for frame in frames.of_upload(session, upload)
        ],
    )  # fmt: skip


@router.get("/frames/{frame}/decision")
def decision(frame: Number, who: Anyone, session: ReadDep, now: ClockDep) -> DecisionOut:
    """What was done because of one frame, and why."""
    row = frames.get(session, frame)
    site = session.get_one(tables.Camera, row.camera_id).site_id
    if who.sites and site not in who.sites:
        raise NotFound(f"there is no frame {frame}")
    watched.require_shown(session, who, site, now)
    found = _decision(session, row)
    if found is None:
        raise NotFound(f"frame {frame} has no decision yet")
    return found


def _decision(session: Session, frame: tables.Frame) -> DecisionOut | None:
    row = decisions.of_frame(session, frame.id)
    return shown.decision(frame, row) if row else None


def _seer(request: Request, session: Session, now: datetime) -> Callable[[tables.Camera], bool]:
    """Whose uploads the asker may see: a camera its own, a person those of their sites."""
    secret, cookie = bearer(request), request.cookies.get(auth.COOKIE)
    if secret is not None and secret.startswith("bwk_"):
        own = auth.camera_of(session, secret).id
        return lambda camera: camera.id == own
    if secret is None and cookie is None:
        raise NotSignedIn("sign in, or send a token or the camera's key")
    who = auth.by_token(session, secret) if secret else auth.by_cookie(session, cookie or "", now)
    hidden = watching.hidden_at(session, who.actor.id, now=now)
    return lambda camera: camera.site_id not in hidden and (not who.actor.sites or camera.site_id in who.actor.sites)


def _stated(captured_at: str | None) -> datetime | None:
    """RFC 3339; a leap second counts as the one before it."""
    if not captured_at:
        return None
    try:
        stated = (
            datetime.fromisoformat(captured_at.replace(":60", ":59")) if RFC_3339.fullmatch(captured_at) else None
        )
    except ValueError:
        stated = None
    if stated is None:
        raise TimeMalformed(f'captured_at: "{captured_at}" is not a time like 2026-11-24T03:12:09Z (with its offset)')
    return stated
