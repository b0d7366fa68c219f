"""The SMTP door: a mail is answered 250 once its pictures are safe. Nothing is ever passed on."""

import asyncio
import logging
import re
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from ingest.handed import Desk
from ingest.postbox import Postbox, peer
from store.errors import SettingMalformed

if TYPE_CHECKING:
    from ingest.doors import Doors

CONNECTIONS, OF_ONE_ADDRESS = 32, 8
PATIENCE_S = 120.0
"""How long nothing may come before a connection is closed."""

PROGRESS = 65_536
DRAINED = 3
"""So many times the limit is read and thrown away, so that the sender hears that it was too much."""

COMMANDS = 200
STATED_SIZE = re.compile(r"<([^<>]*)>.*\bSIZE=(\d+)", re.IGNORECASE)
TURN_S = 0.2


class Server:
    """One port, with an event loop of its own."""

    def __init__(self, doors: "Doors", desk: Desk, clock: Callable[[], datetime]) -> None:
        self.doors, self.desk, self.clock = doors, desk, clock

    def serve(self, stop: threading.Event) -> None:
        """Until stop is set. Raises OSError for a port that is taken, SettingMalformed."""
        logging.getLogger("mail.log").disabled = True  # a line for each command, addresses and all
        if not self.doors.smtp_to:
            raise SettingMalformed("BEARWATCH_SMTP_TO: name the addresses to which the cameras send their mail")
        asyncio.run(self._serve(stop, _tls(self.doors)))

    async def _serve(self, stop: threading.Event, tls: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="mail") as worker:
            post, opened = Postbox(self.doors, self.desk, self.clock, worker), list[Channel]()
            server = await loop.create_server(
                lambda: Channel(post, tls, opened), self.doors.host, self.doors.smtp_port
            )
            try:
                while not stop.is_set():
                    await asyncio.sleep(TURN_S)
            finally:
                server.close()
                for channel in list(opened):
                    channel.hang_up()


def _tls(doors: "Doors") -> ssl.SSLContext | None:
    """For STARTTLS; None where the park has no certificate."""
    if doors.certificate is None:
        return None
    if not doors.certificate.is_file():
        raise SettingMalformed(f"BEARWATCH_DOORS_CERTIFICATE: {doors.certificate} is not there")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(doors.certificate, doors.key)
    return context


class Channel(SMTP):
    """What is ours of a connection. opened: all that are."""

    line_length_limit = PROGRESS

    def __init__(self, post: Postbox, tls: ssl.SSLContext | None, opened: "list[Channel]") -> None:
        super().__init__(
            post, hostname="bearwatch", ident="Bearwatch", data_size_limit=post.limit, tls_context=tls,
            timeout=PATIENCE_S, authenticator=post.sign_in, command_call_limit=COMMANDS,
            loop=asyncio.get_running_loop(),
        )  # fmt: skip
        self._post, self._opened = post, opened

    def hang_up(self) -> None:
        """Close the connection."""
        if self.transport is not None:
            self.transport.close()

    def address(self) -> str:
        """Where the other end is."""
        return peer(self.session) if self.session is not None else ""

    async def _handle_client(self) -> None:
        """Serve, unless there are too many already."""
        beside = [channel for channel in self._opened if channel.address() == self.address()]
        if len(self._opened) >= CONNECTIONS or len(beside) >= OF_ONE_ADDRESS:
            await self.push("421 4.7.0 Too many connections: try again later")
            self.hang_up()
            return
        self._opened.append(self)
        try:
            await super()._handle_client()
        finally:
            self._opened.remove(self)

    @syntax("MAIL FROM: <address>", extended=" [SP <mail-parameters>]")
    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """A size that is stated is judged before anything comes, and listed."""
        stated = STATED_SIZE.search(arg or "")
        if stated is None or int(stated[2]) <= self._post.limit or self.session is None:
            await super().smtp_MAIL(arg)
            return
        sender = Envelope()
        sender.mail_from = stated[1]
        await self.push(await self._post.too_large(self.session, sender))

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Receive one mail. The library's own would keep a line that never ends in memory."""
        session, envelope = self.session, self.envelope
        if await self.check_helo_needed() or session is None or envelope is None:
            return
        if arg or not envelope.rcpt_tos:
            await self.push("501 Syntax: DATA" if arg else "503 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        data = await self._whole(session, envelope)
        if data is not None:
            await self.push(await self._post.mail(session, envelope, data))
        self.envelope = self._create_envelope()

    async def _whole(self, session: Session, envelope: Envelope) -> bytes | None:
        """The mail with its dots undone; None where it is too large, which is answered while it still comes."""
        kept, size, begins = bytearray(), 0, True
        while size <= DRAINED * self._post.limit:
            line = await self._piece()
            if begins and line == b".\r\n":
                return bytes(kept) if size <= self._post.limit else None
            before, size = size, size + len(line)
            if size // PROGRESS > before // PROGRESS:
                self._reset_timeout()
            if size <= self._post.limit:
                kept += line[1:] if begins and line.startswith(b".") else line
            elif before <= self._post.limit:
                kept.clear()
                await self.push(await self._post.too_large(session, envelope))
            begins = line.endswith(b"\r\n")
        self.hang_up()
        return None

    async def _piece(self) -> bytes:
        """A line, or a part of a very long one."""
        try:
            return await self._reader.readuntil(b"\r\n")
        except asyncio.LimitOverrunError as long:
            return await self._reader.read(long.consumed)
