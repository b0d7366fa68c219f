"""Real servers that the tests start on free ports and end again."""

import atexit
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

START_S = 30


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def postgresql_binaries() -> Path | None:
    """The folder of initdb and postgres; None where no server is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class PostgreSQL:
    """A server that can be stopped and started again on the same port."""

    def __init__(self) -> None:
        binaries = postgresql_binaries()
        if binaries is None:
            pytest.skip("no PostgreSQL server: install Debian's package `postgresql`")
        port, folder = free_port(), _own_folder()
        self.folder, self._who = folder, _unprivileged(folder)
        data = folder / "data"
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "bear", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, **self._who,
        )  # fmt: skip
        self._command = [
            str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder),
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "autovacuum=off",
        ]  # fmt: skip
        self.url = f"postgresql://bear@127.0.0.1:{port}/postgres"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(self._command, stdout=log, stderr=log, **self._who)
        _wait_until_it_answers(self.url, self._server)

    def stop(self) -> None:
        """Stop it with whatever is connected."""
        self._server.send_signal(signal.SIGINT)
        self._server.wait(timeout=START_S)


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server; gives the address of its first database."""
    server = PostgreSQL()
    try:
        yield server.url
    finally:
        server.stop()


def _own_folder() -> Path:
    """A folder until the run ends, and none of pytest's: the next run beside this one would close those."""
    folder = Path(tempfile.mkdtemp(prefix="bearwatch-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _unprivileged(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as nobody, in a folder of nobody's."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    for parent in folder.parents:
        if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "cwd": folder}


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


class Dovecot:
    """A real IMAP server with TLS at once, that can be stopped and started again on the same port.

    Everybody's password is `secret`, and every mailbox is made when first asked for.
    """

    def __init__(self) -> None:
        if not Path("/usr/sbin/dovecot").exists():
            pytest.skip("no IMAP server: install Debian's package `dovecot-imapd`")
        folder = _own_folder()
        self.folder, self.port, self._who = folder, free_port(), _unprivileged(folder)
        self.certificate = certificate(folder)
        owner = pwd.getpwuid(folder.stat().st_uid)
        for file in folder.iterdir():
            os.chown(file, owner.pw_uid, owner.pw_gid)
        told = {"folder": folder, "port": self.port, "certificate": self.certificate, "uid": owner.pw_uid}
        user, group = owner.pw_name, grp.getgrgid(owner.pw_gid).gr_name
        (folder / "dovecot.conf").write_text(DOVECOT.format(**told, gid=owner.pw_gid, user=user, group=group))
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = ["/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        with (self.folder / "out").open("ab") as log:
            self._server = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, **self._who
            )  # fmt: skip
        end = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=2).close()
            except OSError:
                if self._server.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """Stop it with whatever is connected: its children outlive it, as long as somebody talks to them."""
        self._server.terminate()
        self._server.wait(timeout=START_S)
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGKILL)


DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{certificate}
ssl_key = <{certificate}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
"""


def certificate(folder: Path) -> Path:
    """A PEM file with a key and its own certificate for 127.0.0.1."""
    key, own, both = folder / "key.pem", folder / "own.pem", folder / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", own],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_bytes(key.read_bytes() + own.read_bytes())
    return both


@dataclass
class Hook:
    """A webhook receiver: what it was sent, and what it answers. It hangs while `answers` is cleared.

    most_bytes: to what is larger it answers 413.
    """

    url: str
    received: list[tuple[dict[str, str], bytes]]
    answer: int = 200
    most_bytes: int = 1 << 30
    answers: threading.Event = field(default_factory=threading.Event)


@contextmanager
def webhook() -> Iterator[Hook]:
    """Run a real HTTP server that keeps every POST."""
    received: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            hook.answers.wait(START_S)
            self.send_response(413 if len(body) > hook.most_bytes else hook.answer)
            self.end_headers()

        def do_GET(self) -> None:
            received.append(({name.lower(): value for name, value in self.headers.items()}, b""))
            self.send_response(hook.answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook = Hook(url=f"http://127.0.0.1:{server.server_address[1]}/hook", received=received)
    hook.answers.set()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.answers.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def dripping(every_s: float = 0.2) -> Iterator[str]:
    """Run a server that answers a byte at a time and never ends; gives its address."""
    over = threading.Event()

    def drip(caller: socket.socket) -> None:
        with caller:
            for byte in b"HTTP/1.1 200 OK\r\nX-Drip: " + b"." * 1_000_000:
                try:
                    caller.sendall(bytes([byte]))
                except OSError:
                    return
                if over.wait(every_s):
                    return

    def listen() -> None:
        while not over.is_set():
            try:
                caller, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=drip, args=(caller,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        finally:
            over.set()
            thread.join()
