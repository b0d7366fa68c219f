"""The mailbox: mails that a server keeps are asked for by IMAP; one is marked once its pictures are safe here."""

import imaplib
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls
from imap_tools.errors import ImapToolsError

from ingest import addresses
from ingest.handed import Desk, Handed, refuse
from ingest.mailed import take_mail
from ingest.recognition import Claims
from ingest.streams import pause_s
from store import beats
from store.errors import BearwatchError, SettingMalformed, TooLarge
from store.session import transaction
from store.vocabulary import Door

BEAT = "mailbox"
"""What is written down after each look, so that a mailbox that cannot be read is told."""

PORTS = {"imaps": 993, "imap": 143}
ANSWER_S = 30.0
LATER = timedelta(minutes=5)
"""A mail that could not be taken in waits so long, so that it is not fetched at every look."""

NEVER = datetime.max.replace(tzinfo=UTC)
LIKE = "BEARWATCH_IMAP_URL: write it like imaps://mail.example.org/INBOX"
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """Where mails wait. url: imaps://HOST[:PORT]/FOLDER, or imap:// for STARTTLS; never without TLS.

    user, password: may hold ${NAME}, filled in at each sign-in; move_to: the folder for mails that were taken in,
    none: they are marked as seen; authorities: PEM file of those who signed the server's certificate, none: the
    machine's; every_s: how long between two looks.
    """

    url: str
    user: str
    password: str
    move_to: str = ""
    authorities: Path | None = None
    every_s: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """An address taken apart."""

    host: str
    port: int
    folder: str
    at_once: bool


def place(url: str) -> Place:
    """Where an address leads. Raises SettingMalformed.

    >>> place("imaps://mail.example.org/Cameras/Creek")
    Place(host='mail.example.org', port=993, folder='Cameras/Creek', at_once=True)
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingMalformed(LIKE) from None
    if parts.username or parts.password:
        raise SettingMalformed("BEARWATCH_IMAP_URL: name and password go into BEARWATCH_IMAP_USER and _PASSWORD")
    if parts.scheme not in PORTS or not parts.hostname:
        raise SettingMalformed(f"{LIKE}, or imap:// where the server has STARTTLS only")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return Place(
        host=parts.hostname, port=port or PORTS[parts.scheme], folder=folder, at_once=parts.scheme == "imaps"
    )


class MailboxDoor:
    """One folder of one mailbox."""

    def __init__(
        self, mailbox: Mailbox, desk: Desk, clock: Callable[[], datetime], *, mail_bytes: int,
        pause: Callable[[int], float] = pause_s,
    ) -> None:  # fmt: skip
        self._mailbox, self._desk, self._clock = mailbox, desk, clock
        self._mail_bytes, self._pause = mail_bytes, pause
        self._not_before: dict[str, datetime] = {}

    def serve(self, stop: threading.Event) -> None:
        """Until stop is set; a server that is away is asked again after growing pauses. Raises SettingMalformed."""
        at, failures = place(self._mailbox.url), 0
        while not stop.is_set():
            try:
                with self._opened(at) as box:
                    while not stop.is_set():
                        self._look(box, at, stop)
                        failures = 0
                        stop.wait(self._mailbox.every_s)
            except (ImapToolsError, imaplib.IMAP4.error, OSError, BearwatchError) as fault:
                failures += 1
                pause = self._pause(failures)
                says = fault.detail if isinstance(fault, BearwatchError) else f"{type(fault).__name__}: {fault}"
                log.error("door.away", door="imap", server=at.host, detail=says, again_in_s=round(pause, 1))
                stop.wait(pause)

    @contextmanager
    def _opened(self, at: Place) -> Iterator[BaseMailBox]:
        """A connection that has signed in."""
        told = self._mailbox
        user, password = addresses.expanded(told.user), addresses.expanded(told.password)
        if not user or not password:
            raise SettingMalformed("BEARWATCH_IMAP_USER and BEARWATCH_IMAP_PASSWORD: one of them is empty")
        trusted = ssl.create_default_context(cafile=str(told.authorities) if told.authorities else None)
        kind = MailBox if at.at_once else MailBoxStartTls
        box = kind(at.host, at.port, timeout=ANSWER_S, ssl_context=trusted)
        try:
            sign_in = box.login if (user + password).isascii() else box.login_utf8
            sign_in(user, password, initial_folder=None)
            box.client.capabilities = _capabilities(box.client)
            yield box
        finally:
            box.client.shutdown()

    def _look(self, box: BaseMailBox, at: Place, stop: threading.Event) -> None:
        """Take in every mail that nobody has read."""
        box.folder.set(at.folder)
        for uid in box.uids("UNSEEN"):
            if stop.is_set():
                return
            if uid in self._not_before and self._clock() < self._not_before[uid]:
                continue
            if self._taken(box, uid):
                self._mark(box, uid)
        with transaction(self._desk.intake.engine) as session:
            beats.beat(session, BEAT, pid=os.getpid(), now=self._clock())

    def _taken(self, box: BaseMailBox, uid: str) -> bool:
        """Whether what is in it is settled. One that cannot be now waits there and keeps no other waiting."""
        for head in box.fetch(uid_list=uid, headers_only=True, mark_seen=False):
            if head.size_rfc822 > self._mail_bytes:
                self._too_large(head.subject, head.from_)
                return True
        try:
            take_mail(self._desk, _whole(box, uid), claims=Claims(), now=self._clock())
        except BearwatchError as fault:
            log.warning("door.mail_waits", door="imap", uid=uid, error=fault.slug(), detail=fault.detail)
            self._not_before[uid] = self._clock() + LATER
            return False
        except (ImapToolsError, imaplib.IMAP4.error, OSError):
            raise
        except Exception:
            log.exception("door.failed", door="imap", uid=uid)
            self._not_before[uid] = NEVER
            return False
        return True

    def _too_large(self, subject: str, sender: str) -> None:
        fault = TooLarge(f"this mail is larger than {self._mail_bytes // 1_000_000} MB and stays in the mailbox")
        claims = Claims(mail=sender.lower() or None)
        refuse(
            self._desk, Handed(door=Door.MAIL, name=f"mail: {subject}", data=b"", claims=claims), fault,
            now=self._clock(),
        )  # fmt: skip

    def _mark(self, box: BaseMailBox, uid: str) -> None:
        """By the protocol's own command: the library's would also delete for good what people have marked for it."""
        status, told = box.client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
        if status != "OK":
            raise imaplib.IMAP4.error(f"a mail cannot be marked as seen: {told}")
        if self._mailbox.move_to:
            box.move(uid, self._mailbox.move_to)


def _whole(box: BaseMailBox, uid: str) -> bytes:
    """A mail's bytes, which mark nothing as seen."""
    status, told = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
    found = [part[1] for part in told if isinstance(part, tuple)]
    if status != "OK" or not found:
        raise imaplib.IMAP4.error(f"a mail cannot be fetched: {status}")
    return bytes(found[0])


def _capabilities(client: imaplib.IMAP4) -> tuple[str, ...]:
    """What the server can do, asked once more: many tell it all only after the sign-in."""
    _, told = client.capability()
    return tuple(str(told[-1], "ascii", "replace").upper().split())
