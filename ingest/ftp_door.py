"""The FTP and FTPS door: each sign-in has an empty folder of its own; a file is safe before its 226."""

import logging
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import structlog
from pyftpdlib.authorizers import AuthenticationFailed, DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler, TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import ThreadedFTPServer

from ingest import logins
from ingest.handed import Desk, Handed, Outcome, refuse, take_in
from ingest.recognition import Claims
from store.errors import BearwatchError, HeaderBroken, NotAPicture, SettingMalformed, TooLarge
from store.vocabulary import Door, HeldState

if TYPE_CHECKING:
    from ingest.doors import Doors

ALLOWED = frozenset({
    "USER", "PASS", "QUIT", "NOOP", "SYST", "FEAT", "OPTS", "HELP", "TYPE", "MODE", "STRU", "ALLO", "PWD", "CWD",
    "CDUP", "XPWD", "XCWD", "XCUP", "MKD", "XMKD", "LIST", "NLST", "MLSD", "SIZE", "STOR", "PASV", "EPSV", "PORT",
    "EPRT", "ABOR", "REIN", "AUTH", "PBSZ", "PROT", "RNFR", "RNTO",
})  # fmt: skip
"""No command that reads, deletes, appends or resumes."""

CONNECTIONS, OF_ONE_ADDRESS = 64, 16
EOI, TAIL = b"\xff\xd9", 65_536
log = structlog.get_logger()


def clear(desk: Desk) -> None:
    """Forget uploads that a killed process left unfinished."""
    shutil.rmtree(_spool(desk), ignore_errors=True)


def _spool(desk: Desk) -> Path:
    return desk.intake.data_dir / "doors" / "ftp"


class Server:
    """One port."""

    def __init__(self, doors: "Doors", port: int, desk: Desk, clock: Callable[[], datetime], *, secure: bool) -> None:
        self.doors, self.port, self.desk, self.clock, self.secure = doors, port, desk, clock, secure

    def serve(self, stop: threading.Event) -> None:
        """Until stop is set. Raises OSError for a port that is taken, SettingMalformed."""
        logging.getLogger(
            "pyftpdlib"
        ).disabled = True  # lines of its own format, one a command; ours tell what matters
        server = ThreadedFTPServer((self.doors.host, self.port), self._handler(), ioloop=IOLoop())
        server.max_cons, server.max_cons_per_ip = CONNECTIONS, OF_ONE_ADDRESS
        try:
            while not stop.is_set():
                server.serve_forever(timeout=0.5, blocking=False, handle_exit=False)
        finally:
            server.close_all()

    def _handler(self) -> type[Any]:
        told: dict[str, Any] = {
            "desk": self.desk, "clock": staticmethod(self.clock), "authorizer": Cameras(self.desk, self.clock),
            "banner": "Bearwatch", "passive_ports": list(self.doors.passive) or None,
            "masquerade_address": self.doors.address or None, "auth_failed_timeout": self.doors.wrong_password_s,
        }  # fmt: skip
        if not self.secure:
            return type("PlainChannel", (Channel,), {**told, "dtp_handler": Data})
        if self.doors.certificate is None or not self.doors.certificate.is_file():
            raise SettingMalformed("BEARWATCH_DOORS_CERTIFICATE: FTPS needs the PEM file of a certificate")
        key = self.doors.key or self.doors.certificate
        tls = {"certfile": str(self.doors.certificate), "keyfile": str(key), "tls_control_required": True}
        return type(
            "SecureChannel",
            (Channel, TLS_FTPHandler),
            {**told, **tls, "tls_data_required": True, "dtp_handler": SecureData},
        )


class Cameras(DummyAuthorizer):  # type: ignore[misc]
    """Who may sign in: cameras, by their keys."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk, self._clock = desk, clock

    def validate_authentication(self, username: str, password: str, handler: Any) -> None:
        """Remember the camera. Raises AuthenticationFailed with what is wrong."""
        try:
            handler.camera = logins.login(
                self._desk, Door.FTP, name=username, password=password, address=handler.remote_ip, now=self._clock()
            )
        except BearwatchError as fault:
            raise AuthenticationFailed(fault.detail) from None

    def get_home_dir(self, username: str) -> str:  # noqa: ARG002
        """A new empty folder."""
        folder = _spool(self._desk)
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.mkdtemp(dir=folder)

    def get_msg_login(self, username: str) -> str:
        """What is said to a camera that is in."""
        return f"Welcome, {username}."

    def get_msg_quit(self, username: str) -> str:  # noqa: ARG002
        """What is said at the end."""
        return "Goodbye."

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:  # noqa: ARG002
        """List, enter, make folders, store, and rename what was stored."""
        return perm in "elmwf"


class Channel(FTPHandler):  # type: ignore[misc]
    """What is ours of a control connection."""

    desk: Desk
    clock: Callable[[], datetime]
    camera: str | None = None
    home: str | None = None
    use_sendfile = False
    permit_foreign_addresses = False

    def handle_auth_success(self, home: str, password: str, msg_login: str) -> None:
        """Keep the folder's name, to take it away in the end."""
        self.home = home
        super().handle_auth_success(home, password, msg_login)

    def close(self) -> None:
        """Take the folder away with what is unfinished in it."""
        super().close()
        if self.home:
            shutil.rmtree(self.home, ignore_errors=True)

    def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
        """Refuse what is not for cameras, and a name that climbs out."""
        if cmd not in ALLOWED:
            self.respond("502 Not here: sign in, STOR whole pictures, and leave.")
        elif cmd == "STOR" and self.authenticated and ".." in PurePosixPath(arg).parts:
            fault = NotAPicture(f"the name {arg[:100]!r} climbs out of its folder: send a plain name")
            self._refused(arg, b"", fault)
            self.respond(f"550 {fault.detail}")
        else:
            super().pre_process_command(line, cmd, arg)

    def received(self, path: Path) -> str:
        """Take a whole file in; gives the answer."""
        data = path.read_bytes()
        try:
            if self._gone() or (data.startswith(b"\xff\xd8\xff") and EOI not in data[-TAIL:]):
                done = self._refused(path.name, data, HeaderBroken("it breaks off before its end: send it again"))
            else:
                handed = Handed(door=Door.FTP, name=path.name, data=data, claims=self._claims())
                done = take_in(self.desk, handed, now=self.clock())
        except BearwatchError as fault:
            return f"452 Try again later: {fault.detail}"
        except Exception:
            log.exception("door.failed", door="ftp", name=path.name)
            return "451 An error of ours: try again later."
        with path.open("r+b") as file:  # its name and size stay, for cameras that look or rename; its bytes are safe
            file.truncate(0)
            file.truncate(len(data))
        return "226 Taken." if done.state is not HeldState.REFUSED else f"550 {done.says}"

    def too_large(self, name: str) -> str:
        """List an upload that was cut off; gives the answer."""
        fault = TooLarge(f"it is larger than {self.desk.limit_bytes // 1_000_000} MB: send a smaller one")
        try:
            self._refused(name, b"", fault)
        except BearwatchError as broken:
            log.warning("door.unlisted", door="ftp", detail=broken.detail)
        return f"552 {fault.detail}"

    def _refused(self, name: str, data: bytes, fault: Any) -> Outcome:
        handed = Handed(door=Door.FTP, name=name, data=data, claims=self._claims())
        return refuse(self.desk, handed, fault, now=self.clock())

    def _claims(self) -> Claims:
        return Claims(camera=self.camera, login=self.username)

    def _gone(self) -> bool:
        """Whether the camera has left in the middle: then what came is a part."""
        try:
            plain = type(self.socket) is socket.socket
            return plain and not self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return False


class Data(DTPHandler):  # type: ignore[misc]
    """What is ours of a data connection."""

    _taken = False

    def recv(self, size: int) -> bytes:
        """Cut an upload off that grows larger than the limit."""
        chunk: bytes = super().recv(size)
        if self.tot_bytes_received + len(chunk) <= self.cmd_channel.desk.limit_bytes:
            return chunk
        self._resp = (self.cmd_channel.too_large(Path(self.file_obj.name).name), log.warning)
        self.close()
        return b""

    def close(self) -> None:
        """Before a whole file is answered, it is taken in."""
        whole = self.receive and self.transfer_finished and self.file_obj is not None
        if whole and not self._closed and not self._taken:  # with TLS a connection closes in several steps
            self._taken = True
            self.file_obj.close()
            self._resp = (self.cmd_channel.received(Path(self.file_obj.name)), log.debug)
        super().close()


class SecureData(Data, TLS_DTPHandler):  # type: ignore[misc]
    """Of FTPS."""
