"""The web process: one ASGI application for the API, its plain pages and the dashboard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute

from api import answering, auth, dependencies, errors, media, wiring
from api.limits import BodyLimit, KnownFirst, Limits, Memory, Places
from api.routes import (
    alerts,
    audit,
    cap,
    classify,
    cleaning,
    demo_year,
    desk,
    drift,
    encounters,
    frames,
    health,
    held,
    incidents,
    labelling,
    looks,
    masks,
    overview,
    papers,
    park,
    people,
    phone,
    probes,
    quiet,
    reports,
    rollout,
    session,
    timelapse,
    versions,
    watching,
    widening,
)
from api.wiring import System
from ingest.decoding import ENCODING_S
from store.errors import NotSignedIn
from store.session import reading

PAGES = (
    "/", "/review", "/manual-watch", "/wall", "/daily", "/time-lapse", "/desk-watch",
    "/sites", "/versions", "/cameras", "/classify", "/clean", "/label",
    "/unrecognised",
    "/people", "/park", "/reports", "/incidents", "/audit", "/demo-year",
)  # fmt: skip
"""The dashboard's pages. Whatever else is asked for and not known is 404, not a page."""

PARTS_OF_PAGES = ("/_stcore/", "/static/", "/media/", "/component/", "/vendor/")
FILES_OF_PAGES = ("/favicon.png", "/manifest.json")
VERSION = "0.1.0"

VIEWERS, CLIPS_AT_ONCE, CLASSIFYING = 8, 4, 4
"""Each holds one of the 40 threads that answer: stop and review must always find one."""

UPLOADS_BYTES = 256_000_000


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
    app.state.memory = Memory(UPLOADS_BYTES)
    app.state.viewers = Places(VIEWERS, lasts_s=media.LIVE_S + 5, what="people look at live pictures")
    app.state.clips = Places(CLIPS_AT_ONCE, lasts_s=ENCODING_S, what="clips are being made")
    app.state.classifying = Places(CLASSIFYING, lasts_s=600, what="files are being classified")
    app.add_middleware(BodyLimit, limit_bytes=system.settings.upload_limit_mb * 1_000_000)
    app.add_middleware(answering.Heads)
    app.add_middleware(
        KnownFirst,
        checks={
            "/api/v1/frames": lambda request: frames.camera_of(request, system),
            "/api/v1/classify": lambda request: dependencies.signed(request, system, wiring.now()),
        },
    )
    errors.install(app)
    for routes in (
        session, frames, classify, alerts, looks, park, rollout, people, cap, cleaning, labelling, timelapse, health,
        held, masks, quiet, audit, encounters, overview, drift, incidents, papers, reports, versions, watching, desk,
        widening, demo_year,
    ):  # fmt: skip
        app.include_router(routes.router, prefix="/api/v1")
    app.include_router(session.plain)
    app.include_router(probes.router)
    app.include_router(phone.router)
    if inner is not None:
        app.mount("/", Guarded(inner, system, list(app.routes)))
    return app


class Guarded:
    """The dashboard behind the sign-in: its pages and its socket are for people who are signed in."""

    def __init__(self, inner: Any, system: System, routes: list[BaseRoute]) -> None:
        self.inner, self.system, self.routes = inner, system, routes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a signed-in browser through to what the dashboard has; everything else ends here."""
        path = scope["path"]
        if scope["type"] == "websocket":
            if await run_in_threadpool(self._to_do_first, Request({**scope, "type": "http"})) is None:
                await self.inner(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 4401})
            return
        await (await self._answer(path, Request(scope)))(scope, receive, send)

    async def _answer(self, path: str, request: Request) -> Any:
        if path.startswith(PARTS_OF_PAGES) or path in FILES_OF_PAGES:
            return answering.NoPages(self.inner)
        if path.rstrip("/") not in PAGES and path != "/":
            methods = answering.methods_of(self.routes, request.scope)
            return answering.not_this_method(methods, path) if methods else answering.nothing_at(path)
        first = await run_in_threadpool(self._to_do_first, request)
        return self.inner if first is None else _redirect(first, request)

    def _to_do_first(self, request: Request) -> str | None:
        """The page that comes before the dashboard: to sign in, or to set an own password; None: neither."""
        with reading(self.system.engine) as opened:
            try:
                who = auth.by_cookie(opened, request.cookies.get(auth.COOKIE, ""), wiring.now())
            except NotSignedIn:
                return "/sign-in"
        return "/password" if who.must_change else None


def _redirect(to: str, request: Request) -> Response:
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(to if asked == "/" else f"{to}?next={quote(asked, safe='/')}", 303)
