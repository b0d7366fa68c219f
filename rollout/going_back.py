"""Going back: a live rule whose guardrail failed asks first like a trial, so that live again is a widening."""

from dataclasses import dataclass, replace
from datetime import datetime

from rollout.stages import Before
from store import narrowing, tables
from store.session import Session
from store.vocabulary import RuleState, Stage

UNSEEN = "a guardrail has failed since this was proposed"


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """A guardrail that failed. live: rangers are asked first because of it; else it is told only.

    technical: it ends by itself with its fault.
    """

    guardrail: str
    since: datetime
    says: str
    live: bool
    technical: bool


def of(session: Session, rule: tables.Rule) -> tuple[Narrowed, ...]:
    """Which guardrails of the rule in force have failed and still hold, the oldest first; none of any other rule."""
    if rule.state is not RuleState.IN_FORCE:
        return ()
    return tuple(
        Narrowed(
            guardrail=row.guardrail, since=row.since, says=row.says, live=rule.stage is Stage.LIVE,
            technical=row.technical,
        )
        for row in narrowing.open_of(session, rule.site_id)
    )  # fmt: skip


def failed(session: Session, site: str) -> list[int]:
    """What two people must go back from: a live rule's guardrails that failed, besides what ends with its fault."""
    return [row.id for row in narrowing.open_of(session, site) if row.stage is Stage.LIVE and not row.technical]


def acting(session: Session, rule: Before) -> Before:
    """The rule in force as it acts: a live one that failed asks first like a trial, so that going back is wider."""
    narrows = rule.terms.stage is Stage.LIVE and failed(session, rule.terms.site)
    return replace(rule, terms=replace(rule.terms, stage=Stage.TRIAL)) if narrows else rule


def saw_what_failed(session: Session, proposal: tables.Rule) -> bool:
    """Whether whoever proposed a live rule knew of everything that it would go back from."""
    seen = set(proposal.evidence.get("narrowed", ()))
    return proposal.stage is not Stage.LIVE or seen >= set(failed(session, proposal.site_id))
