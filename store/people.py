"""People who may sign in, their browsers and tokens. Only hashes of secrets come in here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound


def everyone(session: Session) -> Sequence[tables.Person]:
    """All people, revoked ones too, by name."""
    return session.scalars(select(tables.Person).order_by(tables.Person.name)).all()


def find(session: Session, name: str) -> tables.Person | None:
    """The person of this name who has not been revoked."""
    wanted = select(tables.Person).where(tables.Person.name == name, tables.Person.revoked_at.is_(None))
    return session.scalar(wanted)


def get(session: Session, name: str) -> tables.Person:
    """The same. Raises NotFound."""
    row = find(session, name)
    if row is None:
        raise NotFound(f'nobody is called "{name}" here; `bearwatch user add {name} --role ranger` adds them')
    return row


def taken(session: Session, name: str) -> bool:
    """Whether the name is used, by a revoked person too: names in the history stay theirs."""
    return session.scalar(select(tables.Person.id).where(tables.Person.name == name)) is not None


def signed_in(session: Session, token_hash: str, now: datetime) -> tables.Person | None:
    """Who holds the cookie of this hash."""
    return session.scalar(
        select(tables.Person)
        .join(tables.SignIn, tables.SignIn.person_id == tables.Person.id)
        .where(
            tables.SignIn.token_hash == token_hash,
            tables.SignIn.ended_at.is_(None),
            tables.SignIn.expires_at > now,
            tables.Person.revoked_at.is_(None),
        )
    )


def of_token(session: Session, token_hash: str) -> tables.Person | None:
    """Who the program with the token of this hash acts for."""
    return session.scalar(
        select(tables.Person)
        .join(tables.Token, tables.Token.person_id == tables.Person.id)
        .where(
            tables.Token.token_hash == token_hash,
            tables.Token.revoked_at.is_(None),
            tables.Person.revoked_at.is_(None),
        )
    )


def end_sign_in(session: Session, token_hash: str, now: datetime) -> None:
    """End one browser's sign-in."""
    row = session.get(tables.SignIn, token_hash)
    if row is not None:
        row.ended_at = now


def end_all(session: Session, person: int, now: datetime) -> None:
    """End every sign-in and token of a person."""
    for row in session.scalars(
        select(tables.SignIn).where(tables.SignIn.person_id == person, tables.SignIn.ended_at.is_(None))
    ):
        row.ended_at = now
    for token in session.scalars(
        select(tables.Token).where(tables.Token.person_id == person, tables.Token.revoked_at.is_(None))
    ):
        token.revoked_at = now


def failures(session: Session, *, name: str, address: str, since: datetime) -> int:
    """Wrong passwords for this name, or from this address, since then: the larger of the two."""
    failed = tables.FailedSignIn
    counts = [
        session.scalar(select(func.count()).where(failed.at > since, failed.name == name)) or 0,
        (session.scalar(select(func.count()).where(failed.at > since, failed.address == address)) or 0) // 4,
    ]
    return max(counts)


def failed(session: Session, *, name: str, address: str, now: datetime) -> None:
    """Remember a wrong password; those of yesterday are forgotten."""
    session.execute(delete(tables.FailedSignIn).where(tables.FailedSignIn.at < now - timedelta(days=1)))
    session.add(tables.FailedSignIn(name=name[:80], address=address[:64], at=now))
