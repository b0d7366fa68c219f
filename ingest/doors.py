"""Doors: the ways in for trail cameras that the park switched on. One that cannot open ends nothing else."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from ingest.folder_door import FolderDoor
from ingest.handed import Desk
from ingest.threads import Step, beside
from store.errors import BearwatchError

if TYPE_CHECKING:
    from ingest.mailbox_door import Mailbox

AGAIN_S, LOOK_S = 30.0, 2.0
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Which are on; a port of 0 and no folder: off. certificate and key: PEM files for TLS.

    passive: the ports of data connections, none: any; address: of this machine as cameras reach it behind a NAT;
    wrong_password_s: how long a wrong password waits for its answer; smtp_to: the only addresses that mail is taken
    for; mail_bytes: no mail is larger; mailbox: where mails are asked for.
    """

    host: str = "127.0.0.1"
    ftp_port: int = 0
    ftps_port: int = 0
    passive: Sequence[int] = ()
    address: str = ""
    certificate: Path | None = None
    key: Path | None = None
    folder: Path | None = None
    wrong_password_s: float = 3.0
    smtp_port: int = 0
    smtp_to: Collection[str] = ()
    mail_bytes: int = 25_000_000
    mailbox: "Mailbox | None" = None


def opened(doors: Doors, desk: Desk, *, clock: Callable[[], datetime]) -> AbstractContextManager[None]:
    """Keep the doors open until the end."""
    steps = [*_ftp(doors, desk, clock), *_mail(doors, desk, clock)]
    if doors.folder is not None:
        steps.append(("folder", _looking(FolderDoor(desk, doors.folder), clock)))
    return beside({f"door-{name}": partial(_keep_open, name, serve) for name, serve in steps}, join_s=5.0)


def _ftp(doors: Doors, desk: Desk, clock: Callable[[], datetime]) -> Iterator[tuple[str, Step]]:
    if doors.ftp_port or doors.ftps_port:
        from ingest import ftp_door

        ftp_door.clear(desk)
        for port, secure in ((doors.ftp_port, False), (doors.ftps_port, True)):
            if port:
                server = ftp_door.Server(doors, port, desk, clock, secure=secure)
                yield ("ftps" if secure else "ftp"), server.serve


def _mail(doors: Doors, desk: Desk, clock: Callable[[], datetime]) -> Iterator[tuple[str, Step]]:
    if doors.smtp_port:
        from ingest import smtp_door

        yield "smtp", smtp_door.Server(doors, desk, clock).serve
    if doors.mailbox is not None:
        from ingest.mailbox_door import MailboxDoor

        yield "imap", MailboxDoor(doors.mailbox, desk, clock, mail_bytes=doors.mail_bytes).serve


def _looking(door: FolderDoor, clock: Callable[[], datetime]) -> Step:
    def look(stop: threading.Event) -> None:
        while not stop.wait(LOOK_S):
            door.look(now=clock())

    return look


def _keep_open(name: str, serve: Step, stop: threading.Event) -> None:
    """Serve; after a fault, again."""
    while not stop.is_set():
        try:
            log.info("door.opened", door=name)
            serve(stop)
        except (BearwatchError, OSError) as fault:
            log.error("door.closed", door=name, detail=str(fault), again_in_s=AGAIN_S)
        except Exception:
            log.exception("door.closed", door=name)
        stop.wait(AGAIN_S)
