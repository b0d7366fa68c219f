"""The page of the watch that works without a network: four small files, and no data of anybody."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template

from fastapi import APIRouter
from fastapi.responses import Response

router = APIRouter(include_in_schema=False)

HERE = Path(__file__).parents[1] / "phone"
FILES = ("page.html", "page.css", "page.js", "worker.js")
KINDS: Mapping[str, str] = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


@router.get("/watch")
def page() -> Response:
    """The page. It holds nothing: what is shown it asks the API for, as whoever is signed in."""
    return _file("page.html")


@router.get("/watch/page.css")
def style() -> Response:
    """How it looks."""
    return _file("page.css")


@router.get("/watch/page.js")
def script() -> Response:
    """What it does."""
    return _file("page.js")


@router.get("/watch-worker.js")
def worker() -> Response:
    """Keeps these files on the phone; another version of any of them is another worker."""
    text = Template(_text("worker.js")).substitute(version=_version())
    return Response(text, headers=HEADERS, media_type=KINDS[".js"])


def _file(name: str) -> Response:
    return Response(_text(name), headers=HEADERS, media_type=KINDS[Path(name).suffix])


@cache
def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _version() -> str:
    return hashlib.sha256("".join(_text(name) for name in FILES).encode()).hexdigest()[:16]
