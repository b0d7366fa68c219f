import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from ingest import doors
from ingest.doors import Doors
from store import cameras, held, tables
from store.session import Engine, reading, transaction
from store.vocabulary import HeldState
from tests.conftest import NOW
from tests.ingest.desks import desk, knows, picture
from tests.ingest.mails import mail
from tests.servers import certificate, free_port

KEY, TO = "bwk_of_the_creek", "bears@park.example"
LIMIT = 200_000
SOON_S = 10


@pytest.fixture
def port(engine: Engine, tmp_path: Path) -> Iterator[int]:
    """The SMTP door, open, with a certificate; mails up to 200 kB."""
    with transaction(engine) as session:
        cameras.add_key(session, "creek", sha256(KEY.encode()).hexdigest(), NOW)
    knows(engine, mail="creek@park.example")
    told = Doors(smtp_port=free_port(), smtp_to=[TO], mail_bytes=LIMIT, certificate=certificate(tmp_path))
    with doors.opened(told, desk(engine, tmp_path), clock=lambda: datetime.now(UTC)):
        yield told.smtp_port


def connected(port: int) -> smtplib.SMTP:
    end = time.monotonic() + SOON_S
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=SOON_S)
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)


def frames(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [row.camera_id for row in session.query(tables.Frame).order_by(tables.Frame.id)]


def listed(engine: Engine, state: HeldState) -> list[str]:
    with reading(engine) as session:
        return [row.why for row in held.page(session, state=state, limit=99)]


def test_250_is_said_once_the_pictures_are_safe(engine: Engine, port: int) -> None:
    with connected(port) as camera:
        camera.ehlo()
        assert camera.esmtp_features["size"] == str(LIMIT)
        camera.mail("creek@park.example")
        camera.rcpt(TO)
        code, says = camera.data(mail(("a.jpg", picture()), ("b.jpg", picture(shade=7))))
        assert (code, says) == (250, b"2.0.0 2 taken, 0 refused")
        assert frames(engine) == ["creek", "creek"]
        camera.sendmail("creek@park.example", TO, mail(("a.jpg", picture())))
    assert len(frames(engine)) == 2


def test_an_unknown_senders_picture_waits_and_a_foreign_address_is_refused_and_listed(
    engine: Engine, port: int
) -> None:
    with connected(port) as stranger:
        stranger.sendmail("who@else.example", TO, mail(("a.jpg", picture()), sender="who@else.example"))
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="passes nothing on"):
            stranger.sendmail("who@else.example", "someone@far.example", mail(("a.jpg", picture())))
    assert frames(engine) == []
    assert listed(engine, HeldState.UNRECOGNISED) == ["unknown-camera"]
    assert listed(engine, HeldState.REFUSED) == ["not-our-address"]


def test_a_mail_without_a_picture_and_one_that_says_its_great_size_are_refused_and_listed(
    engine: Engine, port: int
) -> None:
    with connected(port) as camera:
        with pytest.raises(smtplib.SMTPDataError, match="no picture or clip"):
            camera.sendmail("creek@park.example", TO, mail())
        with pytest.raises(smtplib.SMTPSenderRefused, match="larger than"):
            camera.sendmail("creek@park.example", TO, mail(("a.jpg", picture() + bytes(LIMIT))))
    assert sorted(listed(engine, HeldState.REFUSED)) == ["not-a-picture", "too-large"]


def unending(camera: smtplib.SMTP, piece: bytes) -> bytes:
    """Send pieces of a mail until the door answers or hangs up; gives the answer."""
    camera.ehlo()
    camera.mail("creek@park.example")
    camera.rcpt(TO)
    camera.putcmd("data")
    camera.getreply()
    assert camera.sock is not None
    camera.sock.settimeout(0.01)
    for _ in range(50_000_000 // len(piece)):
        try:
            camera.sock.sendall(piece)
            return camera.sock.recv(200)
        except TimeoutError:
            continue
    raise AssertionError("the whole of it was taken")


@pytest.mark.parametrize("piece", [b"x" * 50_000, b"line\r\n" * 9000])
def test_a_mail_of_50_mb_is_refused_while_it_streams_and_the_door_stays_open(
    engine: Engine, port: int, piece: bytes
) -> None:
    camera = connected(port)
    assert unending(camera, piece).startswith(b"552 5.3.4 this mail is larger than")
    camera.close()
    with connected(port) as other:
        other.sendmail("creek@park.example", TO, mail(("a.jpg", picture())))
    assert frames(engine) == ["creek"]
    assert listed(engine, HeldState.REFUSED) == ["too-large"]


def test_dots_are_undone_and_a_broken_off_mail_is_not_taken(engine: Engine, port: int) -> None:
    camera = connected(port)
    camera.ehlo()
    camera.mail("creek@park.example")
    camera.rcpt(TO)
    camera.putcmd("data")
    camera.getreply()
    camera.send(mail(("a.jpg", picture()))[:-200])
    camera.close()
    with connected(port) as other:
        text = mail(("a.jpg", picture(shade=7)), subject="x").replace(b"Battery 80%", b".\r\n..\r\nBattery")
        other.sendmail("creek@park.example", TO, text)
    assert frames(engine) == ["creek"]


def test_a_key_proves_the_camera_over_tls_and_is_not_asked_for_in_clear(engine: Engine, port: int) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with connected(port) as plain, pytest.raises(smtplib.SMTPNotSupportedError):
        plain.login("creek", KEY)
    with connected(port) as camera:
        camera.starttls(context=trusting)
        with pytest.raises(smtplib.SMTPAuthenticationError, match="no camera has the login"):
            camera.login("creek", "a guess")
    with connected(port) as camera:
        camera.starttls(context=trusting)
        camera.login("creek", KEY)
        camera.sendmail("any@else.example", TO, mail(("a.jpg", picture()), sender="any@else.example"))
    assert frames(engine) == ["creek"]
    assert listed(engine, HeldState.REFUSED) == ["unknown-camera"]


def test_one_address_cannot_take_every_connection(port: int) -> None:
    opened = [connected(port) for _ in range(8)]
    with socket.create_connection(("127.0.0.1", port), timeout=SOON_S) as ninth:
        assert ninth.recv(100).startswith(b"421")
    for camera in opened:
        camera.close()


def test_a_door_without_addresses_stays_shut(engine: Engine, tmp_path: Path) -> None:
    told = Doors(smtp_port=free_port())
    with doors.opened(told, desk(engine, tmp_path), clock=lambda: NOW):
        time.sleep(0.5)
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", told.smtp_port), timeout=SOON_S)


def test_a_full_desk_says_try_again(engine: Engine, tmp_path: Path) -> None:
    told = Doors(smtp_port=free_port(), smtp_to=[TO])
    full = desk(engine, tmp_path, held_bytes=10)
    with (
        doors.opened(told, full, clock=lambda: datetime.now(UTC)),
        connected(told.smtp_port) as camera,
        pytest.raises(smtplib.SMTPDataError) as fault,
    ):
        camera.sendmail("who@else.example", TO, mail(("a.jpg", picture())))
    assert fault.value.smtp_code == 452
