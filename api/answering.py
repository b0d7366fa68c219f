"""What every answer of the web process keeps to: HEAD is a GET without its body, and what is not there is no page."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.routing import BaseRoute, Match

from api import errors

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Send = Callable[[Any], Awaitable[None]]


class Heads:
    """Answers HEAD as GET without the body, so that monitors and players can ask first."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Pass on; of a HEAD, what was sent but its bytes."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def headers_only(message: Any) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET"}, receive, headers_only)


class NoPages:
    """The dashboard's own files: where it would answer an unknown one with its page, this says 404."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Pass on what is no page."""
        is_page = False

        async def checked(message: Any) -> None:
            nonlocal is_page
            if message["type"] == "http.response.start":
                kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
                is_page = any(kind.startswith(b"text/html") for kind in kinds)
            if not is_page:
                await send(message)

        await self.app(scope, receive, checked)
        if is_page:
            await nothing_at(scope["path"])(scope, receive, send)


def nothing_at(path: str) -> Any:
    """The answer where nothing is."""
    return errors.problem("not-found", "There is no such thing here.", 404, f"there is nothing at {path}")


def methods_of(routes: list[BaseRoute], scope: Any) -> list[str]:
    """The methods that a path knows; none where nothing is there."""
    return [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
    ]


def not_this_method(methods: list[str], path: str) -> Any:
    """The answer where the path is known, and the method is not."""
    allowed = ", ".join(methods)
    return errors.problem(
        "method-not-allowed", "This address does not take this method.", 405, f"{path} takes {allowed}",
        {"Allow": allowed},
    )  # fmt: skip
