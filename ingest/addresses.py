"""Addresses: which are allowed, what ${NAME} in them stands for, and how they are shown.

Cameras live in private networks. What points at this very machine or its own network is refused unless the park's
allow-list (`camera_networks` in park.toml) holds it. Always refused is where no camera can be: link-local, under
which clouds keep their machines' credentials, and multicast.
What strangers name to be downloaded must be on the public Internet: `public` says so of each number behind a name.
"""

import ipaddress
import os
import re
import socket
from collections.abc import Collection, Mapping
from urllib.parse import SplitResult, quote, urlsplit

from ingest import networks
from store.errors import AddressNotPublic, SourceUnreachable

SCHEMES = {"stream": ("rtsp", "rtsps", "http", "https"), "file": ("demo", "file", "")}
TOLD = {"stream": "rtsp://, rtsps://, http:// or https://", "file": "a path, file: or demo:SCENE"}
PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
VARIABLE = re.compile(r"\$\{(\w+)\}")
USER = re.compile(r"//([^/?#]*)@")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
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


def resolved(url: str, environment: Mapping[str, str] = os.environ, *, allowed: Collection[str] = ()) -> str:
    """The expanded address of a stream, once its host was looked up and is one that a camera may have.

    allowed: networks in which it may be although they are this machine's own.

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
        require(str(place[0]), allowed)
    return address


def require(number: str, allowed: Collection[str]) -> None:
    """Raise SourceUnreachable for a number that a camera cannot have, or may not in this park."""
    _refuse(number)
    _require_allowed(number, allowed)


def public(host: str, port: int, allowed: Collection[str] = ()) -> list[str]:
    """The numbers behind a host, looked up once, each on the public Internet: connect to these, not to the name.

    allowed: HOST:PORT that may be private all the same. Raises AddressNotPublic where any number is private, on this
    machine or reserved; OSError where the name is not found.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError(f"{host} is no name of a host") from None
    numbers = list(dict.fromkeys(str(place[0]) for *_, place in found))
    if f"{host}:{port}" not in allowed:
        for number in numbers:
            if not _is_public(number):
                raise AddressNotPublic(
                    f"{host} {'' if host == number else f'({number}) '}is private, reserved or this machine's own: "
                    "name a public address, or allow this one"
                )
    return numbers


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


def _require_allowed(host: str, allowed: Collection[str]) -> None:
    number = _number(host)
    if number is None or networks.allows(allowed, number):
        return
    told = networks.near(number)
    if told is not None:
        raise SourceUnreachable(
            f"{host} is {told}: if a camera is there, add it to camera_networks under [park] in park.toml "
            f'(camera_networks = ["{number}/{number.max_prefixlen}"], or the cameras\' own network)'
        )


def _is_public(number: str) -> bool:
    """Whether a number is on the public Internet, and not another one in disguise (mapped, NAT64, 6to4, Teredo)."""
    address = _number(number)
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return _is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        if address.sixtofour or address.teredo:
            return False
    return address is not None and address.is_global and not address.is_multicast


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
