"""The client: asks the HTTP API as the person whose browser this is."""

import os
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import streamlit as st
from pydantic import BaseModel

Shape = TypeVar("Shape", bound=BaseModel)

COOKIE = "bearwatch_session"
USUAL_S, LONG_S = 8.0, 120.0
AWAY = "Bearwatch cannot be reached: this page may be old; trust the manual watch."


class ApiAway(Exception):
    """The API gives no answer, or none that can be understood."""


class SignInNeeded(Exception):
    """Nobody is signed in in this browser, or the sign-in has ended."""


class Refused(Exception):
    """The API answered no; the text is its detail, in words."""

    def __init__(self, detail: str, status: int) -> None:
        self.status = status
        super().__init__(detail)


def get(path: str, shape: type[Shape], **query: Any) -> Shape:
    """Read one shape."""
    return _read(shape, _send("GET", path, params=_present(query)))


def get_slowly(path: str, shape: type[Shape], **query: Any) -> Shape:
    """Read one shape for which weeks of detections are read."""
    return _read(shape, _send("GET", path, params=_present(query), timeout=LONG_S))


def post(path: str, shape: type[Shape], body: BaseModel | None = None, *, timeout: float = USUAL_S) -> Shape:
    """Ask for a change; gives what came of it. timeout: LONG_S where weeks of detections are read for it."""
    return _read(shape, post_raw(path, body, timeout=timeout))


def post_raw(path: str, body: BaseModel | None = None, *, timeout: float = USUAL_S) -> httpx.Response:
    """Ask for a change whose answer has no shape of its own."""
    told = None if body is None else body.model_dump(mode="json", exclude_none=True)
    return _send("POST", path, json=told, timeout=timeout)


def picture(path: str, **query: Any) -> bytes:
    """The bytes of a picture. path: as a shape gives it."""
    return _send("GET", path.removeprefix("/api/v1"), params=_present(query), timeout=LONG_S).content


def probe(path: str) -> None:
    """Ask for a file's first byte: whether a browser that asks for it will get it."""
    _send("GET", path.removeprefix("/api/v1"), headers={"range": "bytes=0-0"}, timeout=LONG_S)


def upload(path: str, shape: type[Shape], *, name: str, data: bytes) -> Shape:
    """Hand in a file."""
    return _read(shape, _send("POST", path, files={"file": (name, data)}, timeout=LONG_S))


def quoted(name: str) -> str:
    """A name as a part of a path."""
    return quote(name, safe="")


def _send(
    method: str, path: str, *, timeout: float = USUAL_S, headers: dict[str, str] | None = None, **kwargs: Any
) -> httpx.Response:
    cookie = st.context.cookies.get(COOKIE)
    if cookie is None:
        raise SignInNeeded
    sent = {**(headers or {}), "cookie": f"{COOKIE}={cookie}"}
    try:
        answer = _connections().request(method, f"/api/v1{path}", headers=sent, timeout=timeout, **kwargs)
    except httpx.HTTPError as fault:
        raise ApiAway(type(fault).__name__) from fault
    if answer.status_code == 401:
        raise SignInNeeded
    if answer.is_error:
        detail = _detail(answer)
        if detail is None:
            raise ApiAway(f"{answer.status_code} {answer.reason_phrase}")
        raise Refused(detail, answer.status_code)
    return answer


def _read(shape: type[Shape], answer: httpx.Response) -> Shape:
    try:
        return shape.model_validate_json(answer.content)
    except ValueError as fault:
        raise ApiAway("an answer of another version") from fault


def _detail(answer: httpx.Response) -> str | None:
    """The words of a problem document; None: whoever answered was not the API."""
    try:
        told = answer.json()
        return str(told.get("detail") or told["title"])
    except (ValueError, AttributeError, KeyError):
        return None


def _present(query: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


@cache
def _connections() -> httpx.Client:
    """Shared by everybody's pages, so it keeps no cookie of anybody."""
    none_kept = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    address = os.environ.get("BEARWATCH_INTERNAL_URL", "http://127.0.0.1:8000")
    return httpx.Client(base_url=address, cookies=none_kept, trust_env=False, verify=address.startswith("https"))
