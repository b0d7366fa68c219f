"""What automation has narrowed, which periods its jobs have done, and which clock process acts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import Stage

OPEN = text("ended_at IS NULL")


class Narrowing(Table):
    """A guardrail of a rule that failed in one period. While one is open, a live rule asks before it warns."""

    __tablename__ = "narrowing"
    __table_args__ = (
        UniqueConstraint("site_id", "rule_id", "guardrail", "period"),
        Index("ix_narrowing_open", "site_id", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    guardrail: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(40))  # the site's day that was judged; of a technical pause its begin
    stage: Mapped[Stage] = mapped_column(Word(Stage))  # of the rule then: a trial asks anyway, it is told only
    technical: Mapped[bool]  # it ends by itself with its fault; else two people must go back
    says: Mapped[str] = mapped_column(Text)
    numbers: Mapped[dict[str, Any]]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None] = mapped_column(Text)


class Run(Table):
    """A job of the clock that was done for one period of one site, so that it is done once."""

    __tablename__ = "run"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
    says: Mapped[str] = mapped_column(Text)


class ClockLease(Table):
    """The clock process that acts for the park until a moment; at most one row."""

    __tablename__ = "clock_lease"

    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(String(120))
    until: Mapped[datetime]
