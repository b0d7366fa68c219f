"""The postbox: what the SMTP door does with senders, recipients and mails."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from ingest import logins
from ingest.handed import Desk, Handed, refuse
from ingest.mailed import take_mail
from ingest.recognition import Claims
from store.errors import BearwatchError, IngestError, NotOurAddress, StoreError, TooLarge
from store.vocabulary import Door, HeldState

if TYPE_CHECKING:
    from ingest.doors import Doors

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Who has signed in: a camera, by its key."""

    login: str
    camera: str


class Postbox:
    """What is done with senders, recipients and mails. Mails are opened one at a time, apart from the loop."""

    def __init__(
        self, doors: "Doors", desk: Desk, clock: Callable[[], datetime], worker: ThreadPoolExecutor
    ) -> None:  # fmt: skip
        self.desk, self.clock, self.limit = desk, clock, doors.mail_bytes
        self._ours = {address.lower() for address in doors.smtp_to}
        self._worker = worker

    def sign_in(
        self, _channel: SMTP, session: Session, _mail: Envelope, _how: str, told: LoginPassword
    ) -> AuthResult:
        """Let a camera in by its key."""
        name = "".join(letter for letter in told.login.decode("utf-8", "replace") if letter.isprintable())
        password = told.password.decode("utf-8", "replace")
        try:
            camera = logins.login(
                self.desk, Door.MAIL, name=name, password=password, address=peer(session), now=self.clock()
            )
        except IngestError as fault:
            return AuthResult(success=False, handled=False, message=_line(f"535 5.7.8 {fault.detail}"))
        except StoreError as fault:
            return AuthResult(success=False, handled=False, message=_line(f"454 4.7.0 {fault.detail}"))
        return AuthResult(success=True, auth_data=Signed(login=name, camera=camera))

    async def handle_RCPT(  # noqa: N802
        self, _channel: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Only the park's own addresses."""
        if address.lower() in self._ours:
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 Go on"
        fault = NotOurAddress(f"no mail is taken for {address}: this door passes nothing on")
        return await self._refused(f"mail for {address}", fault, session, envelope, code="550 5.7.1")

    async def handle_exception(self, error: Exception) -> str:
        """Ours, not the sender's."""
        log.error("door.failed", door="smtp", exc_info=error)
        return "451 4.3.0 An error of ours: try again later"

    async def too_large(self, session: Session, envelope: Envelope) -> str:
        """List a mail that was cut off; gives the answer."""
        fault = TooLarge(f"this mail is larger than {self.limit // 1_000_000} MB: send smaller pictures")
        return await self._refused("a mail", fault, session, envelope, code="552 5.3.4")

    async def mail(self, session: Session, envelope: Envelope, data: bytes) -> str:
        """Take in what is attached; gives the answer."""
        claims, now = _claims(session, envelope), self.clock()
        try:
            done = await self._apart(lambda: take_mail(self.desk, data, claims=claims, now=now))
        except BearwatchError as fault:
            return _line(f"452 4.3.1 Try again later: {fault.detail}")
        refused = [one for one in done if one.state is HeldState.REFUSED]
        if len(refused) == len(done):
            return _line(f"550 5.6.0 {refused[0].says}")
        return f"250 2.0.0 {len(done) - len(refused)} taken, {len(refused)} refused"

    async def _refused(
        self, name: str, fault: IngestError, session: Session, envelope: Envelope, *, code: str
    ) -> str:  # fmt: skip
        handed = Handed(door=Door.MAIL, name=name, data=b"", claims=_claims(session, envelope))
        now = self.clock()
        try:
            await self._apart(lambda: refuse(self.desk, handed, fault, now=now))
        except BearwatchError as broken:
            log.warning("door.unlisted", door="smtp", detail=broken.detail)
        return _line(f"{code} {fault.detail}")

    async def _apart(self, step: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._worker, step)


def peer(session: Session) -> str:
    """The other end's number."""
    return str((session.peer or ("",))[0])


def _claims(session: Session, envelope: Envelope) -> Claims:
    signed = session.auth_data if isinstance(session.auth_data, Signed) else None
    sender = "".join(letter for letter in envelope.mail_from or "" if letter.isprintable()).lower() or None
    return Claims(camera=signed.camera if signed else None, login=signed.login if signed else None, mail=sender)


def _line(answer: str) -> str:
    """An answer as one line of the protocol."""
    return " ".join(answer.encode("ascii", "replace").decode().split())[:500]
