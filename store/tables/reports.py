"""Drift reports, numbered, and the counts of weeks that later reports build on."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.root import Table


class DriftReport(Table):
    """What one week of a site says of model against manual watch. Never changed: other rows make a new revision.

    as_of: no row that came in later is in it. inputs_sha256: over what it was made of; the same again makes none.
    """

    __tablename__ = "drift_report"
    __table_args__ = (
        UniqueConstraint("site_id", "week", "revision"),
        CheckConstraint("revision >= 1", name="revision"),
        Index("ix_drift_report_week", "week"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    week: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int]
    as_of: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(32))
    body: Mapped[dict[str, Any]]
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class DriftWeek(Table):
    """The counts of a whole week of a site, as its last report or the first one after half a year took them."""

    __tablename__ = "drift_week"

    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), primary_key=True)
    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    counts: Mapped[dict[str, Any]]
    as_of: Mapped[datetime]
