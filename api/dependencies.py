"""What routes take: the system, a session, the clock, and the person with the rights that the route needs."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Path, Query, Request

from api import auth, wiring
from api.auth import Signed
from api.wiring import System
from rollout.actors import Actor
from store.errors import NotPermitted, NotSignedIn
from store.session import Session, reading, transaction
from store.vocabulary import Role

OWN_PASSWORD_FIRST = ("/api/v1/me", "/api/v1/me/password", "/api/v1/session/end")


def system(request: Request) -> System:
    """The parts of this process."""
    found: System = request.app.state.system
    return found


SystemDep = Annotated[System, Depends(system)]


def clock() -> datetime:
    """The moment of the request."""
    return wiring.now()


ClockDep = Annotated[datetime, Depends(clock)]


def read_session(parts: SystemDep) -> Iterator[Session]:
    """One consistent state to read."""
    with reading(parts.engine) as session:
        yield session


def write_session(parts: SystemDep) -> Iterator[Session]:
    """One transaction: committed when the route has answered without an error."""
    with transaction(parts.engine) as session:
        yield session


ReadDep = Annotated[Session, Depends(read_session, scope="function")]
WriteDep = Annotated[Session, Depends(write_session, scope="function")]


MOST = 2**31 - 1
"""No row has a larger number."""

Number = Annotated[int, Path(ge=1, le=MOST)]
Cursor = Annotated[int | None, Query(ge=1, le=MOST)]


def bearer(request: Request) -> str | None:
    """The secret of the Authorization header."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" and secret.strip() else None


def signed(request: Request, parts: SystemDep, now: ClockDep) -> Signed:
    """Who asks, by token or cookie. Raises NotSignedIn, NotPermitted for a write from a foreign page."""
    token, cookie = bearer(request), request.cookies.get(auth.COOKIE)
    with reading(parts.engine) as session:
        if token is not None:
            found = auth.by_token(session, token)
        elif cookie is not None:
            refuse_foreign(request)
            found = auth.by_cookie(session, cookie, now)
        else:
            raise NotSignedIn("sign in, or send a token in the Authorization header")
    if found.must_change and request.url.path not in OWN_PASSWORD_FIRST:
        raise NotPermitted("set a password of your own first, at /password")
    return found


def refuse_foreign(request: Request) -> None:
    """Raise NotPermitted for a write that a page of another origin made the browser send."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    same = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not same or site not in ("same-origin", "none"):
        raise NotPermitted("this write came from a page of another origin")


SignedDep = Annotated[Signed, Depends(signed)]


def at_least(role: Role) -> Callable[[SignedDep], Actor]:
    """The person, with this role or a higher one; which sites is asked where the site is known."""

    def person(who: SignedDep) -> Actor:
        where = who.actor.sites[0] if who.actor.sites else None
        who.actor.require(role, where)
        return who.actor

    return person


Anyone = Annotated[Actor, Depends(at_least(Role.AUDITOR))]
Ranger = Annotated[Actor, Depends(at_least(Role.RANGER))]
Supervisor = Annotated[Actor, Depends(at_least(Role.SUPERVISOR))]
Admin = Annotated[Actor, Depends(at_least(Role.ADMIN))]


def of_the_park(who: Admin) -> Actor:
    """An admin of the whole park: training pictures are of every site."""
    who.require(Role.ADMIN, None)
    return who


ParkAdmin = Annotated[Actor, Depends(of_the_park)]
