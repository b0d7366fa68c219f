"""Incidents: bears that nobody was warned of, and the causes that people named."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import IncidentCause, IncidentKind, Stage

STANDS = text("ended_at IS NULL")


class Incident(Table):
    """A bear that nobody was warned of. It stands until what made it one no longer holds.

    key: what makes it the same one, like sighting:4. suggested, facts: of the rows there were when it was found.
    """

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name="ended_with_a_reason"),
        Index("ix_incident_site_id_at", "site_id", "at"),
        Index("uq_incident_stands", "key", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[IncidentKind] = mapped_column(Word(IncidentKind))
    at: Mapped[datetime]  # when the bear was there
    stage: Mapped[Stage] = mapped_column(Word(Stage))  # of the rule in force then
    camera_id: Mapped[str | None] = mapped_column(ForeignKey("camera.id"))
    sighting_id: Mapped[int | None] = mapped_column(ForeignKey("sighting.id"), index=True)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), index=True)
    says: Mapped[str] = mapped_column(Text)
    suggested: Mapped[IncidentCause] = mapped_column(Word(IncidentCause))
    facts: Mapped[list[Any]]  # sentences that the suggestion rests on
    found_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None] = mapped_column(Text)


class NamedCause(Table):
    """The cause of an incident as a person named it. Never changed: another is a new row, and the last one holds."""

    __tablename__ = "incident_cause"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    cause: Mapped[IncidentCause] = mapped_column(Word(IncidentCause))
    note: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
