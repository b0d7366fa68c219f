"""Line: one connection to the outside that goes where it was checked to go, and ends when its time is over.

The name of a host is looked up once; the numbers found are checked and then connected to, so that a name which
answers with another number a moment later (DNS rebinding) leads nowhere. TLS still asks for the name's certificate.
Proxies of the environment are not used: they would look names up anew. The timeouts that httpcore hands in are not
used either: the line has its own.
"""

import socket
import ssl
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Any

import httpcore

from ingest import addresses

STEP_S = 10.0
"""For the connection, and for each piece of the answer."""


class Line(httpcore.NetworkBackend):
    """One connection. Every wait in it ends at its deadline, however slowly the other side drips."""

    def __init__(self, *, seconds: float, allowed: Collection[str] = (), step_s: float = STEP_S) -> None:
        self.deadline = time.monotonic() + seconds
        self.step_s = step_s
        self._allowed = allowed
        self._stream: httpcore.NetworkStream | None = None
        self._over = False

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """Connect to the first number of the host that answers. Raises AddressNotPublic, httpcore's errors."""
        try:
            numbers = addresses.public(host, port, self._allowed)
        except OSError:
            raise httpcore.ConnectError(f"{host} is not found") from None
        for last, number in enumerate(numbers, 1 - len(numbers)):
            try:
                return self.taken(
                    httpcore.SyncBackend().connect_tcp(number, port, self.patience(), local_address, socket_options)
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not last:
                    raise
        raise httpcore.ConnectError(f"{host} is not found")

    def taken(self, stream: httpcore.NetworkStream) -> httpcore.NetworkStream:
        """The stream under the deadline; cut at once where the line was cut meanwhile."""
        self._stream = stream
        if self._over:
            self.cut()
        return _Timed(stream, self)

    def patience(self) -> float:
        """Seconds that the next step may take. Raises httpcore.ReadTimeout at the deadline."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return min(left, self.step_s)

    def cut(self) -> None:
        """End the connection under the thread that waits for it."""
        self._over = True
        if self._stream is not None:
            with suppress(OSError, AttributeError):
                self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


class _Timed(httpcore.NetworkStream):
    """A stream of a line."""

    def __init__(self, stream: httpcore.NetworkStream, line: Line) -> None:
        self._stream = stream
        self._line = line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._line.patience())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._line.patience())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:  # fmt: skip
        return self._line.taken(self._stream.start_tls(ssl_context, server_hostname, self._line.patience()))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
