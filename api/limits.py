"""Limits at the door: how large a request may be, and how many a camera may send."""

import itertools
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api import errors
from store.errors import BearwatchError, TooLarge, TooMany

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


class Places:
    """So many at a time. A place is free again after lasts_s, whatever became of who had it. Threads share it."""

    def __init__(self, most: int, *, lasts_s: float, what: str) -> None:
        self.most, self.lasts_s, self.what = most, lasts_s, what
        self._taken: dict[int, float] = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def enter(self) -> Callable[[], None]:
        """Take a place; gives what frees it. Raises TooMany."""
        with self._lock:
            now = time.monotonic()
            self._taken = {number: end for number, end in self._taken.items() if end > now}
            if len(self._taken) >= self.most:
                raise TooMany(f"{self.most} {self.what} already: wait, and try again")
            number = next(self._numbers)
            self._taken[number] = now + self.lasts_s
        return lambda: self._leave(number)

    def _leave(self, number: int) -> None:
        with self._lock:
            self._taken.pop(number, None)


class Memory:
    """The bytes of uploads in memory at a time; small pictures are never refused for it. Threads share it."""

    def __init__(self, most_bytes: int) -> None:
        self.most = most_bytes
        self._held = 0
        self._lock = threading.Lock()

    @contextmanager
    def of(self, size: int) -> Iterator[None]:
        """Hold so many bytes. One alone may be larger than all. Raises TooMany."""
        with self._lock:
            if self._held and self._held + size > self.most:
                raise TooMany("too many large files are handed in at this moment: wait, and send it again")
            self._held += size
        try:
            yield
        finally:
            with self._lock:
                self._held -= size


class KnownFirst:
    """Before a file is received its sender is asked who they are; what is refused fills neither disk nor memory.

    checks: by path; each raises an error of ours. They run again in the route, which needs what they found out.
    """

    def __init__(self, app: App, checks: Mapping[str, Callable[[Request], object]]) -> None:
        self.app, self.checks = app, checks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on once its sender is known."""
        check = self.checks.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if check is not None:
            try:
                await run_in_threadpool(check, Request(scope))
            except BearwatchError as fault:
                await errors.of_error(fault)(scope, receive, send)
                return
        await self.app(scope, receive, send)


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
