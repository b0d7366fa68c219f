"""The web process: one ASGI application for the API, its plain pages and the dashboard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api import auth, errors, wiring
from api.limits import BodyLimit, Limits
from api.routes import alerts, cap, classify, frames, park, people, probes, rollout, session
from api.wiring import System
from store.errors import NotSignedIn
from store.session import reading

PAGES = ("/", "/review", "/wall", "/sites", "/classify", "/people")
"""The dashboard's pages. Whatever else is asked for and not known is 404, not a page."""

PARTS_OF_PAGES = ("/_stcore/", "/static/", "/media/", "/component/", "/vendor/")
FILES_OF_PAGES = ("/favicon.png", "/manifest.json")
VERSION = "0.1.0"


def make_app(system: System, *, dashboard: Any = None) -> FastAPI:
    """The application over the parts of this process. dashboard: what `api.mounting.make` gives."""
    inner = dashboard

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if inner is None:
            yield
            return
        async with inner.lifespan()(app):
            yield

    app = FastAPI(
        title="Bearwatch", version=VERSION, docs_url="/api/docs", redoc_url=None, openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )  # fmt: skip
    app.state.system = system
    app.state.limits = Limits(system.settings.uploads_a_minute)
    app.add_middleware(BodyLimit, limit_bytes=system.settings.upload_limit_mb * 1_000_000)
    errors.install(app)
    for routes in (session, frames, classify, alerts, park, rollout, people, cap):
        app.include_router(routes.router, prefix="/api/v1")
    app.include_router(session.plain)
    app.include_router(probes.router)
    if inner is not None:
        app.mount("/", Guarded(inner, system))
    return app


class Guarded:
    """The dashboard behind the sign-in: its pages and its socket are for people who are signed in."""

    def __init__(self, inner: Any, system: System) -> None:
        self.inner, self.system = inner, system

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a signed-in browser through to what the dashboard has; everything else ends here."""
        path = scope["path"]
        if scope["type"] == "websocket":
            if await run_in_threadpool(self._signed_in, Request({**scope, "type": "http"})):
                await self.inner(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 4401})
            return
        await (await self._answer(path, Request(scope)))(scope, receive, send)

    async def _answer(self, path: str, request: Request) -> Any:
        if path.startswith(PARTS_OF_PAGES) or path in FILES_OF_PAGES:
            return self.inner
        if path.rstrip("/") not in PAGES and path != "/":
            return errors.problem("not-found", "There is no such thing here.", 404, f"there is nothing at {path}")
        if not await run_in_threadpool(self._signed_in, request):
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return _redirect("/sign-in" if asked == "/" else f"/sign-in?next={quote(asked, safe='/')}")
        return self.inner

    def _signed_in(self, request: Request) -> bool:
        cookie = request.cookies.get(auth.COOKIE)
        if cookie is None:
            return False
        with reading(self.system.engine) as opened:
            try:
                return not auth.by_cookie(opened, cookie, wiring.now()).must_change
            except NotSignedIn:
                return False


def _redirect(to: str) -> Response:
    return RedirectResponse(to, 303)
