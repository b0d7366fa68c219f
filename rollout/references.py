"""References: the ratio of model to people that counts as usual at a site: 1, until two people accept another.

The ratio is of bears that people confirmed: a model that finds twice what tired people find is not wrong, and false
alarms never become usual. What it rests on is frozen when it is proposed, and counted again when it is accepted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256 as hashed
from typing import Any

from rollout import approvals, asked, exit_reading, exit_weeks, iso_weeks, pairs
from rollout.actors import Actor
from rollout.evidence import reference as ratios
from rollout.evidence.reference import Reference
from rollout.stages import APPROVAL_DAYS, WARNS
from store import audit, park, references, rules, tables
from store.errors import ApprovalVoid, NotAllowedNow
from store.session import Session
from store.vocabulary import Role

IN_SHADOW = "the reference is 1 until the site leaves shadow: only a trial or live rule has a ratio to accept"
ENDED = "another reference was accepted"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would be proposed. reference None: refused says why there is none."""

    reference: Reference | None
    says: str
    evidence: Mapping[str, Any]
    refused: str | None = None


def preview(session: Session, site_id: str, *, now: datetime) -> Preview:
    """What the weeks since the stage was entered, or the last reference was accepted, would give now."""
    site, rule = park.site(session, site_id), rules.in_force(session, site_id)
    if rule is None or rule.stage not in WARNS:
        return Preview(reference=None, says="", evidence={}, refused=IN_SHADOW)
    told = asked.of_row(session, rule)
    held = references.in_force(session, site_id, now)
    found = exit_weeks.of(
        session, told, exit_reading.chain(session, told), as_of=now, after=held.accepted_at if held else None,
        until=iso_weeks.holding(now, told.place.zone).begins,
    )  # fmt: skip
    proposed = ratios.propose(found.every(bears=True))
    pooled = found.pairs(bears=True)
    alerts = found.pairs(bears=False)
    evidence: dict[str, Any] = {
        "since": found.since.isoformat(), "until": found.until.isoformat(), "as_of": now.isoformat(),
        "rule": rule.id, "model": rule.model_sha256, "threshold": told.threshold, "site": site.id,
        "place": found.place.value, "weeks": len(found.every(bears=True)), "hours": round(found.hours, 3),
        "both": pooled.both, "model_only": pooled.model_only, "manual_only": pooled.manual_only,
        "called_bear": {
            "both": alerts.both, "model_only": alerts.model_only, "manual_only": alerts.manual_only
        },
    }  # fmt: skip
    return Preview(
        reference=proposed.reference, says=proposed.says, evidence=evidence,
        refused=None if proposed.reference else proposed.says,
    )  # fmt: skip


def propose(session: Session, site_id: str, *, reason: str, by: Actor, now: datetime) -> tables.ReferenceRatio:
    """The first of two people: the ratio as it stands now. A proposal that waits already is taken back by it."""
    by.require(Role.ADMIN, site_id)
    site = park.site(session, site_id, lock=True)
    told = preview(session, site_id, now=now)
    if told.reference is None:
        raise NotAllowedNow(told.refused or told.says)
    for waiting in references.waiting(session, site_id):
        waiting.ended_at, waiting.ended_by, waiting.ended_why = now, by.id, "proposed anew"
    found = told.reference
    row = tables.ReferenceRatio(
        site_id=site_id, ratio=found.ratio, low=found.low, high=found.high, evidence=dict(told.evidence),
        sha256=bind(site_id, found, told.evidence), reason=reason, proposed_by=by.id, proposed_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _write(
        session, row, action="reference.proposed", who=by.name, says=f"{site.name}: {told.says}; {reason}", now=now
    )
    return row


def accept(session: Session, number: int, *, sha256: str, by: Actor, now: datetime) -> tables.ReferenceRatio:
    """The second person's yes, on the very evidence that was proposed. They may be of another site, as for a rule."""
    by.require_role(Role.SUPERVISOR)
    row = _held(session, number)
    _require_waiting(row)
    pairs.require(session, row.proposed_by, by.id, since=row.proposed_at)
    if sha256 != row.sha256:
        raise ApprovalVoid("what was looked at is not what was proposed: load it again")
    why = void(session, row, now)
    if why is not None:
        raise ApprovalVoid(f"reference {number}: {why}; propose it anew")
    before = references.in_force(session, row.site_id, now)
    if before is not None:
        before.ended_at, before.ended_why = now, ENDED
        session.flush()
    row.accepted_by, row.accepted_at = by.id, now
    session.flush()
    says = f"{row.site_id}: ratio {row.ratio:.2f} ({row.low:.2f} to {row.high:.2f}) is the reference from now on"
    _write(session, row, action="reference.accepted", who=by.name, says=says, now=now)
    return row


def withdraw(session: Session, number: int, *, by: Actor, now: datetime) -> tables.ReferenceRatio:
    """Take back one that nobody has accepted. One in force ends only by another, which needs two people again."""
    by.require(Role.ADMIN, references.get(session, number).site_id)
    row = _held(session, number)
    _require_waiting(row)
    row.ended_at, row.ended_by, row.ended_why = now, by.id, "taken back"
    _write(session, row, action="reference.withdrawn", who=by.name, says=f"{row.site_id}: taken back", now=now)
    return row


def void(session: Session, row: tables.ReferenceRatio, now: datetime) -> str | None:
    """Why a proposal cannot be accepted any more: too old, another rule, or another count of the same weeks."""
    if approvals.expired(row.proposed_at, now):
        return f"not accepted within {APPROVAL_DAYS} days"
    if bind(row.site_id, Reference(ratio=row.ratio, low=row.low, high=row.high), row.evidence) != row.sha256:
        return "its evidence is not what its sha256 says"
    rule = rules.in_force(session, row.site_id)
    if rule is None or rule.stage not in WARNS:
        return IN_SHADOW
    told = asked.of_row(session, rule)
    if (rule.model_sha256, told.threshold) != (row.evidence["model"], row.evidence["threshold"]):
        return "another version or threshold is in force"
    since, until = (datetime.fromisoformat(row.evidence[name]) for name in ("since", "until"))
    chain = exit_reading.chain(session, told)
    found = exit_weeks.of(session, told, chain, until=until, as_of=now, after=since).pairs(bears=True)
    counts = {"both": found.both, "model_only": found.model_only, "manual_only": found.manual_only}
    moved = [f"{name} {row.evidence[name]} then, {count} now" for name, count in counts.items()
             if row.evidence[name] != count]  # fmt: skip
    return f"what it counted has changed: {'; '.join(moved)}" if moved else None


def bind(site: str, found: Reference, evidence: Mapping[str, Any]) -> str:
    """sha256 over the ratio, its interval and what it rests on.

    >>> one = bind("camp", Reference(ratio=2.0, low=1.5, high=2.8), {"both": 18})
    >>> one == bind("camp", Reference(ratio=2.0, low=1.5, high=2.8), {"both": 19})
    False
    """
    told = {"site": site, "ratio": found.ratio, "low": found.low, "high": found.high, "evidence": dict(evidence)}
    return hashed(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _held(session: Session, number: int) -> tables.ReferenceRatio:
    """As it stands once its site is held."""
    park.site(session, references.get(session, number).site_id, lock=True)
    return references.get(session, number, lock=True)


def _require_waiting(row: tables.ReferenceRatio) -> None:
    if row.accepted_at is not None:
        raise NotAllowedNow(f"reference {row.id} was accepted already")
    if row.ended_at is not None:
        raise NotAllowedNow(f"reference {row.id} has ended: {row.ended_why}")


def _write(
    session: Session, row: tables.ReferenceRatio, *, action: str, who: str, says: str, now: datetime
) -> None:  # fmt: skip
    session.flush()
    audit.append(
        session, at=now, who=who, action=action, subject=f"site:{row.site_id}", says=says,
        body={"reference": row.id, "ratio": row.ratio, "low": row.low, "high": row.high, "sha256": row.sha256},
    )  # fmt: skip
