"""A real server on a free port that answers what a test says, and keeps what it was asked."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

Answer = bytes | Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where it listens, and what it was asked. place: HOST:PORT, to be allowed."""

    place: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address, without a path."""
        return f"http://{self.place}"


@contextmanager
def serving(answers: Mapping[str, Answer], *, certificate: Path | None = None) -> Iterator[Server]:
    """Answer GETs by path: bytes as they are, or as the function does it; 404 for any other path.

    certificate: a folder with cert.pem and key.pem; then it speaks TLS.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append(Asked(path=parts.path, query=query, headers=headers))
            answer = answers.get(parts.path, status(404))
            with suppress(BrokenPipeError, ConnectionResetError):
                if isinstance(answer, bytes):
                    answer = whole(answer)
                answer(self)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            pass

    listening = Quiet(("127.0.0.1", 0), Handler)
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        listening.socket = tls.wrap_socket(listening.socket, server_side=True)
    server = Server(place=f"127.0.0.1:{listening.server_address[1]}")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def whole(body: bytes, kind: str = "application/json") -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer 200 with this body."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Type", kind)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return answer


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer this status, with headers whose names have _ for -."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(code)
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()

    return answer


def endless(start: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer 200 and a body that begins so and has no end."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.end_headers()
        to.wfile.write(start)
        while True:
            to.wfile.write(bytes(65536))

    return answer


def silent(until: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer nothing until then."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        until.wait(30)

    return answer
