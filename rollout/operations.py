"""Operations notices: what the park's people must know of the system itself. The kill switch never holds them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rollout import reach
from store import notices, park, tables
from store.session import Session
from store.vocabulary import Audience, NoticeKind, NoticeState


def tell(
    session: Session, site: str, *, key: str, says: str, now: datetime, more: Mapping[str, Any] | None = None,
    waits: bool = False,
) -> None:  # fmt: skip
    """Write one notice to each ranger receiver of the site; the same key a second time is the same notice.

    A site that has none is told to the rangers of the whole park: somebody must know. more: beside what it says.
    waits: nobody is less safe without it tonight, so that it reaches each receiver within its own hours.
    """
    receivers = park.receivers(session, site, Audience.RANGERS)
    if not receivers:
        receivers = [row for row in park.all_receivers(session) if row.audience is Audience.RANGERS]
    tell_these(session, receivers, key=key, says=says, now=now, more=more, waits=waits)


def tell_these(
    session: Session, receivers: Sequence[tables.Receiver], *, key: str, says: str, now: datetime,
    more: Mapping[str, Any] | None = None, waits: bool = False,
) -> int:  # fmt: skip
    """The same to these alone; gives how many of them are told anew."""
    return sum(
        notices.add(
            session, {f"{key}:{row.id}": row}, kind=NoticeKind.OPERATIONS, alert=None, review=None,
            body={**(more or {}), "says": says}, state=NoticeState.WAITING, now=now,
            due=_due(session, row, now) if waits else None,
        )
        for row in receivers
    )  # fmt: skip


def _due(session: Session, receiver: tables.Receiver, now: datetime) -> datetime:
    zone = ZoneInfo(session.get_one(tables.Site, receiver.site_id).time_zone)
    return reach.wakes_at(receiver, now.astimezone(zone)).astimezone(UTC)


def readers(session: Session, site: str) -> Sequence[tables.Receiver]:
    """The receivers of a site that asked for its reports (`reports = true`)."""
    return [row for row in park.receivers(session, site, Audience.CAMPERS) if row.reports]
