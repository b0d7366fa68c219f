"""Force: a rule enters it, ends in it, and what the system puts in its place."""

from datetime import datetime

from rollout import narrowing, protection, revisions, trials
from rollout.stages import WARNS
from rollout.terms import Terms
from store import audit, rules, tables
from store.session import Session
from store.vocabulary import RuleState, Stage


def approved(session: Session, row: tables.Rule, site: tables.Site, *, who: str, now: datetime) -> None:
    """Nothing is missing any more: in force at once, or on its first day."""
    row.state, row.approved_at = RuleState.APPROVED, now
    if revisions.starts(row) <= revisions.today(site, now):
        enter(session, row, site, who=who, now=now)


def enter(session: Session, row: tables.Rule, site: tables.Site, *, who: str, now: datetime) -> None:
    """In the place of the rule in force."""
    was = protection.relied_on(session, site.id)
    old = rules.in_force(session, site.id)
    if old is not None:
        old.state, old.ended_at = RuleState.SUPERSEDED, now
        session.flush()
        trials.report(session, old, ended=f"revision {row.revision} took its place", who=who, now=now)
    row.state, row.in_force_at = RuleState.IN_FORCE, now
    session.flush()
    says = f"{site.id} revision {row.revision} is in force: stage {row.stage}"
    audit.append(session, at=now, who=who, action="rule.in_force", subject=f"rule:{row.id}", says=says)
    if "back_to" not in row.evidence:  # one person alone answers nothing that a guardrail saw
        narrowing.replaced(session, site.id, why=f"revision {row.revision} is in force", now=now)
    protection.settle(session, site, cause=f"stage {row.stage}: {row.reason}", was=was, now=now)


def end(session: Session, row: tables.Rule, site: tables.Site, *, now: datetime) -> None:
    """After its last day a rule ends by itself, back to shadow."""
    says = f"the last day of revision {row.revision} has passed: back to shadow"
    _to_shadow(session, row, site, state=RuleState.EXPIRED, who="clock", action="rule.ended", says=says, now=now)


def retire(session: Session, site: tables.Site, *, who: str, now: datetime) -> None:
    """A site that leaves the park steps back to shadow, so that it comes back as one; its rangers are told first."""
    row = rules.in_force(session, site.id)
    if row is not None and row.stage in WARNS:
        says = f"the site is no longer in park.toml: revision {row.revision} ends, back to shadow"
        _to_shadow(session, row, site, state=RuleState.SUPERSEDED, who=who, action="rule.retired", says=says, now=now)


def to_shadow(
    session: Session, site: tables.Site, *, model: str, reason: str, now: datetime, ending: RuleState | None = None
) -> tables.Rule:
    """The system's own rule: all cameras, new ones too, and nothing is sent.

    ending: what becomes of the rule in force.
    """
    row = revisions.new_row(
        session, Terms(site=site.id, stage=Stage.SHADOW), default_model=model, reason=reason, now=now
    )
    old = rules.in_force(session, site.id)
    if old is not None and ending is not None:
        old.state, old.ended_at = ending, now
        session.flush()
    row.state, row.approved_at, row.in_force_at = RuleState.IN_FORCE, now, now
    session.add(row)
    session.flush()
    says = f"{site.id} revision {row.revision}: stage {row.stage}; {reason}"
    audit.append(
        session, at=now, who="Bearwatch", action="rule.in_force", subject=f"rule:{row.id}", says=says
    )  # fmt: skip
    return row


def _to_shadow(
    session: Session, row: tables.Rule, site: tables.Site, *, state: RuleState, who: str, action: str, says: str,
    now: datetime,
) -> None:  # fmt: skip
    was = protection.relied_on(session, site.id)
    audit.append(session, at=now, who=who, action=action, subject=f"rule:{row.id}", says=says)
    shadow = to_shadow(session, site, model=row.model_sha256, reason=says, ending=state, now=now)
    narrowing.replaced(session, site.id, why=f"revision {shadow.revision} is in force", now=now)
    trials.report(session, row, ended=says, who=who, now=now)
    protection.settle(session, site, cause=says, was=was, now=now)
