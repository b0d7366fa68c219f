"""Calling: one HTTP request to the outside that ends when its time is over, and the addresses never called."""

import ipaddress
import os
import re
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx

from rollout.notify.notifier import Refused, Unreachable

TIMEOUT_S = 10.0
"""For each step: the connection, and each piece of the answer."""

DEADLINE_S = 15.0
"""For all of them together: an answer that drips in is given up, and so is a name that is looked up for ever."""

MOST = 64
"""Calls under way at a time; one that was given up counts until its connection is gone."""

VARIABLE = re.compile(r"\$\{(\w+)\}")
METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254")))
"""Where clouds keep a machine's own data, besides 169.254.169.254, which is link-local."""

NO_PLACE = "its address is link-local, multicast, a cloud's own or no address at all"
_room = threading.BoundedSemaphore(MOST)


def call(
    method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None,
    deadline_s: float = DEADLINE_S,
) -> int | Refused | Unreachable:  # fmt: skip
    """The status that was answered. What follows it is not read, however long it is; no redirect is followed."""
    if not _room.acquire(blocking=False):
        return Unreachable(f"{MOST} calls hang already")
    one = _Call(method, url, body, dict(headers or {}))
    threading.Thread(target=one.run, name="call", daemon=True).start()
    if one.ended.wait(deadline_s):
        return one.result
    one.cut()
    return Unreachable(f"no answer within {deadline_s:g} s")


def expanded(url: str) -> str:
    """The address with each ${NAME} out of the environment. Raises KeyError."""
    return VARIABLE.sub(lambda found: os.environ[found[1]], url)


def unusable(url: str) -> str | None:
    """Why nobody can be called at an address as it is written, its ${NAME} aside; None where somebody may be."""
    try:
        parts = httpx.URL(VARIABLE.sub("1", url))
        _ = urlsplit(str(parts)).port
    except (httpx.InvalidURL, ValueError):
        return "it cannot be read: write one like https://example.org/beat"
    if parts.scheme not in ("http", "https") or not parts.host:
        return "it begins with http:// or https:// and names a host"
    with suppress(ValueError):
        if _no_place(ipaddress.ip_address(parts.host)):
            return NO_PLACE
    return None


class _Call:
    """One request in a thread of its own. result: once `ended` is set."""

    def __init__(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.method, self.url, self.body, self.headers = method, url, body, headers
        self.result: int | Refused | Unreachable = Unreachable("not begun")
        self.ended = threading.Event()
        self._stream: Any = None
        self._over = False

    def run(self) -> None:
        try:
            self.result = self._tried()
        finally:
            self.ended.set()
            _room.release()

    def cut(self) -> None:
        """End the connection under the thread that waits for it."""
        self._over = True
        if self._stream is not None:
            with suppress(OSError, AttributeError):
                self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def _tried(self) -> int | Refused | Unreachable:
        try:
            url = expanded(self.url)
            return Refused(fault) if (fault := _forbidden(url)) else self._status(url)
        except KeyError as missing:
            return Unreachable(f"the environment has no {missing.args[0]}")
        except httpx.HTTPError as fault:
            return Unreachable(type(fault).__name__)
        except (httpx.InvalidURL, ValueError):
            return Refused("its address is none that can be called")
        except Exception as fault:
            return Unreachable(type(fault).__name__)

    def _status(self, url: str) -> int:
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
            request = client.build_request(
                self.method, url, content=self.body, headers=self.headers, extensions={"trace": self._trace}
            )
            answer = client.send(request, stream=True)
            answer.close()
            return answer.status_code

    def _trace(self, event: str, told: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._stream = told["return_value"]
            if self._over:
                self.cut()


def _forbidden(url: str) -> str | None:
    """Why an address must not be called: a LAN's siren may be, a cloud's own link-local data must not."""
    try:
        parts = urlsplit(url)
        found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return None
    numbers = [ipaddress.ip_address(str(place[0]).split("%")[0]) for *_, place in found]
    return NO_PLACE if any(map(_no_place, numbers)) else None


def _no_place(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    meant = getattr(address, "ipv4_mapped", None) or address
    return meant.is_link_local or meant.is_multicast or meant.is_unspecified or meant in METADATA
