"""Mailed: the pictures and clips of one mail, each taken in, held or refused by itself."""

import email
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from ingest.handed import Desk, Handed, Outcome, refuse, take_in
from ingest.recognition import Claims
from store.errors import HeaderBroken, NotAPicture, StoreError
from store.vocabulary import Door

MOST_PARTS, MOST_BOUNDARIES, MOST_LINES = 200, 50, 1_000_000
"""More than any camera sends; a mail of more is made to keep its reader busy."""

LONGEST_HEADER = 1000


@dataclass(frozen=True, kw_only=True)
class Attached:
    """One file of a mail."""

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Mail:
    """sender: the address in From, in small letters; sent_at: its Date; None where it does not say."""

    sender: str | None
    subject: str
    sent_at: datetime | None
    attached: tuple[Attached, ...]


def take_mail(desk: Desk, data: bytes, *, claims: Claims, now: datetime) -> list[Outcome]:
    """Take in what is attached; one that is refused keeps no other from being taken.

    claims: what is known of its sender without the mail; its From counts before claims.mail.
    Raises DiskNearlyFull, DatabaseBusy and the like once all were tried: the mail must come again.
    """
    try:
        mail = read(data)
    except HeaderBroken as fault:
        return [refuse(desk, Handed(door=Door.MAIL, name="a mail", data=b"", claims=claims), fault, now=now)]
    claims = replace(claims, mail=mail.sender or claims.mail)
    if not mail.attached:
        empty = Handed(door=Door.MAIL, name=f"mail: {mail.subject or 'without a subject'}", data=b"", claims=claims)
        return [refuse(desk, empty, NotAPicture("no picture or clip is attached to this mail"), now=now)]
    done: list[Outcome] = []
    failed: StoreError | None = None
    for one in mail.attached:
        handed = Handed(door=Door.MAIL, name=one.name, data=one.data, claims=claims, sent_at=mail.sent_at)
        try:
            done.append(take_in(desk, handed, now=now))
        except StoreError as fault:
            failed = failed or fault
    if failed is not None:
        raise failed
    return done


def read(data: bytes) -> Mail:
    """The mail of these bytes. Raises HeaderBroken for one that no camera writes."""
    if data.lower().count(b"boundary") > MOST_BOUNDARIES or data.count(b"\n") > MOST_LINES:
        raise HeaderBroken("this mail has more parts in parts, or more lines, than any camera sends")
    try:
        message = email.message_from_bytes(data)
        attached = tuple(_attached(message))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise HeaderBroken("this mail is built in a way that cannot be read: send the pictures anew") from None
    return Mail(
        sender=_address(message.get("From")), subject=_text(message.get("Subject")),
        sent_at=_moment(message.get("Date")), attached=attached,
    )  # fmt: skip


def _attached(message: Message) -> Iterator[Attached]:
    """Every part that is a file, those of forwarded mails too; what is there to be read is none."""
    for number, part in enumerate(message.walk(), 1):
        if number > MOST_PARTS:
            raise ValueError("too many parts")
        name = _text(part.get_filename())
        if part.is_multipart() or (part.get_content_maintype() == "text" and not name):
            continue
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        yield Attached(name=name or f"attachment {number}", data=data)


def _address(header: object) -> str | None:
    """
    >>> _address("Creek camera <Creek@Park.example>"), _address("nobody"), _address(None)
    ('creek@park.example', None, None)
    """
    address = "".join(letter for letter in parseaddr(_text(header))[1] if letter.isprintable()).lower()
    return address if "@" in address else None


def _moment(header: object) -> datetime | None:
    """
    >>> _moment("Mon, 23 Nov 2026 04:00:00 +0100"), _moment("yesterday")
    (datetime.datetime(2026, 11, 23, 3, 0, tzinfo=datetime.timezone.utc), None)
    """
    try:
        at = parsedate_to_datetime(_text(header))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _text(header: object) -> str:
    """A header as plain letters; whatever else stands in it becomes a question mark."""
    return "" if header is None else str(header)[:LONGEST_HEADER].encode("ascii", "replace").decode("ascii")
