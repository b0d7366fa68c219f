"""Camera addresses: which are allowed, what ${NAME} in them stands for, and how they are shown.

Cameras live in private networks and sometimes on this very machine, so LAN and loopback addresses are allowed.
Refused is where no camera can be: link-local, under which clouds keep their machines' credentials, and multicast.
"""

import ipaddress
import os
import re
import socket
from collections.abc import Mapping
from urllib.parse import SplitResult, quote, urlsplit

from store.errors import SourceUnreachable

SCHEMES = {"stream": ("rtsp", "rtsps", "http", "https"), "file": ("demo", "file", "")}
TOLD = {"stream": "rtsp://, rtsps://, http:// or https://", "file": "a path, file: or demo:SCENE"}
PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
VARIABLE = re.compile(r"\$\{(\w+)\}")
USER = re.compile(r"//([^/?#]*)@")
REFUSED = [ipaddress.ip_network(text) for text in ("0.0.0.0/8", "240.0.0.0/4", "fd00:ec2::/32")]


def check(kind: str, url: str) -> None:
    """Raise SourceUnreachable for an address that a camera of this kind cannot have. Nothing is looked up."""
    parts = _split(VARIABLE.sub("x", url))
    if parts.scheme not in SCHEMES[kind]:
        raise SourceUnreachable(f"the address of a {kind} camera begins with {TOLD[kind]}: correct it in park.toml")
    if kind == "stream":
        if not parts.hostname:
            raise SourceUnreachable("the address names no host: write one like rtsp://10.0.0.7/main")
        _refuse(parts.hostname)


def expanded(url: str, environment: Mapping[str, str] = os.environ) -> str:
    """The address with each ${NAME} filled in; in user and password it may hold any character.

    Raises SourceUnreachable naming what is missing.

    >>> expanded("rtsp://${USER}:${KEY}@10.0.0.7/${VIEW}", {"USER": "eve", "KEY": "a/b@c", "VIEW": "main"})
    'rtsp://eve:a%2Fb%40c@10.0.0.7/main'
    """

    def value(found: re.Match[str]) -> str:
        if found[1] not in environment:
            raise SourceUnreachable(f"the environment has no {found[1]}: set it for the process that watches")
        return environment[found[1]]

    def quoted(found: re.Match[str]) -> str:
        return f"//{VARIABLE.sub(lambda name: quote(value(name), safe=''), found[1])}@"

    return VARIABLE.sub(value, USER.sub(quoted, url, count=1))


def resolved(url: str, environment: Mapping[str, str] = os.environ) -> str:
    """The expanded address of a stream, once its host was looked up and is one that a camera may have.

    Raises SourceUnreachable.
    """
    address = expanded(url, environment)
    check("stream", address)
    parts = _split(address)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or PORTS[parts.scheme], type=socket.SOCK_STREAM)
    except OSError as fault:
        raise SourceUnreachable(
            f"{parts.hostname} is not found ({fault.strerror}): check the name and the network"
        ) from None
    for *_, place in found:
        _refuse(str(place[0]))
    return address


def shown(url: str) -> str:
    """The address as people and logs may see it: without user, password and query, which may hold a token.

    >>> shown("rtsp://eve:secret@10.0.0.7/main"), shown("http://10.0.0.7/mjpg?token=secret")
    ('rtsp://…@10.0.0.7/main', 'http://10.0.0.7/mjpg?…')
    """
    if url.startswith("demo:"):
        return url
    return re.sub(r"\?.*", "?…", USER.sub("//…@", url))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SourceUnreachable("the address cannot be read: write it like rtsp://10.0.0.7:554/main") from None
    return parts


def _refuse(host: str) -> None:
    """Raise for a number where no camera can be, in whatever way it is written. A name is not looked up."""
    address = _number(host)
    if address is None or address.is_loopback:
        return
    odd = address.is_link_local or address.is_multicast or address.is_unspecified
    if odd or any(address.version == net.version and address in net for net in REFUSED):
        raise SourceUnreachable(f"{host} is an address where no camera can be: write the camera's own")


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
