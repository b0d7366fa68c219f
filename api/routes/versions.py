"""Model versions of a site: who challenges, how the two compare, and the way back."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api import media, shown, versions
from api.dependencies import Admin, Anyone, ClockDep, Number, ReadDep, Supervisor, SystemDep, WriteDep
from api.schemas.rules import RuleOut
from api.schemas.versions import ChallengeIn, ChallengeOut, GoBackIn, VersionsOut
from rollout import challenges, proposals, version_back
from store import frames, tables
from store.errors import NotFound

router = APIRouter(tags=["versions"])
Weeks = Annotated[int, Query(ge=1, le=104)]


@router.get("/sites/{site}/versions")
def of_site(
    site: str, who: Anyone, session: ReadDep, parts: SystemDep, now: ClockDep, model: str | None = None,
    weeks: Weeks = 8,
) -> VersionsOut:  # fmt: skip
    """The version in force, the canary and the challenger, and the two compared by visit."""
    versions.require_seen(session, site, who.sites, who.name)
    default = parts.default_bundle.sha256
    return versions.of_site(
        session, site, bundles=parts.bundles, default_model=default, now=now, model=model, weeks=weeks
    )


@router.post("/sites/{site}/challenge", status_code=201)
def challenge(
    site: str, told: ChallengeIn, who: Admin, session: WriteDep, parts: SystemDep, now: ClockDep
) -> ChallengeOut:
    """Let another version look at the site's frames in shadow."""
    default = parts.default_bundle.sha256
    return versions.challenge(
        challenges.begin(session, site, told.model, by=who, reason=told.reason, default_model=default, now=now)
    )


@router.post("/sites/{site}/challenge/end")
def end_challenge(site: str, who: Admin, session: WriteDep, now: ClockDep) -> ChallengeOut:
    """The challenger looks at no more frames; what it said stays."""
    return versions.challenge(challenges.end(session, site, by=who, now=now))


@router.post("/sites/{site}/go-back")
def back(site: str, told: GoBackIn, who: Supervisor, session: WriteDep, now: ClockDep) -> RuleOut:
    """End the canary, or put the version approved before in force. One person may."""
    row = version_back.go_back(session, site, by=who, reason=told.reason, now=now)
    if row is None:
        raise NotFound(f'there is no rule in force at "{site}"')
    return shown.rule(proposals.view(session, row, now), shown.model_names(session))


@router.get("/frames/{frame}/picture.jpg", response_class=Response)
def picture(
    frame: Number, who: Anyone, session: ReadDep, parts: SystemDep,
    width: Annotated[int, Query(ge=1, le=4096)] = 800,
) -> Response:  # fmt: skip
    """A frame's picture, made anew by us."""
    row = frames.get(session, frame)
    if who.sites and session.get_one(tables.Camera, row.camera_id).site_id not in who.sites:
        raise NotFound(f"there is no frame {frame}")
    return media.picture(parts, row.sha256, width)
