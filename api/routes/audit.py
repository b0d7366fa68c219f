"""For auditors: the chain of changes, every frame's decision, and what held at any past minute."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from api import audit_file, shown, watched
from api.dependencies import Anyone, ClockDep, Cursor, ReadDep, SystemDep
from api.moments import moment
from api.schemas.audit import AuditEntryOut, AuditPage, DecisionPage, StandingOut
from rollout import past
from rollout.actors import Actor
from store import audit, decisions, park, tables
from store.audit import Wanted
from store.errors import NotFound, NotPermitted
from store.session import Session
from store.vocabulary import Reason, Role

router = APIRouter(tags=["audit"])
READERS = (Role.ADMIN, Role.AUDITOR)
Moment = Annotated[str | None, Query(description="RFC 3339; without an offset it is UTC")]
Most = Annotated[int, Query(ge=1, le=500)]


def reader(who: Anyone) -> Actor:
    """An admin or an auditor."""
    if who.role not in READERS:
        raise NotPermitted(f"this is for admins and auditors; you are {who.role}")
    return who


Reader = Annotated[Actor, Depends(reader)]


def wanted(
    who: Reader, session: ReadDep, site: str | None = None, person: str | None = None, kind: str | None = None,
    since: Moment = None, until: Moment = None,
) -> Wanted:  # fmt: skip
    """The entries that are asked for, as far as this person's sites reach."""
    if site is not None:
        _mine(session, site, who)
    return Wanted(
        sites=(site,) if site else who.sites, who=person, action=kind, since=_moment(since), until=_moment(until)
    )  # fmt: skip


WantedDep = Annotated[Wanted, Depends(wanted)]


@router.get("/audit")
def chain(session: ReadDep, which: WantedDep, cursor: Cursor = None, limit: Most = 100) -> AuditPage:
    """The audit chain, newest first; for a person of some sites, what concerns these."""
    rows = audit.latest(session, before=cursor, limit=limit + 1, wanted=which)
    items = [_entry(row) for row in rows[:limit]]
    return AuditPage(items=items, next=items[-1].number if len(rows) > limit else None)


@router.get("/audit.{kind_of_file}", response_class=StreamingResponse)
def file(parts: SystemDep, which: WantedDep, kind_of_file: Literal["jsonl", "csv"]) -> StreamingResponse:
    """The same as a file, oldest first, which `bearwatch audit verify FILE` checks without a database."""
    part = "" if which == Wanted() else "-part"
    lines: Iterator[str] = (audit_file.lines if kind_of_file == "jsonl" else audit_file.rows)(parts.engine, which)
    named = {"Content-Disposition": f'attachment; filename="audit{part}.{kind_of_file}"'}
    media = "application/x-ndjson" if kind_of_file == "jsonl" else "text/csv; charset=utf-8"
    return StreamingResponse(lines, media_type=media, headers=named)


@router.get("/decisions")
def decision_page(
    who: Anyone, session: ReadDep, now: ClockDep, site: str | None = None, camera: str | None = None,
    reason: Reason | None = None,
    since: Annotated[str | None, Query(alias="from")] = None, until: Annotated[str | None, Query(alias="to")] = None,
    cursor: Cursor = None, limit: Most = 100,
) -> DecisionPage:  # fmt: skip
    """Every frame's decision with its reason, by the time of the picture; the frame that came in last first."""
    if site is not None:
        _mine(session, site, who)
    which = decisions.Wanted(
        sites=(site,) if site else who.sites, camera=camera, reason=reason, since=_moment(since),
        until=_moment(until),
    )  # fmt: skip
    rows = decisions.page(session, which, cursor=cursor, limit=limit + 1)
    hidden = watched.cameras_hidden(session, who, now)
    items = [shown.decision(frame, row) for frame, row in rows[:limit] if frame.camera_id not in hidden]
    return DecisionPage(items=items, next=rows[limit - 1][0].id if len(rows) > limit else None)


@router.get("/sites/{site}/rule-at")
def rule_at(site: str, who: Anyone, session: ReadDep, at: str) -> StandingOut:
    """Which rule was in force at a past minute and why. A time without an offset is the site's own."""
    place = _mine(session, site, who)
    return shown.standing(place.id, past.at(session, site, moment(at, place.time_zone)))


def _moment(told: str | None) -> datetime | None:
    return None if told is None else moment(told, "UTC")


def _mine(session: Session, site: str, who: Actor) -> tables.Site:
    if who.sites and site not in who.sites:
        raise NotFound(f'there is no site "{site}" for {who.name}')
    return park.any_site(session, site)


def _entry(row: tables.AuditEntry) -> AuditEntryOut:
    return AuditEntryOut(**{name: getattr(row, name) for name in AuditEntryOut.model_fields})
