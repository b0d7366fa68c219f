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


@dataclass(frozen=True, kw_only=True)
class Yes:
    """One person's approval and what it was bound to."""

    person: str
    at: datetime
    bound_to: str


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


def missing_people(approvals: Sequence[Yes], *, bound_to: str) -> tuple[Missing, ...]:
    """What a rule that needs two people lacks."""
    people = standing(approvals, bound_to=bound_to)
    if len(people) >= PEOPLE:
        return ()
    return (Missing(what="people", has=", ".join(people) or "nobody", needs="two: the proposer and another"),)


def expired(proposed_at: datetime, now: datetime) -> bool:
    """Whether a proposal is too old to be approved."""
    return now - proposed_at > timedelta(days=APPROVAL_DAYS)
