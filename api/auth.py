"""Who is asking: passwords, cookies, tokens and camera keys. Secrets are compared and kept as hashes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from rollout.actors import Actor
from store import audit, cameras, park, people, tables
from store.errors import (
    ConfigurationError,
    NotAllowedNow,
    NotFound,
    NotSignedIn,
    PasswordWrong,
    TooMany,
    UnknownCamera,
)
from store.session import Engine, Session, transaction
from store.vocabulary import Role

COOKIE = "bearwatch_session"
SIGNED_IN_FOR = timedelta(days=7)
SHORTEST_PASSWORD = 10
MOST_FAILURES, FAILURES_WITHIN = 8, timedelta(minutes=10)
HASHER = PasswordHasher()
NOBODY = HASHER.hash(secrets.token_hex(16))


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Somebody who has proved who they are."""

    actor: Actor
    must_change: bool
    by_cookie: bool


def actor_of(person: tables.Person) -> Actor:
    """The person as far as rights go."""
    return Actor(id=person.id, name=person.name, role=person.role, sites=tuple(person.sites))


def digest(secret: str) -> str:
    """How a token, cookie or key is kept. They are long and random, so one round is enough."""
    return sha256(secret.encode()).hexdigest()


def sign_in(engine: Engine, *, name: str, password: str, address: str, now: datetime) -> str:
    """Check name and password and give a new cookie.

    Raises PasswordWrong, or TooMany after many wrong ones for this name or from this address.
    """
    with transaction(engine) as session:
        person = _proved(session, name=name, password=password, address=address, now=now)
        if person is not None:
            return new_cookie(session, person.id, now)
    raise PasswordWrong("name or password is wrong")


def check_password(engine: Engine, *, name: str, password: str, now: datetime) -> Actor:
    """The person of this name, proved by the password. Raises PasswordWrong, TooMany."""
    with transaction(engine) as session:
        person = _proved(session, name=name, password=password, address="command line", now=now)
        if person is not None:
            if person.must_change:
                raise NotAllowedNow(f"{name} must set an own password first: sign in to the dashboard once")
            return actor_of(person)
    raise PasswordWrong("name or password is wrong: set BEARWATCH_PASSWORD, or type it at the prompt")


def new_cookie(session: Session, person: int, now: datetime) -> str:
    """Sign a person in; gives the cookie's value."""
    cookie = secrets.token_urlsafe(32)
    session.add(
        tables.SignIn(
            token_hash=digest(cookie), person_id=person, created_at=now, expires_at=now + SIGNED_IN_FOR
        )
    )  # fmt: skip
    return cookie


def by_cookie(session: Session, cookie: str, now: datetime) -> Signed:
    """Who holds this cookie. Raises NotSignedIn."""
    person = people.signed_in(session, digest(cookie), now)
    if person is None:
        raise NotSignedIn("the sign-in has ended: sign in again")
    return Signed(actor=actor_of(person), must_change=person.must_change, by_cookie=True)


def by_token(session: Session, token: str) -> Signed:
    """Who a program acts for. Raises NotSignedIn."""
    person = people.of_token(session, digest(token))
    if person is None:
        raise NotSignedIn("this token is not known or was revoked: `bearwatch token add NAME` makes one")
    return Signed(actor=actor_of(person), must_change=person.must_change, by_cookie=False)


def camera_of(session: Session, key: str) -> tables.Camera:
    """The camera whose key this is. Raises UnknownCamera."""
    camera = cameras.by_key(session, digest(key))
    if camera is None:
        raise UnknownCamera("no camera has this key: `bearwatch key add --camera C` makes one")
    return camera


def add_person(
    session: Session, *, name: str, role: Role, sites: list[str], password: str, must_change: bool, by: str,
    now: datetime, demo: bool = False,
) -> tables.Person:  # fmt: skip
    """Add somebody. Raises NotAllowedNow for a name that is taken, NotFound for a site that is not there."""
    if people.taken(session, name):
        raise NotAllowedNow(f'the name "{name}" is taken, and names in the history stay: choose another')
    for site in sites:
        park.site(session, site)
    person = tables.Person(
        name=name, role=role, sites=sites, password_hash=hashed(password), must_change=must_change,
        created_at=now, demo=demo,
    )  # fmt: skip
    session.add(person)
    session.flush()
    where = f" at {', '.join(sites)}" if sites else ""
    says = f"{name} is {role}{where}"
    audit.append(session, at=now, who=by, action="person.added", subject=f"person:{name}", says=says)
    return person


def hashed(password: str) -> str:
    """A new password's hash. Raises ConfigurationError for one that is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise ConfigurationError(f"a password has at least {SHORTEST_PASSWORD} characters")
    return HASHER.hash(password)


def change_password(session: Session, name: str, *, old: str, new: str, now: datetime) -> None:
    """Set one's own password and end every other sign-in. Raises PasswordWrong."""
    person = people.get(session, name)
    if not _fits(person.password_hash, old):
        raise PasswordWrong("the old password is wrong")
    if new == old:
        raise ConfigurationError("the new password is the old one: choose another")
    person.password_hash, person.must_change = hashed(new), False
    people.end_all(session, person.id, now)
    audit.append(session, at=now, who=name, action="person.password", subject=f"person:{name}", says="new password")


def revoke(session: Session, name: str, *, by: str, now: datetime) -> None:
    """Take somebody's rights away at once. Raises NotFound."""
    person = people.get(session, name)
    if name == by:
        raise NotAllowedNow("nobody can revoke themselves: another admin must")
    person.revoked_at = now
    people.end_all(session, person.id, now)
    audit.append(session, at=now, who=by, action="person.revoked", subject=f"person:{name}", says="revoked")


def add_token(session: Session, name: str, now: datetime) -> str:
    """A token for a program that acts for a person; shown once."""
    person = people.get(session, name)
    token = f"bwt_{secrets.token_urlsafe(32)}"
    session.add(tables.Token(token_hash=digest(token), person_id=person.id, created_at=now))
    audit.append(session, at=now, who=name, action="token.added", subject=f"person:{name}", says="a new token")
    return token


def add_key(session: Session, camera: str, now: datetime) -> str:
    """A key with which a camera hands frames in; shown once. Raises NotFound."""
    known = [row.id for row in park.cameras(session)]
    if camera not in known:
        raise NotFound(f'there is no camera "{camera}"; cameras are: {", ".join(known) or "none yet"}')
    key = f"bwk_{secrets.token_urlsafe(32)}"
    cameras.add_key(session, camera, digest(key), now)
    audit.append(
        session, at=now, who="command line", action="key.added", subject=f"camera:{camera}", says="a new key"
    )
    return key


def _proved(session: Session, *, name: str, password: str, address: str, now: datetime) -> tables.Person | None:
    if people.failures(session, name=name, address=address, since=now - FAILURES_WITHIN) >= MOST_FAILURES:
        raise TooMany(f"too many wrong passwords: wait {FAILURES_WITHIN.seconds // 60} minutes")
    person = people.find(session, name)
    if person is not None and _fits(person.password_hash, password):
        return person
    if person is None:
        _fits(NOBODY, password)
    people.failed(session, name=name, address=address, now=now)
    return None


def _fits(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
