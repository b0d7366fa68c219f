"""Limits at the door: how large a request may be, and how many a camera may send."""

import threading
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from api import errors
from store.errors import TooLarge, TooMany

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MARGIN = 1_000_000
"""What a multipart form may add to the file it carries, in bytes."""


class Limits:
    """Uploads of each camera in the last minute. Threads share it."""

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self._seen: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def count(self, camera: str, now: datetime) -> None:
        """Count one upload. Raises TooMany."""
        with self._lock:
            seen = self._seen.setdefault(camera, deque())
            while seen and now - seen[0] > timedelta(minutes=1):
                seen.popleft()
            if len(seen) >= self.a_minute:
                raise TooMany(
                    f"more than {self.a_minute} uploads of {camera} within a minute: wait and send it again"
                )
            seen.append(now)


class BodyLimit:
    """Refuses a request whose body is larger than the limit, before it fills the disk."""

    def __init__(self, app: App, limit_bytes: int) -> None:
        self.app, self.limit = app, limit_bytes + MARGIN

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        said = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if said.isdigit() and int(said) > self.limit:
            await self._refuse(scope, receive, send)
            return
        left = self.limit

        async def counted() -> MutableMapping[str, Any]:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise TooLarge(f"the request is larger than {self.limit // 1_000_000} MB")
            return message

        await self.app(scope, counted, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = TooLarge(f"the file is larger than {(self.limit - MARGIN) // 1_000_000} MB: send a smaller one")
        await errors.of_error(fault)(scope, receive, send)
