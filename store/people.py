"""People who may sign in, their browsers and tokens. Only hashes of secrets come in here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from store import tables
from store.errors import NotFound


def everyone(session: Session) -> Sequence[tables.Person]:
    """All people, revoked ones too, by name."""
    return session.scalars(select(tables.Person).order_by(tables.Person.name)).all()


def of_sites(session: Session, sites: Sequence[str]) -> Sequence[tables.Person]:
    """People who may act at one of these sites, those of the whole park too; no sites: everybody."""
    return [row for row in everyone(session) if not (sites and row.sites) or set(row.sites) & set(sites)]


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


def line(session: Session, person: int) -> tuple[tables.Person, ...]:
    """A person, whoever added them, whoever added that one, and so on; the last was added at the machine."""
    found: list[tables.Person] = []
    row = session.get(tables.Person, person)
    while row is not None:
        found.append(row)
        row = session.get(tables.Person, row.created_by) if row.created_by is not None else None
    return tuple(found)


def others_since(session: Session, person: int, since: datetime) -> int:
    """How many people besides this one could sign in at that moment or at any time after."""
    there = or_(tables.Person.revoked_at.is_(None), tables.Person.revoked_at > since)
    return session.scalar(select(func.count()).where(tables.Person.id != person, there)) or 0


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


def failures(
    session: Session, *, since: datetime, name: str | None = None, address: str | None = None
) -> tuple[int, datetime | None, datetime | None]:
    """Wrong passwords since then, for this name or from this address or both: how many, the first, the last."""
    row = tables.FailedSignIn
    wanted = select(func.count(), func.min(row.at), func.max(row.at)).where(row.at > since)
    if name is not None:
        wanted = wanted.where(row.name == name[:80])
    if address is not None:
        wanted = wanted.where(row.address == address[:64])
    count, first, last = session.execute(wanted).one()
    return count, first, last


def failed(session: Session, *, name: str, address: str, now: datetime) -> int:
    """Remember a wrong password, and give its number; those of yesterday are forgotten."""
    session.execute(delete(tables.FailedSignIn).where(tables.FailedSignIn.at < now - timedelta(days=1)))
    row = tables.FailedSignIn(name=name[:80], address=address[:64], at=now)
    session.add(row)
    session.flush()
    return row.id


def forget(session: Session, failure: int) -> None:
    """It was the right password after all."""
    session.execute(delete(tables.FailedSignIn).where(tables.FailedSignIn.id == failure))


def tokens(session: Session, person: str | None = None) -> Sequence[tuple[tables.Token, str]]:
    """Tokens with the names of whom they act for, revoked ones too, oldest first."""
    wanted = select(tables.Token, tables.Person.name).join(tables.Person, tables.Person.id == tables.Token.person_id)
    wanted = wanted if person is None else wanted.where(tables.Person.name == person)
    rows = session.execute(wanted.order_by(tables.Token.created_at, tables.Token.token_hash))
    return [(token, name) for token, name in rows]
