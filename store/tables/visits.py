"""Detections, visits, decisions, alerts, reviews and notices.

Notice and Alert carry the promise P3 as constraints: no warning exists in trial without a review that
says bear, and none ever in shadow. Triggers (see migrations) hold it on every connection.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Word
from store.tables.root import Table
from store.vocabulary import Act, AlertState, Audience, NoticeKind, NoticeState, Reason, Stage, Verdict

LINKED = text("linked_visit_id IS NOT NULL")


class Detection(Table):
    """What one model version says of one frame; p_bear is None where the frame could not be scored."""

    __tablename__ = "detection"
    __table_args__ = (UniqueConstraint("frame_id", "model_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"))
    model_sha256: Mapped[str] = mapped_column(ForeignKey("model_version.sha256"))
    label: Mapped[str | None] = mapped_column(String(60))
    p_bear: Mapped[float | None]
    probabilities: Mapped[dict[str, Any]]
    out_of_domain_p: Mapped[float | None]
    night: Mapped[bool | None]
    boxes: Mapped[list[Any]]
    seconds: Mapped[float]
    error: Mapped[str | None] = mapped_column(Text)


class Visit(Table):
    """Frames of one camera group, less than the gap apart, in which the model saw the same kind."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_near", "group_id", "label", "last_at", "started_at"),
        Index("ix_visit_linked_visit_id", "linked_visit_id", sqlite_where=LINKED, postgresql_where=LINKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("camera_group.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    model_sha256: Mapped[str] = mapped_column(ForeignKey("model_version.sha256"))
    label: Mapped[str] = mapped_column(String(60))  # the kind: "bear", or the model's label
    bear: Mapped[bool]
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    frames: Mapped[int]
    p_bear: Mapped[float]  # the highest of its frames
    best_frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"))
    closed_at: Mapped[datetime | None]  # by a dismissal; the gap closes it by itself
    linked_visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))


class Decision(Table):
    """What was done because of one frame, under which rule and why. Exactly one a frame."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_camera_id_decided_at", "camera_id", "decided_at"),)

    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"), primary_key=True)
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rule.id"))
    stage: Mapped[Stage] = mapped_column(Word(Stage))
    act: Mapped[Act] = mapped_column(Word(Act))
    reason: Mapped[Reason] = mapped_column(Word(Reason))
    says: Mapped[str] = mapped_column(Text)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    model_sha256: Mapped[str | None] = mapped_column(String(64))
    p_bear: Mapped[float | None]
    threshold: Mapped[float | None]
    decided_at: Mapped[datetime]


class Alert(Table):
    """A visit, or a new turn of one, that the rule in force says people must look at."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("id", "stage"),
        CheckConstraint("stage IN ('shadow', 'trial', 'live')", name="stage"),
        CheckConstraint("(stage = 'shadow') = (state = 'shadow')", name="shadow_stays_shadow"),
        Index("ix_alert_site_id_state_raised_at", "site_id", "state", "raised_at"),
        Index("ix_alert_site_id_taken_at", "site_id", "taken_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    turn: Mapped[int] = mapped_column(default=1)  # 2 and up: the same visit alerted again
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    camera_id: Mapped[str] = mapped_column(ForeignKey("camera.id"))
    cameras: Mapped[list[str]]
    state: Mapped[AlertState] = mapped_column(Word(AlertState))
    stage: Mapped[Stage] = mapped_column(Word(Stage))
    audience: Mapped[Audience] = mapped_column(Word(Audience))
    reason: Mapped[Reason] = mapped_column(Word(Reason))
    says: Mapped[str] = mapped_column(Text)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"), index=True)
    label: Mapped[str] = mapped_column(String(60))
    p_bear: Mapped[float]
    out_of_domain_p: Mapped[float | None]
    boxes: Mapped[list[Any]]
    send: Mapped[bool] = mapped_column(default=True)
    raised_at: Mapped[datetime]
    taken_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    asked_again: Mapped[bool] = mapped_column(default=False)
    step: Mapped[int] = mapped_column(default=0)  # how far the request has climbed the chain
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None]
    held_s: Mapped[dict[str, Any]] = mapped_column(default=dict)  # how long each person's claims have held it
    asks: Mapped[int] = mapped_column(default=0)  # how often people were asked to look
    decided_at: Mapped[datetime | None]
    would_have: Mapped[dict[str, Any]]  # shadow: the receivers and the time a warning would have had


class Review(Table):
    """One person's verdict on one alert. Never changed: a correction is a new row."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("id", "alert_id", "verdict"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    species: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
    took_s: Mapped[float | None]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"))
    blind: Mapped[bool | None]  # drawn to be answered without score or box; None: of before, or a correction


class Notice(Table):
    """One message to one receiver. Its id travels with it, so that a receiver can drop the second copy."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(
            "kind <> 'warning' OR (alert_id IS NOT NULL AND stage IS NOT NULL AND "
            "(stage = 'live' OR (stage = 'trial' AND review_id IS NOT NULL AND verdict = 'bear')))",
            name="warning_is_confirmed",
        ),
        ForeignKeyConstraint(["alert_id", "stage"], ["alert.id", "alert.stage"], name="fk_notice_alert_stage"),
        ForeignKeyConstraint(
            ["review_id", "alert_id", "verdict"],
            ["review.id", "review.alert_id", "review.verdict"],
            name="fk_notice_review_verdict",
        ),
        Index("ix_notice_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)  # what makes it the same notice
    kind: Mapped[NoticeKind] = mapped_column(Word(NoticeKind))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    receiver_id: Mapped[str] = mapped_column(ForeignKey("receiver.id"))
    alert_id: Mapped[int | None] = mapped_column(index=True)
    stage: Mapped[Stage | None] = mapped_column(Word(Stage))
    review_id: Mapped[int | None]
    verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    body: Mapped[dict[str, Any]]
    state: Mapped[NoticeState] = mapped_column(Word(NoticeState))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    second_of: Mapped[str | None] = mapped_column(ForeignKey("notice.id"))
