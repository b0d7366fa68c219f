"""What a drift report leads to: an alarm that waits for a name, and the ratio that people accepted as usual."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import AlarmCause

UNACKNOWLEDGED = text("acknowledged_at IS NULL")
IN_FORCE = text("accepted_at IS NOT NULL AND ended_at IS NULL")


class ReferenceRatio(Table):
    """A ratio of model to people that somebody proposed as a site's reference. It counts once another accepted it."""

    __tablename__ = "reference_ratio"
    __table_args__ = (
        CheckConstraint("low > 0 AND low <= ratio AND ratio <= high", name="inside_its_interval"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted_by_somebody"),
        CheckConstraint("accepted_by IS NULL OR accepted_by <> proposed_by", name="accepted_by_another"),
        Index(
            "uq_reference_ratio_in_force", "site_id", unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    ratio: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]  # its exact 90% interval
    evidence: Mapped[dict[str, Any]]  # frozen when it was proposed
    sha256: Mapped[str] = mapped_column(String(64))  # over the ratio, its interval and the evidence
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None with ended_at: by the next one
    ended_why: Mapped[str | None] = mapped_column(Text)


class DriftAlarm(Table):
    """An alarm of a drift report. It stays open until a named person says what the cause was."""

    __tablename__ = "drift_alarm"
    __table_args__ = (
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="by_somebody"),
        CheckConstraint("(acknowledged_at IS NULL) = (cause IS NULL)", name="with_a_cause"),
        Index(
            "uq_drift_alarm_open", "site_id", "verdict", unique=True,
            sqlite_where=UNACKNOWLEDGED, postgresql_where=UNACKNOWLEDGED,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(32))  # alarm_down or alarm_up
    since_week: Mapped[str] = mapped_column(String(10))
    report_id: Mapped[int] = mapped_column(ForeignKey("drift_report.id"))
    says: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None]
    cause: Mapped[AlarmCause | None] = mapped_column(Word(AlarmCause))
    note: Mapped[str | None] = mapped_column(Text)
    escalated_at: Mapped[datetime | None]  # the last time
    escalations: Mapped[int] = mapped_column(default=0)
