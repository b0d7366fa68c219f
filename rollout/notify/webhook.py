"""A signed webhook: POST of JSON, so that the receiver can tell that it is ours and that it is not a second copy."""

import hashlib
import hmac
import ipaddress
import json
import os
import re
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from rollout.notify.notifier import Outgoing, Refused, Result, Sent, Unreachable

TIMEOUT_S = 10.0
TRY_AGAIN = frozenset({408, 425, 429})
VARIABLE = re.compile(r"\$\{(\w+)\}")


class WebhookNotifier:
    """http(s)://. Signed with `Bearwatch-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self.secret, self.clock = secret, clock

    def send(self, message: Outgoing) -> Result:
        """One try. 2xx is sent; 408, 425, 429 and 5xx may be tried again; any other answer is a refusal."""
        try:
            url = _expanded(message.url)
        except KeyError as missing:
            return Unreachable(f"the environment has no {missing.args[0]}")
        if fault := _forbidden(url):
            return Refused(fault)
        body = json.dumps(message.told(), ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            "Bearwatch-Signature": signature(self.secret, body, int(self.clock())),
        }
        try:
            answer = httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_S, follow_redirects=False)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            return Unreachable(type(fault).__name__)
        if answer.is_success:
            return Sent()
        if answer.status_code in TRY_AGAIN or answer.is_server_error:
            return Unreachable(f"answered {answer.status_code}")
        return Refused(f"answered {answer.status_code}")


def signature(secret: bytes, body: bytes, at: int) -> str:
    """What the header says.

    >>> signature(b"key", b"{}", 5)[:16]
    't=5,v1=9be615aec'
    """
    digest = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _expanded(url: str) -> str:
    return VARIABLE.sub(lambda found: os.environ[found[1]], url)


def _forbidden(url: str) -> str | None:
    """Why an address must not be called: a LAN's siren may be, a cloud's own link-local data must not."""
    try:
        parts = urlsplit(url)
        found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return None
    for *_, place in found:
        address = ipaddress.ip_address(str(place[0]).split("%")[0])
        if address.is_link_local or address.is_multicast or address.is_unspecified:
            return "its address is link-local, multicast or no address at all"
    return None
