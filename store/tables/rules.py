"""Rules, their approvals, stops, and the times a site was not protected."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import Audience, RuleState, Stage

IN_FORCE = text("state = 'in_force'")


class Rule(Table):
    """A revision of what may happen at one site with one model version. Its body never changes."""

    __tablename__ = "rule"
    __table_args__ = (
        UniqueConstraint("site_id", "revision"),
        Index("ix_rule_site_id_state", "site_id", "state"),
        Index("uq_rule_in_force", "site_id", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    revision: Mapped[int]
    model_sha256: Mapped[str] = mapped_column(ForeignKey("model_version.sha256"))
    stage: Mapped[Stage] = mapped_column(Word(Stage))
    audience: Mapped[Audience] = mapped_column(Word(Audience))
    body: Mapped[dict[str, Any]]  # rule.toml as canonical JSON
    state: Mapped[RuleState] = mapped_column(Word(RuleState))
    widens: Mapped[bool]
    needs_second: Mapped[bool]  # widening, or a raised threshold, looser guardrails and the like in trial or live
    reason: Mapped[str] = mapped_column(Text)
    override_reason: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[dict[str, Any]]
    bound_to: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the system's first rule
    proposed_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("rule.id"))
    demo: Mapped[bool] = mapped_column(default=False)


class Approval(Table):
    """One person's yes to one rule, bound to what they saw."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("rule_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    bound_to: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Stop(Table):
    """The kill switch, for one site or (site_id None) all. Open until two people lift it."""

    __tablename__ = "stop"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"), index=True)
    since: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    lift_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lift_asked_at: Mapped[datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]


class Gap(Table):
    """From since on, the model no longer protects a site that it did; a named person takes the watch."""

    __tablename__ = "gap"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    since: Mapped[datetime]
    cause: Mapped[str] = mapped_column(Text)
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # the model protects the site again


class TrialReport(Table):
    """What a trial was and what came of it, made when it ends and never changed; sha256 over its body."""

    __tablename__ = "trial_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"), unique=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    made_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
