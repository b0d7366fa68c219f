"""Drifted: alarms and references as shapes, as far as a person may see them."""

from datetime import datetime

from api import watched
from api.schemas.drift import AlarmOut, AlarmPage, ReferenceOut, ReferencePage, ReferencePreviewOut
from rollout import alarms, references, watching
from rollout.actors import RANK, Actor
from store import alarms as alarm_rows
from store import references as reference_rows
from store import rules, tables
from store.session import Session
from store.vocabulary import Role


def alarm(session: Session, row: tables.DriftAlarm) -> AlarmOut:
    """One alarm."""
    is_open = row.acknowledged_at is None
    return AlarmOut(
        id=row.id, site=row.site_id, verdict=row.verdict, since_week=row.since_week, report=row.report_id,
        says=row.says, opened_at=row.opened_at,
        acknowledged_by=None if is_open else rules.name_of(session, row.acknowledged_by),
        acknowledged_at=row.acknowledged_at, cause=row.cause, note=row.note, escalated_at=row.escalated_at,
        escalations=row.escalations, escalates_at=alarms.next_at(session, row) if is_open else None,
    )  # fmt: skip


def alarms_of(session: Session, who: Actor, *, site: str | None, only_open: bool, now: datetime) -> AlarmPage:
    """Those of a site or of all that this person may see."""
    rows = alarm_rows.of_sites(session, watched.sites_of(who, site), only_open=only_open)
    hidden = watching.hidden_at(session, who.id, now=now)
    return AlarmPage(items=[alarm(session, row) for row in rows if row.site_id not in hidden])


def open_at_site(session: Session, who: Actor, site: str, now: datetime) -> list[AlarmOut]:
    """The open ones of a site; none for somebody who watches it blind."""
    if site in watching.hidden_at(session, who.id, now=now):
        return []
    return [alarm(session, row) for row in alarm_rows.open_of(session, site)]


def reference(session: Session, row: tables.ReferenceRatio, now: datetime) -> ReferenceOut:
    """One reference ratio."""
    return ReferenceOut(
        id=row.id, site=row.site_id, ratio=row.ratio, low=row.low, high=row.high, reason=row.reason,
        evidence=row.evidence, sha256=row.sha256, proposed_by=rules.name_of(session, row.proposed_by),
        proposed_at=row.proposed_at,
        accepted_by=rules.name_of(session, row.accepted_by) if row.accepted_by else None,
        accepted_at=row.accepted_at, ended_at=row.ended_at,
        ended_by=rules.name_of(session, row.ended_by) if row.ended_by else None, ended_why=row.ended_why,
        void=references.void(session, row, now) if _waits(row) else None,
    )  # fmt: skip


def references_of(session: Session, who: Actor, *, site: str | None, now: datetime) -> ReferencePage:
    """One's own sites', and what waits for a second person elsewhere, where one may be it."""
    own = watched.sites_of(who, site)
    found = reference_rows.of_sites(session, own if site or RANK[who.role] < RANK[Role.SUPERVISOR] else None)
    hidden = watching.hidden_at(session, who.id, now=now)
    return ReferencePage(
        items=[
            reference(session, row, now) for row in found
            if row.site_id not in hidden and (own is None or row.site_id in own or _waits(row))
        ]
    )  # fmt: skip


def preview(session: Session, site: str, *, now: datetime) -> ReferencePreviewOut:
    """What a proposal would rest on now."""
    told = references.preview(session, site, now=now)
    found = told.reference
    return ReferencePreviewOut(
        site=site, ratio=found.ratio if found else None, low=found.low if found else None,
        high=found.high if found else None, says=told.says, refused=told.refused, evidence=dict(told.evidence),
    )  # fmt: skip


def _waits(row: tables.ReferenceRatio) -> bool:
    return row.accepted_at is None and row.ended_at is None
