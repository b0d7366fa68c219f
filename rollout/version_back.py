"""Going back: from a canary, or from another version, to the version that was approved before. It is never wider.

One person may, at any time, and so may a guardrail: nothing is in force then that two people had not approved.
"""

from dataclasses import replace
from datetime import datetime

from rollout import approvals, asked, force, operations, revisions, stages
from rollout.actors import Actor
from rollout.stages import WARNS
from rollout.terms import Terms, read
from store import audit, narrowing, park, rules, tables
from store.errors import NotAllowedNow
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Role

OF_A_VERSION = frozenset({"another model version", "a lower threshold"})
"""What differs between two versions by itself, each as it was approved."""


def back_to(session: Session, site_id: str) -> tables.Rule | None:
    """The revision whose version going back would put in force; the one in force itself where that has a canary."""
    present = rules.in_force(session, site_id)
    if present is None or rules.canary_of(present) is not None:
        return present
    row: tables.Rule | None = present
    while row is not None and row.replaces_id is not None:
        row = session.get(tables.Rule, row.replaces_id)
        if row is None or row.in_force_at is None or row.model_sha256 == present.model_sha256:
            continue
        if session.get_one(tables.ModelVersion, row.model_sha256).retired_at is not None:
            return None
        quieter = present.stage in WARNS and row.stage not in WARNS
        return None if quieter else row
    return None


def keep(engine: Engine, now: datetime) -> int:
    """Where a guardrail failed while a version was being tried, go back to the one approved before; gives how often.

    What is being tried is a canary, or another version than before in a rule with a last day. A fault of camera or
    queue is not the version's.
    """
    with reading(engine) as session:
        sites = [site.id for site in park.sites(session)]
    return sum(_keep(engine, site, now) for site in sites)


def _keep(engine: Engine, site: str, now: datetime) -> bool:
    with reading(engine) as session:
        if _why(session, site) is None:
            return False
    with transaction(engine) as session:
        park.site(session, site, lock=True)
        why = _why(session, site)
        return why is not None and go_back(session, site, by=None, reason=why, now=now) is not None


def _why(session: Session, site: str) -> str | None:
    """The guardrail of the rule in force that failed while it tries a version, in words."""
    row = rules.in_force(session, site)
    if row is None or back_to(session, site) is None:
        return None
    tried = "another model version" in row.evidence.get("wider", ()) and row.body.get("last_day") is not None
    if rules.canary_of(row) is None and not tried:
        return None
    failed = [one for one in narrowing.open_of(session, site) if one.rule_id == row.id and not one.technical]
    return f"guardrail {failed[0].guardrail} failed: {failed[0].says}" if failed else None


def go_back(session: Session, site_id: str, *, by: Actor | None, reason: str, now: datetime) -> tables.Rule | None:
    """Put the version approved before in force, in a new revision; by None: a guardrail.

    None, where there is nothing to go back to and nobody asked; a person is told why by NotAllowedNow.
    """
    if by is not None:
        by.require(Role.SUPERVISOR, site_id)
    site = park.site(session, site_id, lock=True)
    target, present = back_to(session, site.id), rules.in_force(session, site.id)
    wanted = _wanted(session, target, present) if target is not None and present is not None else None
    if wanted is None or target is None or present is None:
        if by is None:
            return None
        raise NotAllowedNow(
            f"{site.name} has no canary, and no other version was approved for what it does now: there is nothing to "
            "go back to. Propose a rule, or stop the site"
        )
    row = _row(session, wanted, target, present, reason=reason, now=now)
    row.proposed_by = by.id if by is not None else None
    session.add(row)
    session.flush()
    who = by.name if by is not None else "clock"
    if by is not None:
        session.add(tables.Approval(rule_id=row.id, person_id=by.id, bound_to=row.bound_to, at=now))
    name = session.get_one(tables.ModelVersion, row.model_sha256).name
    says = f"{site.name} goes back to {name}: {reason}"
    audit.append(
        session, at=now, who=who, action="rule.went_back", subject=f"rule:{row.id}", says=says,
        body={"from": present.id, "to": target.id, "bound_to": row.bound_to},
    )  # fmt: skip
    operations.tell(session, site.id, key=f"back:{row.id}", says=f"{says} ({who}).", now=now)
    force.approved(session, row, site, who=who, now=now)
    return row


def _row(
    session: Session, wanted: Terms, target: tables.Rule, present: tables.Rule, *, reason: str, now: datetime
) -> tables.Rule:
    """The revision that goes back: no wider, so that nobody else need approve it. Its cameras were all approved."""
    row = revisions.new_row(session, wanted, default_model=target.model_sha256, reason=reason, now=now)
    evidence = {**row.evidence, "wider": [], "second": [], "back_to": target.id}
    if wanted.stage in WARNS:
        held = [rules.cameras_of(one) for one in (target, present)]
        evidence["cameras"] = sorted(set(evidence["cameras"]).intersection(*(one for one in held if one is not None)))
    row.widens = row.needs_second = False
    row.evidence = evidence
    row.bound_to = approvals.bind(row.body, model_sha256=row.model_sha256, evidence=evidence)
    return row


def _wanted(session: Session, target: tables.Rule, present: tables.Rule) -> Terms | None:
    """The narrower of the two rules, with the version of the one before; None where neither lies within the other."""
    said, old = read(present.body), read(target.body)
    if target.id == present.id:
        return replace(said, model=present.model_sha256, canary=None, first_day=None)
    new, before = (asked.of_row(session, row).before for row in (target, present))
    if not set(stages.wider(before, new)) - OF_A_VERSION:
        return replace(said, model=target.model_sha256, threshold=old.threshold, canary=None, first_day=None)
    if not set(stages.wider(new, before)) - OF_A_VERSION:
        return replace(old, model=target.model_sha256, canary=None, first_day=None)
    return None
