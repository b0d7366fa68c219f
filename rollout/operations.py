"""Operations notices: what the park's people must know of the system itself. The kill switch never holds them."""

from datetime import datetime
from uuid import uuid4

from store import park, tables
from store.session import Session
from store.vocabulary import Audience, NoticeKind, NoticeState


def tell(session: Session, site: str, *, key: str, says: str, now: datetime) -> None:
    """Write one notice to each ranger receiver of the site; the same key a second time is the same notice."""
    for receiver in park.receivers(session, site, Audience.RANGERS):
        session.add(
            tables.Notice(
                id=str(uuid4()),
                key=f"{key}:{receiver.id}",
                kind=NoticeKind.OPERATIONS,
                site_id=site,
                receiver_id=receiver.id,
                body={"says": says},
                state=NoticeState.WAITING,
                next_try_at=now,
                created_at=now,
            )
        )
    session.flush()
