"""Going back: from a canary, or from another version, to the version that was approved before.

Only the version, its threshold and the canary change: the rule's own dates, guardrails and answers stay. It is never
wider than either rule, so one person may, at any time, and so may a guardrail, where nothing is left out by it.
"""

from datetime import datetime

from rollout import approvals, force, operations, protection, revisions, way_back
from rollout.actors import Actor
from rollout.stages import WARNS
from rollout.way_back import Way
from store import audit, narrowing, park, rules, tables
from store.errors import NotAllowedNow
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Role


def keep(engine: Engine, now: datetime) -> int:
    """Where a guardrail failed while a version was being tried, go back to the one approved before; gives how often.

    What is being tried is a canary, or another version than before in a rule with a last day. A fault of camera or
    queue is not the version's. Where the one before was never approved for a part of the scope, the rule stays, and
    is narrowed only: nobody is there to take the watch of that part.
    """
    with reading(engine) as session:
        sites = [site.id for site in park.sites(session)]
    return sum(_keep(engine, site, now) for site in sites)


def _keep(engine: Engine, site: str, now: datetime) -> bool:
    with reading(engine) as session:
        if _why(session, site, now) is None:
            return False
    with transaction(engine) as session:
        park.site(session, site, lock=True)
        why = _why(session, site, now)
        return why is not None and go_back(session, site, by=None, reason=why, now=now) is not None


def _why(session: Session, site: str, now: datetime) -> str | None:
    """The guardrail of the rule in force that failed while it tries a version, in words."""
    row = rules.in_force(session, site)
    if row is None or way_back.of(session, site, now, alone=True) is None:
        return None
    tried = "another model version" in row.evidence.get("wider", ()) and row.body.get("last_day") is not None
    if rules.canary_of(row) is None and not tried:
        return None
    failed = [one for one in narrowing.open_of(session, site) if one.rule_id == row.id and not one.technical]
    return f"guardrail {failed[0].guardrail} failed: {failed[0].says}" if failed else None


def go_back(session: Session, site_id: str, *, by: Actor | None, reason: str, now: datetime) -> tables.Rule | None:
    """Put the version approved before in force, in a new revision; by None: a guardrail.

    None, where there is nothing to go back to and nobody asked; a person is told why by NotAllowedNow. What a person
    leaves out by it is told as NOT protected.
    """
    if by is not None:
        by.require(Role.SUPERVISOR, site_id)
    site = park.site(session, site_id, lock=True)
    way = way_back.of(session, site.id, now, alone=by is None)
    if way is None:
        if by is None:
            return None
        raise NotAllowedNow(
            f"{site.name} has no canary, and no other version was approved for what it does now and did not fail: "
            "there is nothing to go back to. Propose a rule, or stop the site"
        )
    row = _row(session, way, reason=reason, now=now)
    row.proposed_by = by.id if by is not None else None
    session.add(row)
    session.flush()
    who = by.name if by is not None else "clock"
    if by is not None:
        session.add(tables.Approval(rule_id=row.id, person_id=by.id, bound_to=row.bound_to, at=now))
    _tell(session, way, row, site, reason=reason, who=who, now=now)
    force.approved(session, row, site, who=who, now=now)
    return row


def _tell(
    session: Session, way: Way, row: tables.Rule, site: tables.Site, *, reason: str, who: str, now: datetime
) -> None:
    name = session.get_one(tables.ModelVersion, row.model_sha256).name
    says = f"{site.name} goes back to {name}: {reason}"
    audit.append(
        session, at=now, who=who, action="rule.went_back", subject=f"rule:{row.id}", says=says,
        body={"from": way.present.id, "to": way.target.id, "bound_to": row.bound_to, "left_out": way.left_out},
    )  # fmt: skip
    operations.tell(session, site.id, key=f"back:{row.id}", says=f"{says} ({who}).", now=now)


def _row(session: Session, way: Way, *, reason: str, now: datetime) -> tables.Rule:
    """The revision that goes back: no wider, so that nobody else need approve it. Its cameras were all approved."""
    row = revisions.new_row(session, way.wanted, default_model=way.target.model_sha256, reason=reason, now=now)
    evidence = {**row.evidence, "wider": [], "second": [], "back_to": way.target.id}
    if way.wanted.stage in WARNS:
        held = [rules.cameras_of(one) for one in (way.target, way.present)]
        evidence["cameras"] = sorted(set(evidence["cameras"]).intersection(*(one for one in held if one is not None)))
        if left_out := way.left_out or protection.left_out(way.present):
            evidence["left_out"] = left_out
    row.widens = row.needs_second = False
    row.evidence = evidence
    row.bound_to = approvals.bind(row.body, model_sha256=row.model_sha256, evidence=evidence)
    return row
