"""Who is asking: passwords, cookies, tokens and camera keys. Secrets are compared and kept as hashes."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ingest import guessing
from rollout.actors import Actor
from store import audit, cameras, park, people, tables
from store.errors import (
    NameUnfit,
    NotAllowedNow,
    NotFound,
    NotSignedIn,
    PasswordUnfit,
    PasswordWrong,
    TooMany,
    UnknownCamera,
)
from store.session import Engine, Session, reading, transaction
from store.vocabulary import Role

COOKIE = "bearwatch_session"
SIGNED_IN_FOR = timedelta(days=7)
SHORTEST_PASSWORD = 10
NAME = re.compile(r"[^\s/:][^/:]{0,79}")
COMMAND_LINE = "command line"
HASHER = PasswordHasher()
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5IG9mIHRoaXMgbg$bm8gcGFzc3dvcmQgaXMga25vd24gdG8gZml0IHRoaXM"
"""The hash of no known password: a name that nobody has takes as long to refuse as one that somebody has."""


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
    proof = _proved(engine, name=name, password=password, address=address, now=now)
    with transaction(engine) as session:
        person = _taken(session, name, proof)
        if person is not None:
            return new_cookie(session, person.id, now)
    raise PasswordWrong("name or password is wrong")


def check_password(engine: Engine, *, name: str, password: str, now: datetime) -> Actor:
    """The person of this name, proved by the password at the command line. Raises PasswordWrong, TooMany."""
    proof = _proved(engine, name=name, password=password, address=COMMAND_LINE, now=now)
    with transaction(engine) as session:
        person = _taken(session, name, proof)
        if person is not None and not person.must_change:
            return actor_of(person)
    if person is not None:
        raise NotAllowedNow(f"{name} must set an own password first: sign in to the dashboard once")
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
    session: Session, *, name: str, role: Role, sites: list[str], password_hash: str, must_change: bool, by: str,
    now: datetime, by_id: int | None = None, demo: bool = False,
) -> tables.Person:  # fmt: skip
    """Add somebody. by_id: the person who does; None at the machine.

    password_hash: from `hashed`, which takes long and so is asked before the transaction.

    Raises NameUnfit, NotAllowedNow for a name that is taken, NotFound for a site that is not there.
    """
    if not NAME.fullmatch(name):
        raise NameUnfit(f'"{name}" cannot be a name: 1 to 80 characters, without / and :, and no space in front')
    if people.taken(session, name):
        raise NotAllowedNow(f'the name "{name}" is taken, and names in the history stay: choose another')
    for site in sites:
        park.site(session, site)
    person = tables.Person(
        name=name, role=role, sites=sites, password_hash=password_hash, must_change=must_change,
        created_at=now, created_by=by_id, demo=demo,
    )  # fmt: skip
    session.add(person)
    session.flush()
    where = f" at {', '.join(sites)}" if sites else ""
    says = f"{name} is {role}{where}"
    audit.append(session, at=now, who=by, action="person.added", subject=f"person:{name}", says=says)
    return person


def hashed(password: str) -> str:
    """A new password's hash. Raises PasswordUnfit for one that is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordUnfit(f"a password has at least {SHORTEST_PASSWORD} characters")
    return HASHER.hash(password)


def change_password(engine: Engine, name: str, *, old: str, new: str, now: datetime) -> None:
    """Set one's own password and end every other sign-in. Raises PasswordWrong."""
    with reading(engine) as session:
        before = people.get(session, name).password_hash
    if not _fits(before, old):
        raise PasswordWrong("the old password is wrong")
    if new == old:
        raise PasswordUnfit("the new password is the old one: choose another")
    after = hashed(new)
    with transaction(engine) as session:
        person = people.get(session, name)
        if person.password_hash != before:
            raise PasswordWrong("the old password is wrong: it was changed a moment ago")
        person.password_hash, person.must_change = after, False
        people.end_all(session, person.id, now)
        says, subject = "new password", f"person:{name}"
        audit.append(session, at=now, who=name, action="person.password", subject=subject, says=says)


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
    audit.append(
        session, at=now, who=COMMAND_LINE, action="token.added", subject=f"person:{name}", says="a new token"
    )
    return token


def add_key(session: Session, camera: str, now: datetime) -> str:
    """A key with which a camera hands frames in; shown once. Raises NotFound."""
    known = [row.id for row in park.cameras(session)]
    if camera not in known:
        raise NotFound(f'there is no camera "{camera}"; cameras are: {", ".join(known) or "none yet"}')
    key = f"bwk_{secrets.token_urlsafe(32)}"
    cameras.add_key(session, camera, digest(key), now)
    audit.append(session, at=now, who=COMMAND_LINE, action="key.added", subject=f"camera:{camera}", says="a new key")
    return key


def token_id(token: tables.Token) -> str:
    """What a token is called: the beginning of its hash, which opens nothing."""
    return token.token_hash[:12]


def revoke_token(session: Session, wanted: str, now: datetime) -> str:
    """Let a token in no more; gives whom it acted for. Raises NotFound, NotAllowedNow."""
    for token, name in people.tokens(session):
        if token_id(token) == wanted:
            if token.revoked_at is not None:
                raise NotAllowedNow(f"token {wanted} was revoked at {token.revoked_at:%Y-%m-%d %H:%M} UTC already")
            token.revoked_at = now
            says, subject = f"token {wanted} is revoked", f"person:{name}"
            audit.append(session, at=now, who=COMMAND_LINE, action="token.revoked", subject=subject, says=says)
            return name
    raise NotFound(f'there is no token "{wanted}": `bearwatch token list` shows them')


def revoke_key(session: Session, number: int, now: datetime) -> str:
    """Let a camera's key in no more; gives the camera. Raises NotFound, NotAllowedNow."""
    key = cameras.key(session, number)
    if key.revoked_at is not None:
        raise NotAllowedNow(f"key {number} was revoked at {key.revoked_at:%Y-%m-%d %H:%M} UTC already")
    key.revoked_at = now
    says, subject = f"key {number} is revoked", f"camera:{key.camera_id}"
    audit.append(session, at=now, who=COMMAND_LINE, action="key.revoked", subject=subject, says=says)
    return key.camera_id


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A right password: the hash that it fits, and the attempt that had counted as wrong until then."""

    password_hash: str
    attempt: int


def _proved(engine: Engine, *, name: str, password: str, address: str, now: datetime) -> Proof | None:
    """Whether the password is right. Each attempt counts as wrong first, so that many at once count too.

    Hashing takes long: it lies between two transactions, and holds up nobody who writes.
    """
    with transaction(engine) as session:
        _require_patience(session, name, address, now)
        person = people.find(session, name)
        attempt = people.failed(session, name=name, address=address, now=now)
    kept = person.password_hash if person is not None else NOBODY
    return Proof(password_hash=kept, attempt=attempt) if _fits(kept, password) else None


def _taken(session: Session, name: str, proof: Proof | None) -> tables.Person | None:
    """The person as they are now, if the proof still holds."""
    person = people.find(session, name)
    if proof is None or person is None or person.password_hash != proof.password_hash:
        return None
    people.forget(session, proof.attempt)
    return person


def _require_patience(session: Session, name: str, address: str, now: datetime) -> None:
    """Raise TooMany. At the command line only its own wrong passwords count: no stranger reaches it."""
    since = now - guessing.WITHIN
    asked: list[dict[str, str]] = [{"name": name, "address": address}]
    asked += [] if address == COMMAND_LINE else [{"name": name}, {"address": address}]
    found = [people.failures(session, since=since, **each) for each in asked]
    wrong = [guessing.Wrong(count=count, first=first, last=last) for count, first, last in found]
    wait = guessing.wait(*wrong, now=now)
    if wait > timedelta():
        raise TooMany(f"too many wrong passwords: wait {ceil(wait.total_seconds())} s and try again")


def _fits(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
