"""Rules from proposal to force and out again: the shell around stages and approvals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rollout import approvals, protection, stages, terms
from rollout.actors import Actor
from rollout.approvals import Yes
from rollout.stages import Before, Missing
from rollout.terms import Terms
from store import audit, park, rules, tables
from store.errors import ApprovalVoid, NotAllowedNow, RuleMalformed
from store.session import Session
from store.vocabulary import Audience, Role, RuleState, Stage


@dataclass(frozen=True, kw_only=True)
class RuleView:
    """A revision as people see it, with what protects its site now."""

    rule: int
    site: str
    revision: int
    state: RuleState
    stage: Stage
    audience: Audience
    widens: bool
    wider: tuple[str, ...]
    missing: tuple[Missing, ...]
    approvals: tuple[Yes, ...]
    bound_to: str
    override: str | None
    stopped: bool
    protected: bool
    protected_says: str
    model: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    demo: bool
    terms: Mapping[str, Any]


def propose(
    session: Session, wanted: Terms, *, by: Actor, reason: str, now: datetime, default_model: str
) -> RuleView:
    """Write a new revision. Narrowing is in force at once; anything wider waits for a second person."""
    by.require(Role.ADMIN, wanted.site)
    if not reason.strip():
        raise RuleMalformed("reason: say why this rule is proposed")
    site = park.site(session, wanted.site, lock=True)
    _check_cameras(session, wanted)
    row = _new_row(session, wanted, default_model=default_model, reason=reason.strip(), now=now)
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
        _approved(session, row, site, who=by.name, now=now)
    return view(session, row, now)


def approve(session: Session, rule: int, *, by: Actor, now: datetime) -> RuleView:
    """The second person's yes, on the very rule, version and evidence that were proposed."""
    site = park.site(session, rules.get(session, rule).site_id, lock=True)
    row = rules.get(session, rule)
    by.require(Role.SUPERVISOR, site.id)
    if row.state is not RuleState.PROPOSED:
        raise NotAllowedNow(f"rule {rule} is {row.state}, only a proposed one can be approved")
    _require_unchanged(session, row, now)
    lacking = _missing(session, row, now, people=False)
    if lacking:
        listed = "; ".join(f"{item.what}: has {item.has}, needs {item.needs}" for item in lacking)
        raise NotAllowedNow(f"rule {rule} is not complete: {listed}")
    given = _yeses(session, row)
    if by.name in {yes.person for yes in given}:
        raise NotAllowedNow(f"{by.name} is one of the two already: another person must approve")
    session.add(tables.Approval(rule_id=row.id, person_id=by.id, bound_to=row.bound_to, at=now))
    session.flush()
    says = f"{site.id} revision {row.revision} approved by {by.name}"
    body = {"bound_to": row.bound_to}
    audit.append(session, at=now, who=by.name, action="rule.approved", subject=f"rule:{rule}", says=says, body=body)
    if not approvals.missing_people(_yeses(session, row), bound_to=row.bound_to):
        _approved(session, row, site, who=by.name, now=now)
    return view(session, row, now)


def withdraw(session: Session, rule: int, *, by: Actor, now: datetime) -> RuleView:
    """Take back a revision that is not in force."""
    site = park.site(session, rules.get(session, rule).site_id, lock=True)
    row = rules.get(session, rule)
    by.require(Role.ADMIN, site.id)
    if row.state not in (RuleState.PROPOSED, RuleState.APPROVED):
        raise NotAllowedNow(f"rule {rule} is {row.state}: propose a narrower one, or stop the site")
    row.state, row.ended_at = RuleState.WITHDRAWN, now
    audit.append(session, at=now, who=by.name, action="rule.withdrawn", subject=f"rule:{rule}", says="taken back")
    return view(session, row, now)


def first_rule(session: Session, site: tables.Site, *, model: str, now: datetime) -> tables.Rule:
    """A new site is in shadow with the default bundle: everything is scored, nothing is sent."""
    wanted = Terms(site=site.id, stage=Stage.SHADOW)
    return _system_rule(session, site, wanted, model=model, reason="a new site begins in shadow", now=now)


def keep_time(session: Session, now: datetime) -> None:
    """Put approved rules in force on their first day, end them after their last, void stale proposals."""
    for row in sorted(rules.waiting(session), key=lambda row: row.state is RuleState.IN_FORCE):
        site = park.site(session, row.site_id, lock=True)
        today = _today(site, now)
        if row.state is RuleState.PROPOSED and approvals.expired(row.proposed_at, now):
            row.state, row.ended_at = RuleState.EXPIRED, now
            audit.append(
                session, at=now, who="clock", action="rule.expired", subject=f"rule:{row.id}",
                says=f"not approved within {stages.APPROVAL_DAYS} days",
            )  # fmt: skip
        elif row.state is RuleState.APPROVED and not _still_stands(session, row):
            row.state, row.ended_at = RuleState.EXPIRED, now
            audit.append(
                session, at=now, who="clock", action="rule.void", subject=f"rule:{row.id}",
                says="the rule in force has changed since this was approved",
            )  # fmt: skip
        elif row.state is RuleState.APPROVED and _starts(row) <= today:
            _enter(session, row, site, who="clock", now=now)
        elif row.state is RuleState.IN_FORCE and (last := _last_day(row)) is not None and last < today:
            _end(session, row, site, now=now)


def view(session: Session, row: tables.Rule, now: datetime) -> RuleView:
    """The revision with everything people need to judge it."""
    site = session.get_one(tables.Site, row.site_id)
    safe = protection.of(session, site)
    return RuleView(
        rule=row.id,
        site=row.site_id,
        revision=row.revision,
        state=row.state,
        stage=row.stage,
        audience=row.audience,
        widens=row.widens,
        wider=tuple(row.evidence.get("wider", ())),
        missing=_missing(session, row, now) if row.state is RuleState.PROPOSED else (),
        approvals=_yeses(session, row),
        bound_to=row.bound_to,
        override=row.override_reason,
        stopped=safe.stopped,
        protected=safe.protected,
        protected_says=safe.says,
        model=row.model_sha256,
        reason=row.reason,
        proposed_by=rules.name_of(session, row.proposed_by),
        proposed_at=row.proposed_at,
        demo=row.demo,
        terms=row.body,
    )


def _new_row(session: Session, wanted: Terms, *, default_model: str, reason: str, now: datetime) -> tables.Rule:
    old = rules.in_force(session, wanted.site)
    version = park.model(session, wanted.model, default=default_model)
    cameras = [camera.id for camera in park.cameras(session, wanted.site)]
    new = Before(terms=wanted, model_sha256=version.sha256, threshold=_threshold(wanted, version))
    before = _before(session, old) if old else None
    wider = stages.wider(new, before, cameras)
    second = stages.needs_second(new, before)
    evidence = {"replaces": old.id if old else None, "wider": list(wider), "second": list(second)}
    body = wanted.body()
    return tables.Rule(
        site_id=wanted.site,
        revision=rules.next_revision(session, wanted.site),
        model_sha256=version.sha256,
        stage=wanted.stage,
        audience=wanted.audience,
        body=body,
        state=RuleState.PROPOSED,
        widens=bool(wider),
        needs_second=bool(wider or second),
        reason=reason,
        override_reason=wanted.override,
        evidence=evidence,
        bound_to=approvals.bind(body, model_sha256=version.sha256, evidence=evidence),
        proposed_at=now,
        replaces_id=old.id if old else None,
    )


def _before(session: Session, row: tables.Rule) -> Before:
    version = session.get_one(tables.ModelVersion, row.model_sha256)
    said = terms.read(row.body)
    return Before(terms=said, model_sha256=row.model_sha256, threshold=_threshold(said, version))


def _threshold(said: Terms, version: tables.ModelVersion) -> float:
    return version.threshold if said.threshold is None else said.threshold


def _check_cameras(session: Session, wanted: Terms) -> None:
    known = {camera.id: camera.site_id for camera in park.cameras(session)}
    for camera in wanted.cameras:
        if known.get(camera) != wanted.site:
            where = f"belongs to site {known[camera]}" if camera in known else "is not known"
            mine = ", ".join(sorted(name for name, site in known.items() if site == wanted.site)) or "none"
            raise RuleMalformed(f'cameras: "{camera}" {where}; cameras of {wanted.site} are: {mine}')


def _require_unchanged(session: Session, row: tables.Rule, now: datetime) -> None:
    if approvals.expired(row.proposed_at, now):
        raise ApprovalVoid(f"proposed more than {stages.APPROVAL_DAYS} days ago: propose it again")
    if not _still_stands(session, row):
        raise ApprovalVoid("the rule in force has changed since this was proposed: propose it again")
    if approvals.bind(row.body, model_sha256=row.model_sha256, evidence=row.evidence) != row.bound_to:
        raise ApprovalVoid("rule, version or evidence are not what was proposed: propose it again")


def _still_stands(session: Session, row: tables.Rule) -> bool:
    """Whether the rule this one was judged against is in force, or ended by itself on its last day."""
    present = rules.in_force(session, row.site_id)
    if present is None or present.id == row.replaces_id:
        return present is not None or row.replaces_id is None
    return present.proposed_by is None and present.replaces_id == row.replaces_id


def _missing(session: Session, row: tables.Rule, now: datetime, *, people: bool = True) -> tuple[Missing, ...]:
    site = session.get_one(tables.Site, row.site_id)
    found: tuple[Missing, ...] = ()
    if row.widens:
        said = terms.read(row.body)
        duties = [duty.hours for duty in park.duties(session, site.id)]
        found = stages.missing_to_widen(
            said,
            today=_today(site, now),
            uncovered=stages.uncovered_minutes(said, duties),
            receivers=len(park.receivers(session, site.id, said.audience)),
        )
    if people and row.needs_second:
        found += approvals.missing_people(_yeses(session, row), bound_to=row.bound_to)
    return found


def _yeses(session: Session, row: tables.Rule) -> tuple[Yes, ...]:
    given = rules.approvals(session, row.id)
    return tuple(Yes(person=name, at=yes.at, bound_to=yes.bound_to) for yes, name in given)


def _approved(session: Session, row: tables.Rule, site: tables.Site, *, who: str, now: datetime) -> None:
    row.state, row.approved_at = RuleState.APPROVED, now
    if _starts(row) <= _today(site, now):
        _enter(session, row, site, who=who, now=now)


def _enter(session: Session, row: tables.Rule, site: tables.Site, *, who: str, now: datetime) -> None:
    was = protection.of(session, site).protected
    old = rules.in_force(session, site.id)
    if old is not None:
        old.state, old.ended_at = RuleState.SUPERSEDED, now
        session.flush()
    row.state, row.in_force_at = RuleState.IN_FORCE, now
    session.flush()
    says = f"{site.id} revision {row.revision} is in force: stage {row.stage}"
    audit.append(session, at=now, who=who, action="rule.in_force", subject=f"rule:{row.id}", says=says)
    protection.settle(session, site, cause=f"stage {row.stage}: {row.reason}", was=was, now=now)


def _end(session: Session, row: tables.Rule, site: tables.Site, *, now: datetime) -> None:
    """After its last day a rule ends by itself, back to shadow."""
    was = protection.of(session, site).protected
    row.state, row.ended_at = RuleState.EXPIRED, now
    session.flush()
    says = f"the last day of revision {row.revision} has passed: back to shadow"
    audit.append(session, at=now, who="clock", action="rule.ended", subject=f"rule:{row.id}", says=says)
    wanted = Terms(site=site.id, stage=Stage.SHADOW)
    _system_rule(session, site, wanted, model=row.model_sha256, reason=says, now=now)
    protection.settle(session, site, cause=says, was=was, now=now)


def _system_rule(
    session: Session, site: tables.Site, wanted: Terms, *, model: str, reason: str, now: datetime
) -> tables.Rule:
    row = _new_row(session, wanted, default_model=model, reason=reason, now=now)
    row.state, row.approved_at, row.in_force_at = RuleState.IN_FORCE, now, now
    session.add(row)
    session.flush()
    audit.append(
        session, at=now, who="Bearwatch", action="rule.in_force", subject=f"rule:{row.id}",
        says=f"{site.id} revision {row.revision}: stage {row.stage}; {reason}",
    )  # fmt: skip
    return row


def _today(site: tables.Site, now: datetime) -> date:
    return now.astimezone(ZoneInfo(site.time_zone)).date()


def _starts(row: tables.Rule) -> date:
    return terms.read(row.body).first_day or date.min


def _last_day(row: tables.Rule) -> date | None:
    return terms.read(row.body).last_day
