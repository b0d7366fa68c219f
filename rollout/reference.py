"""Reference: what the ratio of model to people is compared with at a site: 1, or what two people accepted."""

from dataclasses import dataclass
from datetime import datetime

from rollout.evidence.reference import Reference
from store import references, rules
from store.session import Session


@dataclass(frozen=True, kw_only=True)
class Held:
    """The one that counted at a moment. accepted_at None: nobody accepted any, it is 1. by: the two people."""

    reference: Reference
    accepted_at: datetime | None = None
    by: tuple[str, ...] = ()


def held(session: Session, site: str, as_of: datetime) -> Held:
    """With who accepted it, and when."""
    row = references.in_force(session, site, as_of)
    if row is None:
        return Held(reference=Reference())
    by = (rules.name_of(session, row.proposed_by), rules.name_of(session, row.accepted_by))
    found = Reference(ratio=row.ratio, low=row.low, high=row.high)
    return Held(reference=found, accepted_at=row.accepted_at, by=by)


def of(session: Session, site: str, as_of: datetime) -> Reference:
    """The ratio and its interval alone."""
    return held(session, site, as_of).reference
