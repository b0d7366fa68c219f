"""Validity: whether what was proposed still is what people said yes to, and why not."""

from datetime import datetime

from rollout import approvals, asked, exits, going_back, stages, terms
from rollout.actors import Actor
from rollout.stages import WARNS
from rollout.would_have import Forecast
from store import rules, tables
from store.errors import ApprovalVoid, NotPermitted
from store.session import Session
from store.vocabulary import Role, RuleState


def require_unchanged(session: Session, row: tables.Rule, now: datetime) -> None:
    """Raise ApprovalVoid, with the reason, where the rule, its version or what it was judged against has changed."""
    if approvals.expired(row.proposed_at, now):
        raise ApprovalVoid(f"proposed more than {stages.APPROVAL_DAYS} days ago: propose it again")
    why = void(session, row)
    if why is not None:
        raise ApprovalVoid(f"{why}: propose it again")


def require_evidence(session: Session, row: tables.Rule, now: datetime, *, forecast: Forecast | None = None) -> None:
    """Raise ApprovalVoid where what was frozen with it does not hold any more; an override rests on none.

    forecast: what the rule would have done until now; None: the workload that was frozen counts.
    """
    frozen = row.evidence.get("exit")
    if not row.widens or row.override_reason or frozen is None:
        return
    why = exits.moved(session, asked.of_row(session, row), frozen, forecast=forecast, now=now)
    if why is not None:
        raise ApprovalVoid(f"{why}: propose it again")


def require_present(session: Session, row: tables.Rule, now: datetime) -> None:
    """Raise ApprovalVoid where an approved rule rests, on its first day, on what is no longer there."""
    version = session.get_one(tables.ModelVersion, row.model_sha256)
    if version.retired_at is not None:
        raise ApprovalVoid(_retired(version))
    require_evidence(session, row, now)


def _retired(version: tables.ModelVersion) -> str:
    return f"its model version {version.name} was retired on {version.retired_at:%Y-%m-%d}"


def void(session: Session, row: tables.Rule) -> str | None:
    """Why a proposal cannot be approved any more, whatever it has."""
    if not still_stands(session, row):
        return "the rule in force has changed since this was proposed"
    if not going_back.saw_what_failed(session, row):
        return f"{going_back.UNSEEN}: look at its numbers"
    if approvals.bind(row.body, model_sha256=row.model_sha256, evidence=row.evidence) != row.bound_to:
        return "rule, version or evidence are not what was proposed"
    version = session.get_one(tables.ModelVersion, row.model_sha256)
    if version.retired_at is not None:
        return _retired(version)
    here = tuple(sorted(asked.cameras(session, terms.read(row.body))))
    if row.stage in WARNS and rules.cameras_of(row) != here:
        return "the cameras of the site have changed since this was proposed"
    return _proposer_gone(session, row)


def still_stands(session: Session, row: tables.Rule) -> bool:
    """Whether the rule this one was judged against is in force, or ended by itself on its last day."""
    present = rules.in_force(session, row.site_id)
    if present is None or present.id == row.replaces_id:
        return present is not None or row.replaces_id is None
    before = session.get(tables.Rule, row.replaces_id) if row.replaces_id is not None else None
    ended = before is not None and before.state is RuleState.EXPIRED
    return ended and present.proposed_by is None and present.replaces_id == row.replaces_id


def _proposer_gone(session: Session, row: tables.Rule) -> str | None:
    """The first of the two must be one who may propose here today."""
    person = session.get(tables.Person, row.proposed_by) if row.proposed_by is not None else None
    if person is None:
        return None
    actor = Actor(id=person.id, name=person.name, role=person.role, sites=tuple(person.sites))
    try:
        actor.require(Role.ADMIN, row.site_id)
    except NotPermitted as fault:
        return f"its proposer may not propose any more ({fault.detail})"
    return f"{person.name}, who proposed it, was revoked since" if person.revoked_at is not None else None
