"""Operations notices: what the park's people must know of the system itself. The kill switch never holds them."""

from datetime import datetime

from store import notices, park
from store.session import Session
from store.vocabulary import Audience, NoticeKind, NoticeState


def tell(session: Session, site: str, *, key: str, says: str, now: datetime) -> None:
    """Write one notice to each ranger receiver of the site; the same key a second time is the same notice.

    A site that has none is told to the rangers of the whole park: somebody must know.
    """
    receivers = park.receivers(session, site, Audience.RANGERS)
    if not receivers:
        receivers = [row for row in park.all_receivers(session) if row.audience is Audience.RANGERS]
    notices.add(
        session, {f"{key}:{row.id}": row for row in receivers}, kind=NoticeKind.OPERATIONS, alert=None, review=None,
        body={"says": says}, state=NoticeState.WAITING, now=now,
    )  # fmt: skip
