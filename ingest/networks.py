"""Networks: which numbers are this machine's own or beside it on its networks, and which of them a park allows."""

import ipaddress
import socket
from collections.abc import Collection, Iterable
from pathlib import Path

Number = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
ROUTES, ADDRESSES = Path("/proc/net/route"), Path("/proc/net/if_inet6")


def near(number: Number) -> str | None:
    """What a number is to this machine, in words; None where it is neither its own nor on its networks."""
    if number.is_loopback or number.is_unspecified or _is_own(number):
        return "this machine itself"
    network = next((net for net in connected() if number.version == net.version and number in net), None)
    return None if network is None else f"on this machine's own network {network}"


def allows(allowed: Collection[str], number: Number) -> bool:
    """Whether one of the allowed networks holds the number.

    >>> allows(["10.0.0.0/24"], ipaddress.ip_address("10.0.0.7")), allows([], ipaddress.ip_address("10.0.0.7"))
    (True, False)
    """
    nets = (ipaddress.ip_network(text, strict=False) for text in allowed)
    return any(number.version == net.version and number in net for net in nets)


def connected() -> Iterable[Network]:
    """The networks that this machine reaches without a router, as Linux tells them."""
    if ROUTES.exists():
        for line in ROUTES.read_text(encoding="ascii").splitlines()[1:]:
            _, destination, gateway, _, _, _, _, mask, *_ = line.split()
            if int(gateway, 16) == 0 and int(mask, 16):
                yield ipaddress.IPv4Network((_turned(destination), str(_turned(mask))))
    if ADDRESSES.exists():
        for line in ADDRESSES.read_text(encoding="ascii").splitlines():
            digits, _, length, *_ = line.split()
            yield ipaddress.IPv6Network((int(digits, 16), int(length, 16)), strict=False)


def _turned(digits: str) -> ipaddress.IPv4Address:
    """The kernel writes the bytes in the machine's order."""
    return ipaddress.IPv4Address(socket.ntohl(int(digits, 16)))


def _is_own(number: Number) -> bool:
    """Only a machine's own number can be listened at."""
    family = socket.AF_INET if number.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as tried:
        try:
            tried.bind((str(number), 0))
        except OSError:
            return False
    return True
