"""Rules from proposal to force: who proposes, who says yes, and what time does to both."""

from datetime import datetime

from rollout import approvals, force, going_back, pairs, refusals, revisions, stages, validity
from rollout.actors import Actor
from rollout.revisions import RuleView, view
from rollout.terms import Terms
from rollout.would_have import Forecast
from store import audit, park, rules, tables
from store.errors import ApprovalVoid, NotAllowedNow, RuleMalformed
from store.session import Session
from store.vocabulary import Role, RuleState

__all__ = ["RuleView", "approve", "first_rule", "keep_time", "propose", "view", "withdraw"]


def propose(
    session: Session, wanted: Terms, *, by: Actor, reason: str, now: datetime, default_model: str,
    forecast: Forecast | None = None,
) -> RuleView:  # fmt: skip
    """Write a new revision. Narrowing is in force at once; anything wider waits for a second person.

    forecast: what the rule would have done, read beforehand. Raises RuleMalformed.
    """
    by.require(Role.ADMIN, wanted.site)
    if not reason.strip():
        raise RuleMalformed("reason: say why this rule is proposed")
    site = park.site(session, wanted.site, lock=True)
    revisions.check_cameras(session, wanted)
    row = revisions.new_row(
        session, wanted, default_model=default_model, reason=reason.strip(), now=now, forecast=forecast
    )
    refusals.check(session, row, forecast=forecast, now=now)
    row.proposed_by = by.id
    session.add(row)
    session.flush()
    session.add(tables.Approval(rule_id=row.id, person_id=by.id, bound_to=row.bound_to, at=now))
    audit.append(
        session, at=now, who=by.name, action="rule.proposed", subject=f"rule:{row.id}",
        says=f"{site.id} revision {row.revision}: stage {row.stage}; {row.reason}",
        body={"bound_to": row.bound_to, "terms": row.body, "wider": row.evidence["wider"]},
    )  # fmt: skip
    if not row.needs_second:
        force.approved(session, row, site, who=by.name, now=now)
    return view(session, row, now)


def approve(session: Session, rule: int, *, by: Actor, now: datetime, forecast: Forecast | None = None) -> RuleView:
    """The second person's yes, on the very rule, version and evidence that were proposed.

    A supervisor or admin of another site may give it: who is alone at a site finds the second person elsewhere.
    forecast: what the rule would have done until now, read beforehand.
    """
    row, site = _held(session, rule)
    by.require_role(Role.SUPERVISOR)
    if row.state is not RuleState.PROPOSED:
        raise NotAllowedNow(f"rule {rule} is {row.state}, only a proposed one can be approved")
    validity.require_unchanged(session, row, now)
    _require_complete(session, row, now)
    validity.require_evidence(session, row, now, forecast=forecast)
    if row.proposed_by is not None:
        pairs.require(session, row.proposed_by, by.id, since=row.proposed_at)
    session.add(tables.Approval(rule_id=row.id, person_id=by.id, bound_to=row.bound_to, at=now))
    session.flush()
    _say_approved(session, row, who=by.name, says=f"approved by {by.name}", now=now)
    if not approvals.missing_people(revisions.yeses(session, row), bound_to=row.bound_to):
        force.approved(session, row, site, who=by.name, now=now)
    return view(session, row, now)


def withdraw(session: Session, rule: int, *, by: Actor, now: datetime) -> RuleView:
    """Take back a revision that is not in force."""
    row, site = _held(session, rule)
    by.require(Role.ADMIN, site.id)
    if row.state not in (RuleState.PROPOSED, RuleState.APPROVED):
        raise NotAllowedNow(f"rule {rule} is {row.state}: propose a narrower one, or stop the site")
    row.state, row.ended_at = RuleState.WITHDRAWN, now
    audit.append(session, at=now, who=by.name, action="rule.withdrawn", subject=f"rule:{rule}", says="taken back")
    return view(session, row, now)


def first_rule(session: Session, site: tables.Site, *, model: str, now: datetime) -> tables.Rule:
    """A new site is in shadow with the default bundle: everything is scored, nothing is sent."""
    return force.to_shadow(session, site, model=model, reason="a new site begins in shadow", now=now)


def keep_time(session: Session, now: datetime) -> None:
    """Put approved rules in force on their first day, end them after their last, void stale proposals.

    The sites are held before a rule is read, so that what a person does at the same time counts before or after.
    """
    sites = {site.id: site for site in park.hold(session)}
    for row in sorted(rules.waiting(session), key=lambda row: row.state is RuleState.IN_FORCE):
        if row.site_id not in sites:
            continue
        if row.state is RuleState.PROPOSED:
            _keep_proposed(session, row, sites[row.site_id], now)
        elif row.state is RuleState.APPROVED:
            _keep_approved(session, row, sites[row.site_id], now)
        elif row.state is RuleState.IN_FORCE and _is_over(row, sites[row.site_id], now):
            force.end(session, row, sites[row.site_id], now=now)


def _held(session: Session, rule: int) -> tuple[tables.Rule, tables.Site]:
    """A revision as it stands once its site is held."""
    site = park.site(session, rules.get(session, rule).site_id, lock=True)
    return rules.get(session, rule, fresh=True), site


def _require_complete(session: Session, row: tables.Rule, now: datetime) -> None:
    lacking = revisions.missing(session, row, now, signers=False)
    if lacking:
        listed = "; ".join(f"{item.what}: has {item.has}, needs {item.needs}" for item in lacking)
        raise NotAllowedNow(f"rule {row.id} is not complete: {listed}")


def _keep_proposed(session: Session, row: tables.Rule, site: tables.Site, now: datetime) -> None:
    if approvals.expired(row.proposed_at, now):
        says = f"not approved within {stages.APPROVAL_DAYS} days"
        _lapse(session, row, action="rule.expired", says=says, now=now)
        return
    until = revisions.lone_until(session, row)
    if until is None or now < until or site.retired_at is not None:
        return
    try:
        validity.require_unchanged(session, row, now)
        _require_complete(session, row, now)
        validity.require_evidence(session, row, now)
    except (ApprovalVoid, NotAllowedNow):
        return
    hours = approvals.ALONE_WAITS.total_seconds() / 3600
    says = f"approved by {hours:g} hours of waiting: the park has one person"
    _say_approved(session, row, who="clock", says=says, now=now)
    force.approved(session, row, site, who="clock", now=now)


def _keep_approved(session: Session, row: tables.Rule, site: tables.Site, now: datetime) -> None:
    if not validity.still_stands(session, row):
        says = "the rule in force has changed since this was approved"
        _lapse(session, row, action="rule.void", says=says, now=now)
    elif not going_back.saw_what_failed(session, row):
        _lapse(session, row, action="rule.void", says=going_back.UNSEEN, now=now)
    elif _is_over(row, site, now):
        _lapse(session, row, action="rule.void", says="its last day passed before it came into force", now=now)
    elif revisions.starts(row) <= revisions.today(site, now):
        _begin(session, row, site, now)


def _begin(session: Session, row: tables.Rule, site: tables.Site, now: datetime) -> None:
    """On its first day, if what people said yes to is still so."""
    try:
        validity.require_present(session, row, now)
    except ApprovalVoid as fault:
        _lapse(session, row, action="rule.void", says=fault.detail, now=now)
    else:
        force.enter(session, row, site, who="clock", now=now)


def _is_over(row: tables.Rule, site: tables.Site, now: datetime) -> bool:
    last = revisions.last_day(row)
    return last is not None and last < revisions.today(site, now)


def _lapse(session: Session, row: tables.Rule, *, action: str, says: str, now: datetime) -> None:
    row.state, row.ended_at = RuleState.EXPIRED, now
    audit.append(session, at=now, who="clock", action=action, subject=f"rule:{row.id}", says=says)


def _say_approved(session: Session, row: tables.Rule, *, who: str, says: str, now: datetime) -> None:
    audit.append(
        session, at=now, who=who, action="rule.approved", subject=f"rule:{row.id}",
        says=f"{row.site_id} revision {row.revision} {says}", body={"bound_to": row.bound_to},
    )  # fmt: skip
