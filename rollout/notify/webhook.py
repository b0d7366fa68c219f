"""A signed webhook: POST of JSON, so that the receiver can tell that it is ours and that it is not a second copy."""

import hashlib
import hmac
import ipaddress
import json
import os
import re
import socket
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import httpx

from rollout.notify.notifier import Outgoing, Refused, Result, Sent, Unreachable

TIMEOUT_S = 10.0
TRY_AGAIN = frozenset({408, 425, 429})
VARIABLE = re.compile(r"\$\{(\w+)\}")

METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254")))
"""Where clouds keep a machine's own data, besides 169.254.169.254, which is link-local."""


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
            return _meaning(_post(url, body, headers))
        except httpx.HTTPError as fault:
            return Unreachable(type(fault).__name__)
        except (httpx.InvalidURL, ValueError):
            return Refused("its address is none that can be called")


def signature(secret: bytes, body: bytes, at: int) -> str:
    """What the header says.

    >>> signature(b"key", b"{}", 5)[:16]
    't=5,v1=9be615aec'
    """
    digest = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that was answered; what follows it is not read, however long it is."""
    with httpx.stream(
        "POST", url, content=body, headers=headers, timeout=TIMEOUT_S, follow_redirects=False
    ) as answer:
        return answer.status_code


def _meaning(status: int) -> Result:
    if 200 <= status < 300:
        return Sent()
    if status in TRY_AGAIN or status >= 500:
        return Unreachable(f"answered {status}")
    return Refused(f"answered {status}")


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
        address = getattr(address, "ipv4_mapped", None) or address
        if address.is_link_local or address.is_multicast or address.is_unspecified or address in METADATA:
            return "its address is link-local, multicast, a cloud's own or no address at all"
    return None
