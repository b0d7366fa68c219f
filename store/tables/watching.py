"""The manual watch: sessions, sightings, what people did, and which sighting was which visit."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import Did, Sureness, WatchMode, WatchPlace

HOLDS = text("ended_at IS NULL AND NOT apart")


class WatchSession(Table):
    """Somebody who watched a site from a beginning to an end. Blind hours are the exposure of the manual baseline."""

    __tablename__ = "watch_session"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_it_begins"),
        CheckConstraint("(person_id IS NOT NULL) OR imported", name="of_somebody"),
        CheckConstraint("signed_by IS NULL OR signed_by <> imported_by", name="signed_by_another"),
        Index("ix_watch_session_site_id_started_at", "site_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: of a paper form
    observer: Mapped[str] = mapped_column(String(80))
    mode: Mapped[WatchMode] = mapped_column(Word(WatchMode))
    place: Mapped[WatchPlace] = mapped_column(Word(WatchPlace))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    closed_by_limit: Mapped[bool] = mapped_column(default=False)  # nobody ended it: no exposure
    told_otherwise: Mapped[bool | None]  # at the end of a blind one: did the model's answer reach you?
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"))  # a patrol because of it: not the baseline
    hours: Mapped[list[Any]] = mapped_column(default=list)  # desk: numbers of the drawn hours that were shown
    key: Mapped[str | None] = mapped_column(String(64), unique=True)  # the phone's, so that sending twice adds once
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())  # of a table
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: who did it gave no name
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # a second person: blind, though imported
    flags: Mapped[list[str]] = mapped_column(default=list)  # words; any of them: no exposure
    received_at: Mapped[datetime]


class Sighting(Table):
    """A bear that a person saw, with time and place."""

    __tablename__ = "sighting"
    __table_args__ = (
        CheckConstraint("bears >= 1", name="bears"),
        Index("ix_sighting_site_id_at", "site_id", "at"),
        Index("ix_sighting_site_id_received_at", "site_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("watch_session.id"), index=True)
    camera_id: Mapped[str | None] = mapped_column(ForeignKey("camera.id"))  # desk watch, or where it was near one
    at: Mapped[datetime]
    species: Mapped[str] = mapped_column(String(60))
    bears: Mapped[int] = mapped_column(default=1)
    sure: Mapped[Sureness] = mapped_column(Word(Sureness))
    spot: Mapped[str | None] = mapped_column(String(200))
    observer: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    source: Mapped[str] = mapped_column(String(40))  # watch, desk, patrol, visitor, or a form's own word
    note: Mapped[str | None] = mapped_column(Text)
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())  # of a table
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: who did it gave no name
    flags: Mapped[list[str]] = mapped_column(default=list)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime]


class Response(Table):
    """What people did because of a confirmed alert or a sighting. Never changed: a later one is a new row."""

    __tablename__ = "response"
    __table_args__ = (CheckConstraint("(alert_id IS NULL) <> (sighting_id IS NULL)", name="to_one_thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), index=True)
    sighting_id: Mapped[int | None] = mapped_column(ForeignKey("sighting.id"), index=True)
    did: Mapped[Did] = mapped_column(Word(Did))
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime]


class Match(Table):
    """A visit and a sighting that are one encounter, or (apart) that a person says are not. History stays.

    made_by None: proposed by the rule that was fixed beforehand. One that is ended was mended by somebody.
    """

    __tablename__ = "encounter_match"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(
            "uq_encounter_match_sighting", "sighting_id", unique=True,
            sqlite_where=HOLDS, postgresql_where=HOLDS,
        ),
        Index(
            "uq_encounter_match_visit", "visit_id", unique=True,
            sqlite_where=HOLDS, postgresql_where=HOLDS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    sighting_id: Mapped[int] = mapped_column(ForeignKey("sighting.id"), index=True)
    apart: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str | None] = mapped_column(Text)
    window_minutes: Mapped[int | None]  # that it was proposed within; None: made by a person
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
