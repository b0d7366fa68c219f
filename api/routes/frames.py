"""The door for camera frames, and what became of an upload."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api import auth, shown
from api.dependencies import Anyone, ClockDep, ReadDep, SystemDep, bearer
from api.schemas.frames import AcceptedOut, UploadFrameOut, UploadOut
from api.schemas.park import DecisionOut
from ingest.arrivals import accept_upload
from store import decisions, frames, tables
from store.errors import HeaderBroken, NotFound, NotSignedIn, TooLarge
from store.session import Session, reading

router = APIRouter(tags=["frames"])


@router.post("/frames", status_code=202)
def hand_in(
    request: Request, response: Response, parts: SystemDep, now: ClockDep,
    file: Annotated[UploadFile, File()], captured_at: Annotated[str | None, Form()] = None,
) -> AcceptedOut:  # fmt: skip
    """Hand in one picture or clip with a camera key. After a 2xx it survives a power cut."""
    key = bearer(request)
    if key is None:
        raise NotSignedIn("send the camera's key: Authorization: Bearer KEY")
    with reading(parts.engine) as session:
        camera = auth.camera_of(session, key).id
    request.app.state.limits.count(camera, now)
    data = file.file.read()
    if len(data) > parts.settings.upload_limit_mb * 1_000_000:
        raise TooLarge(f"the file is larger than {parts.settings.upload_limit_mb} MB: send a smaller one")
    accepted = accept_upload(parts.intake, camera=camera, data=data, stated_at=_stated(captured_at), now=now)
    response.status_code = 202 if accepted.new else 200
    return AcceptedOut(upload=accepted.upload, kind=accepted.kind, frame=accepted.frame, sha256=accepted.sha256)


@router.get("/uploads/{upload}")
def upload(upload: int, request: Request, session: ReadDep, now: ClockDep) -> UploadOut:
    """An upload's frames and their decisions; for people of its site and for its own camera."""
    row = session.get(tables.Upload, upload)
    if row is None or not _may_see(request, session, row.camera_id, now):
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
def decision(frame: int, who: Anyone, session: ReadDep) -> DecisionOut:
    """What was done because of one frame, and why."""
    row = frames.get(session, frame)
    site = session.get_one(tables.Camera, row.camera_id).site_id
    found = _decision(session, row)
    if found is None or (who.sites and site not in who.sites):
        raise NotFound(f"frame {frame} has no decision yet" if found is None else f"there is no frame {frame}")
    return found


def _decision(session: Session, frame: tables.Frame) -> DecisionOut | None:
    row = decisions.of_frame(session, frame.id)
    return shown.decision(frame, row) if row else None


def _may_see(request: Request, session: Session, camera: str, now: datetime) -> bool:
    """A camera sees its own uploads; a person those of their sites."""
    secret = bearer(request)
    if secret is not None and secret.startswith("bwk_"):
        return auth.camera_of(session, secret).id == camera
    cookie = request.cookies.get(auth.COOKIE)
    if secret is None and cookie is None:
        raise NotSignedIn("sign in, or send a token or the camera's key")
    who = auth.by_token(session, secret) if secret else auth.by_cookie(session, cookie or "", now)
    site = session.get_one(tables.Camera, camera).site_id
    return not who.actor.sites or site in who.actor.sites


def _stated(captured_at: str | None) -> datetime | None:
    if not captured_at:
        return None
    try:
        stated = datetime.fromisoformat(captured_at)
    except ValueError:
        stated = None
    if stated is None or stated.tzinfo is None:
        raise HeaderBroken(f'captured_at: "{captured_at}" is not a time like 2026-11-24T03:12:09Z (with its offset)')
    return stated
