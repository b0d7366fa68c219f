"""What people do about a drift report: acknowledge an alarm by name, and accept a ratio as the usual one."""

from fastapi import APIRouter

from api import drifted, watched
from api.dependencies import Admin, Anyone, ClockDep, Number, ReadDep, Supervisor, WriteDep
from api.schemas.drift import (
    AcceptReferenceIn,
    AcknowledgeAlarmIn,
    AlarmOut,
    AlarmPage,
    ReferenceIn,
    ReferenceOut,
    ReferencePage,
    ReferencePreviewOut,
)
from rollout import alarms, references

router = APIRouter(tags=["reports"])


@router.get("/alarms")
def alarm_page(
    who: Anyone, session: ReadDep, now: ClockDep, site: str | None = None, only_open: bool = False
) -> AlarmPage:  # fmt: skip
    """Drift alarms, open and acknowledged, the newest first."""
    return drifted.alarms_of(session, who, site=site, only_open=only_open, now=now)


@router.post("/alarms/{number}/acknowledge")
def acknowledge(
    number: Number, told: AcknowledgeAlarmIn, who: Supervisor, session: WriteDep, now: ClockDep
) -> AlarmOut:  # fmt: skip
    """Say by name what the cause was; nothing else closes an alarm."""
    row = alarms.acknowledge(session, number, cause=told.cause, note=told.note, by=who, now=now)
    return drifted.alarm(session, row)


@router.get("/references")
def reference_page(who: Anyone, session: ReadDep, now: ClockDep, site: str | None = None) -> ReferencePage:
    """Reference ratios: proposed, in force and ended, the newest first."""
    return drifted.references_of(session, who, site=site, now=now)


@router.get("/references/preview")
def preview(site: str, who: Admin, session: ReadDep, now: ClockDep) -> ReferencePreviewOut:
    """What a proposal would rest on now. Nothing is written."""
    watched.sites_of(who, site)
    watched.require_shown(session, who, site, now)
    return drifted.preview(session, site, now=now)


@router.post("/references")
def propose(told: ReferenceIn, who: Admin, session: WriteDep, now: ClockDep) -> ReferenceOut:
    """Propose the ratio that the weeks give, on the evidence as it stands now, which is frozen with it."""
    row = references.propose(session, told.site, reason=told.reason, by=who, now=now)
    return drifted.reference(session, row, now)


@router.post("/references/{number}/accept")
def accept(
    number: Number, told: AcceptReferenceIn, who: Supervisor, session: WriteDep, now: ClockDep
) -> ReferenceOut:  # fmt: skip
    """The second person's yes to this very evidence."""
    row = references.accept(session, number, sha256=told.sha256, by=who, now=now)
    return drifted.reference(session, row, now)


@router.post("/references/{number}/withdraw")
def withdraw(number: Number, who: Admin, session: WriteDep, now: ClockDep) -> ReferenceOut:
    """Take back one that nobody has accepted yet."""
    row = references.withdraw(session, number, by=who, now=now)
    return drifted.reference(session, row, now)
