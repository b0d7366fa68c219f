"""The desk watch: which drawn camera-hours were given to whom, and what of each was shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.tables.root import Table


class DeskHour(Table):
    """A drawn camera-hour that the system gave to a person who watches blind at a desk; to each person once."""

    __tablename__ = "desk_hour"
    __table_args__ = (
        UniqueConstraint("person_id", "hour_id"),
        CheckConstraint("probability > 0 AND probability <= 1", name="probability"),
        CheckConstraint("done_at IS NULL OR left_at IS NULL", name="done_or_left"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("watch_session.id"), index=True)
    hour_id: Mapped[int] = mapped_column(ForeignKey("drawn_hour.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    probability: Mapped[float]  # of being given, among the hours that this person had not been given
    done_at: Mapped[datetime | None]  # shown to its end
    left_at: Mapped[datetime | None]  # skipped, or its session ended first: no exposure
    knew: Mapped[bool] = mapped_column(default=False)  # says the watcher: no exposure
    seen: Mapped[list[Any]] = mapped_column(default=list)  # parts of which pictures were shown: pairs of ISO times
