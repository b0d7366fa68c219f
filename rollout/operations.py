"""Operations notices: what the park's people must know of the system itself. The kill switch never holds them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from store import notices, park, tables
from store.session import Session
from store.vocabulary import Audience, NoticeKind, NoticeState


def tell(
    session: Session, site: str, *, key: str, says: str, now: datetime, more: Mapping[str, Any] | None = None
) -> None:  # fmt: skip
    """Write one notice to each ranger receiver of the site; the same key a second time is the same notice.

    A site that has none is told to the rangers of the whole park: somebody must know. more: beside what it says.
    """
    receivers = park.receivers(session, site, Audience.RANGERS)
    if not receivers:
        receivers = [row for row in park.all_receivers(session) if row.audience is Audience.RANGERS]
    tell_these(session, receivers, key=key, says=says, now=now, more=more)


def tell_these(
    session: Session, receivers: Sequence[tables.Receiver], *, key: str, says: str, now: datetime,
    more: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    """The same to these alone; gives how many of them are told anew."""
    return notices.add(
        session, {f"{key}:{row.id}": row for row in receivers}, kind=NoticeKind.OPERATIONS, alert=None, review=None,
        body={**(more or {}), "says": says}, state=NoticeState.WAITING, now=now,
    )  # fmt: skip


def readers(session: Session, site: str) -> Sequence[tables.Receiver]:
    """The receivers of a site that asked for its reports (`reports = true`)."""
    return [row for row in park.receivers(session, site, Audience.CAMPERS) if row.reports]
