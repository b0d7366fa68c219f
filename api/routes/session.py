"""Sign-in for programs and pages, and one's own name and password."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import auth, pages
from api.dependencies import ClockDep, ReadDep, SignedDep, SystemDep, WriteDep, refuse_foreign
from api.schemas.people import MeOut, PasswordIn, SignInIn
from store import park, people, tables
from store.errors import BearwatchError, NotFound, NotSignedIn, PasswordWrong
from store.session import reading, transaction

router = APIRouter(tags=["sign-in"])
plain = APIRouter(include_in_schema=False)


@router.post("/session")
def sign_in(told: SignInIn, request: Request, response: Response, parts: SystemDep, now: ClockDep) -> dict[str, str]:
    """Sign in; the answer sets an HttpOnly cookie."""
    refuse_foreign(request)
    cookie = auth.sign_in(parts.engine, name=told.name, password=told.password, address=_address(request), now=now)
    _set(response, cookie, request)
    return {"name": told.name}


@router.post("/session/end")
def sign_out(
    request: Request, response: Response, _who: SignedDep, session: WriteDep, now: ClockDep
) -> dict[str, str]:
    """End this browser's sign-in."""
    people.end_sign_in(session, auth.digest(request.cookies.get(auth.COOKIE, "")), now)
    response.delete_cookie(auth.COOKIE)
    return {"says": "signed out"}


@router.get("/me")
def me(who: SignedDep, session: ReadDep, parts: SystemDep) -> MeOut:
    """Who is signed in, and the park's name."""
    actor, row = who.actor, session.get(tables.Park, 1)
    return MeOut(
        name=actor.name, role=actor.role, sites=list(actor.sites), must_change=who.must_change,
        park=row.name if row else "no park yet", time_zone=row.time_zone if row else "UTC",
        demo=bool(row and row.demo), demo_year=parts.demo_year.there,
    )  # fmt: skip


@router.post("/me/password")
def own_password(told: PasswordIn, who: SignedDep, parts: SystemDep, now: ClockDep) -> dict[str, str]:
    """Set one's own password; every sign-in ends."""
    auth.change_password(parts.engine, who.actor.name, old=told.old, new=told.new, now=now)
    return {"says": "the password is changed: sign in again"}


@plain.get("/sign-in")
def sign_in_page(parts: SystemDep, next: str = "/") -> HTMLResponse:  # noqa: A002
    """The page to sign in on."""
    return pages.sign_in(_park_name(parts), next=pages.local(next))


@plain.post("/sign-in")
def sign_in_form(
    request: Request, parts: SystemDep, now: ClockDep,
    name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:  # fmt: skip
    """Take the form; a wrong password shows the page again, saying so."""
    try:
        refuse_foreign(request)
        cookie = auth.sign_in(parts.engine, name=name, password=password, address=_address(request), now=now)
    except BearwatchError as fault:
        return pages.sign_in(_park_name(parts), next=pages.local(next), name=name, fault=fault.detail, status=401)
    response = RedirectResponse(pages.local(next), 303)
    _set(response, cookie, request)
    return response


@plain.get("/sign-out")
def sign_out_page(request: Request, parts: SystemDep) -> HTMLResponse:
    """Ask once: a link alone must not sign anybody out."""
    return pages.sign_out(_park_name(parts), signed_in=auth.COOKIE in request.cookies)


@plain.post("/sign-out")
def sign_out_form(request: Request, session: WriteDep, now: ClockDep) -> Response:
    """End this browser's sign-in."""
    refuse_foreign(request)
    people.end_sign_in(session, auth.digest(request.cookies.get(auth.COOKIE, "")), now)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(auth.COOKIE)
    return response


@plain.get("/password")
def password_page(
    request: Request, session: ReadDep, parts: SystemDep, now: ClockDep, next: str = "/"  # noqa: A002
) -> Response:  # fmt: skip
    """The page to set one's own password on."""
    try:
        who = auth.by_cookie(session, request.cookies.get(auth.COOKIE, ""), now)
    except NotSignedIn:
        return _sign_in_to_set_it(next)
    return pages.password(_park_name(parts), next=pages.local(next), first=who.must_change)


@plain.post("/password")
def password_form(
    request: Request, parts: SystemDep, now: ClockDep, next: Annotated[str, Form()] = "/",  # noqa: A002
    old: Annotated[str, Form()] = "", new: Annotated[str, Form()] = "", again: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Take the form; every other sign-in of this person ends, and this browser goes on to where it wanted."""
    try:
        refuse_foreign(request)
        with reading(parts.engine) as session:
            who = auth.by_cookie(session, request.cookies.get(auth.COOKIE, ""), now)
    except NotSignedIn:
        return _sign_in_to_set_it(next)
    try:
        if new != again:
            raise PasswordWrong("the two new passwords differ")
        auth.change_password(parts.engine, who.actor.name, old=old, new=new, now=now)
    except BearwatchError as fault:
        first, name = who.must_change, _park_name(parts)
        return pages.password(name, next=pages.local(next), first=first, fault=fault.detail, status=422)
    response = RedirectResponse(pages.local(next), 303)
    with transaction(parts.engine) as session:
        _set(response, auth.new_cookie(session, who.actor.id, now), request)
    return response


def _sign_in_to_set_it(next: str) -> Response:  # noqa: A002
    return RedirectResponse(f"/sign-in?next={quote(f'/password?next={quote(pages.local(next))}')}", 303)


def _set(response: Response, cookie: str, request: Request) -> None:
    response.set_cookie(
        auth.COOKIE, cookie, max_age=int(auth.SIGNED_IN_FOR.total_seconds()), httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _park_name(parts: SystemDep) -> str:
    with reading(parts.engine) as session:
        try:
            return park.the_park(session).name
        except NotFound:
            return "no park yet"
