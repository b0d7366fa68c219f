"""Rules, stops and the manual watch."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.widening import ItemOut, WouldHaveOut
from store.vocabulary import Audience, RuleState, Stage


class MissingOut(BaseModel):
    """One thing a proposal lacks before a second person may approve it."""

    what: str
    has: str
    needs: str
    by: str | None


class ApprovalOut(BaseModel):
    """One person's yes."""

    person: str
    at: datetime
    bound_to: str


class NarrowedOut(BaseModel):
    """A guardrail that failed. live: rangers are asked first because of it; technical: it ends with its fault."""

    guardrail: str
    since: datetime
    says: str
    live: bool
    technical: bool


class JudgedOut(BaseModel):
    """How one guardrail stands: passes, fails, or cannot_tell, which holds. low, high: an exact interval."""

    guardrail: str
    outcome: str
    limit: float | bool
    says: str
    has: float | None
    of: int | None
    low: float | None
    high: float | None


class GuardrailPage(BaseModel):
    """The guardrails of the rule in force as they stand now."""

    items: list[JudgedOut]
    narrowed: list[NarrowedOut]


class RuleOut(BaseModel):
    """One revision of a site's rule."""

    rule: int
    site: str
    revision: int
    state: RuleState
    stage: Stage
    audience: Audience
    widens: bool
    wider: list[str]
    missing: list[MissingOut]
    approvals: list[ApprovalOut]
    bound_to: str
    override: str | None
    stopped: bool
    protected: bool
    protected_says: str
    model: str
    model_name: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    demo: bool
    terms: dict[str, Any] = Field(description="the revision's content, keys as in rule.toml")
    says: str = Field(description="stage and scope in one sentence")
    exit: list[ItemOut] = Field(default=[], description="the exit checklist, frozen when it was proposed")
    would_have: WouldHaveOut | None = Field(default=None, description="frozen when it was proposed")
    void: str | None = Field(default=None, description="why nobody can approve it any more")
    narrowed: list[NarrowedOut] = Field(default=[], description="guardrails that failed, of the rule in force")


class RulePage(BaseModel):
    """Newest first."""

    items: list[RuleOut]


class RuleIn(BaseModel):
    """A proposal: the keys of rule.toml, and why."""

    model_config = ConfigDict(extra="allow")

    reason: str = Field(min_length=1, max_length=2000)


class StopIn(BaseModel):
    """Stop, or lift the stop of, one site or (site null) all."""

    model_config = ConfigDict(extra="forbid")

    site: str | None = None
    reason: str = Field(default="", max_length=2000)
    lift: bool = False


class StopOut(BaseModel):
    """What is stopped."""

    stopped: list[str]
    since: datetime
    by: str
    reason: str
    lifted: bool
    waits_for: str | None
