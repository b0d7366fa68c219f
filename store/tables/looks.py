"""Looks: what is shown to people among the alerts and is none: audited camera time, tests, second answers.

They lie apart from alerts, so that no message, no visit and no count can come of one.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import LookKind, Scored, Verdict

OPEN = text("answered_at IS NULL AND closed_at IS NULL")


class AuditDraw(Table):
    """The draw of one day of UTC of a site's camera time without an alert. key makes it again; it is never changed.

    strata: of each its name, how many pieces of time there were (size), the chance of each, and how many were drawn.
    """

    __tablename__ = "audit_draw"
    __table_args__ = (UniqueConstraint("site_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    day: Mapped[date]
    key: Mapped[str] = mapped_column(String(120))
    drawn_at: Mapped[datetime]
    strata: Mapped[list[Any]]


class Look(Table):
    """One set of pictures that one person is asked about. What was drawn, and an answer, are never changed.

    turn: in this order looks are given, by chance. chance: of an audited piece of time, of being drawn. truth: of a
    test. first_person, first_verdict: of a second answer, what somebody else had said.
    """

    __tablename__ = "look"
    __table_args__ = (
        CheckConstraint("(kind = 'audit') = (chance IS NOT NULL)", name="audit_has_a_chance"),
        CheckConstraint("(kind = 'audit') = (draw_id IS NOT NULL)", name="audit_was_drawn"),
        CheckConstraint("(kind = 'audit') = (stratum IS NOT NULL)", name="audit_has_a_stratum"),
        CheckConstraint("chance > 0 AND chance <= 1", name="chance"),
        CheckConstraint("(kind = 'seeded') = (truth IS NOT NULL)", name="seeded_is_known"),
        CheckConstraint("truth IN ('bear', 'not_bear')", name="truth"),
        CheckConstraint("(kind = 'second') = (first_person IS NOT NULL)", name="second_after_a_first"),
        CheckConstraint("(kind = 'second') = (first_verdict IS NOT NULL)", name="second_after_a_verdict"),
        CheckConstraint("(kind = 'second') = (of_alert_id IS NOT NULL OR of_look_id IS NOT NULL)", name="second_of"),
        CheckConstraint("of_alert_id IS NULL OR of_look_id IS NULL", name="of_one"),
        CheckConstraint("answered_by IS NULL OR first_person IS NULL OR answered_by <> first_person", name="another"),
        CheckConstraint("(answered_at IS NULL) = (verdict IS NULL)", name="answered"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
        CheckConstraint("since < until", name="lasts"),
        Index("ix_look_open", "site_id", "turn", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_look_site_id_since", "site_id", "since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LookKind] = mapped_column(Word(LookKind))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    made_at: Mapped[datetime]
    turn: Mapped[int]
    draw_id: Mapped[int | None] = mapped_column(ForeignKey("audit_draw.id"), index=True)
    stratum: Mapped[Scored | None] = mapped_column(Word(Scored))
    chance: Mapped[float | None]
    truth: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    source: Mapped[str | None] = mapped_column(Text)  # of a test, what is shown, in words
    of_alert_id: Mapped[int | None] = mapped_column(ForeignKey("alert.id"), index=True)
    of_look_id: Mapped[int | None] = mapped_column(ForeignKey("look.id"), index=True)
    first_person: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first_verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    given_to: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime | None]
    left_by: Mapped[list[Any]] = mapped_column(default=list)  # ids of people who left it to others
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    answered_at: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    species: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(Text)
    took_s: Mapped[float | None]
    closed_at: Mapped[datetime | None]  # nobody looked at it in time


class LookPicture(Table):
    """One picture of a look, in the archive under its sha256. position 0: the one that is shown large."""

    __tablename__ = "look_picture"

    look_id: Mapped[int] = mapped_column(ForeignKey("look.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    taken_at: Mapped[datetime]
    frame_id: Mapped[int | None] = mapped_column(ForeignKey("frame.id"), index=True)  # None: of the time-lapse
