"""Who has approved what, bound to which rule, version and evidence. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from rollout.stages import APPROVAL_DAYS, Missing

PEOPLE = 2
"""Wider needs this many: the proposer and another."""

ALONE_WAITS = timedelta(hours=72)
"""Where the park has one person, a proposal waits for this long instead, and never past trial."""


@dataclass(frozen=True, kw_only=True)
class Yes:
    """One person's approval and what it was bound to."""

    person: str
    at: datetime
    bound_to: str


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Somebody as far as counting people goes. line: their name and that of whoever added them, and so on up.

    It ends with a person who was added at the machine, by nobody.
    """

    added_at: datetime
    line: tuple[str, ...]

    @property
    def name(self) -> str:
        """Their own."""
        return self.line[0]


def too_new(signer: Signer, *, since: datetime) -> str | None:
    """Why somebody does not count for what began at a moment: they were not here yet."""
    if signer.added_at <= since:
        return None
    return f"{signer.name} was added after this began: somebody who was here before must"


def not_two(first: Signer, second: Signer, *, since: datetime) -> str | None:
    """Why two people do not count as two for what began at a moment; None where they do.

    >>> then = datetime(2026, 11, 23)
    >>> ann, bob = Signer(added_at=then, line=("ann",)), Signer(added_at=then, line=("bob", "ann"))
    >>> not_two(ann, bob, since=then).split(":")[0]
    'ann added bob'
    """
    late = too_new(first, since=since) or too_new(second, since=since)
    if late:
        return late
    shared = next((name for name in first.line if name in second.line), None)
    if shared is None:
        return None
    added = " and ".join(name for name in dict.fromkeys((first.name, second.name)) if name != shared)
    if not added:
        return f"{shared} is one of the two already: another person must"
    return (
        f"{shared} added {added}: one person could be both, so another person must whom {shared} did not add "
        "(`bearwatch user add` at the machine counts as added by nobody)"
    )


def bind(body: Mapping[str, Any], *, model_sha256: str, evidence: Mapping[str, Any]) -> str:
    """sha256 over the rule, the model version and the frozen evidence; another one is another approval.

    >>> bind({"a": 1}, model_sha256="x", evidence={}) == bind({"a": 2}, model_sha256="x", evidence={})
    False
    """
    told = {"rule": body, "model": model_sha256, "evidence": evidence}
    return sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def standing(approvals: Sequence[Yes], *, bound_to: str) -> tuple[str, ...]:
    """The people whose approval is of this very rule, each once."""
    return tuple(dict.fromkeys(yes.person for yes in approvals if yes.bound_to == bound_to))


def missing_people(approvals: Sequence[Yes], *, bound_to: str, alone_until: str | None = None) -> tuple[Missing, ...]:
    """What a rule that needs two people lacks. alone_until: the day on which the only person has waited enough."""
    people = standing(approvals, bound_to=bound_to)
    if len(people) >= PEOPLE:
        return ()
    needs = "two: the proposer and another"
    if alone_until is not None:
        hours = ALONE_WAITS.total_seconds() / 3600
        needs += f"; the park has one person, so that {hours:g} hours of waiting do instead"
    return (Missing(what="people", has=", ".join(people) or "nobody", needs=needs, by=alone_until),)


def expired(proposed_at: datetime, now: datetime) -> bool:
    """Whether a proposal is too old to be approved."""
    return now - proposed_at > timedelta(days=APPROVAL_DAYS)
