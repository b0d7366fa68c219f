import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from imap_tools import BaseMailBox, MailBox

from ingest.handed import Desk
from ingest.mailbox_door import BEAT, Mailbox, MailboxDoor, place
from store import beats, held, tables
from store.errors import SettingMalformed
from store.session import Engine, reading
from store.vocabulary import HeldState
from tests.ingest.desks import desk, knows, picture
from tests.ingest.mails import mail
from tests.servers import Dovecot

SOON_S = 20
LIMIT = 200_000
PASSWORD = "BEARWATCH_TEST_MAIL_PASSWORD"


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """A real IMAP server."""
    opened = Dovecot()
    yield opened
    opened.stop()


@pytest.fixture
def user(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A mailbox of this test's own; the camera is known by its sender."""
    monkeypatch.setenv(PASSWORD, "secret")
    knows(engine, mail="creek@park.example")
    return f"{tmp_path.name}-{engine.dialect.name}"


@contextmanager
def inside(server: Dovecot, user: str) -> Iterator[BaseMailBox]:
    """The mailbox as a person sees it."""
    trusted = ssl.create_default_context(cafile=str(server.certificate))
    with MailBox("127.0.0.1", server.port, timeout=SOON_S, ssl_context=trusted).login(user, "secret") as box:
        yield box


@contextmanager
def reading_it(server: Dovecot, user: str, at: Desk, *, move_to: str = "") -> Iterator[None]:
    """The door, at work."""
    told = Mailbox(
        url=f"imaps://127.0.0.1:{server.port}/INBOX", user=user, password=f"${{{PASSWORD}}}", move_to=move_to,
        authorities=server.certificate, every_s=0.2,
    )  # fmt: skip
    stop = threading.Event()
    door = MailboxDoor(told, at, lambda: datetime.now(UTC), mail_bytes=LIMIT, pause=lambda _: 0.2)
    thread = threading.Thread(target=door.serve, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(SOON_S)
        assert not thread.is_alive()


def soon(seen: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON_S
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.1)


def frames(engine: Engine) -> int:
    with reading(engine) as session:
        return session.query(tables.Frame).count()


def test_a_mail_is_marked_as_seen_once_its_pictures_are_stored(
    engine: Engine, tmp_path: Path, server: Dovecot, user: str
) -> None:
    with inside(server, user) as box:
        box.append(mail(("a.jpg", picture()), ("b.jpg", picture(shade=7))))
        box.append(mail(("c.jpg", picture()), sender="who@else.example"))
        with reading_it(server, user, desk(engine, tmp_path)):
            soon(lambda: box.folder.set("INBOX") and not box.uids("UNSEEN"))
            assert frames(engine) == 2
        assert len(box.uids("ALL")) == 2
    with reading(engine) as session:
        (waits,) = held.page(session, state=HeldState.UNRECOGNISED, limit=9)
        assert waits.claims["mail"] == "who@else.example"
        assert [row.name for row in beats.beats(session)] == [BEAT]


def test_a_mail_that_cannot_be_stored_stays_unread_and_keeps_no_other_waiting(
    engine: Engine, tmp_path: Path, server: Dovecot, user: str
) -> None:
    with inside(server, user) as box:
        box.append(mail(("a.jpg", picture()), sender="who@else.example"))
        box.append(mail(("b.jpg", picture())))
        with reading_it(server, user, desk(engine, tmp_path, held_bytes=10)):
            soon(lambda: frames(engine) == 1)
            soon(lambda: box.folder.set("INBOX") and box.uids("UNSEEN") == ["1"])


def test_mails_are_moved_where_a_folder_is_named_and_deleted_ones_of_others_stay(
    engine: Engine, tmp_path: Path, server: Dovecot, user: str
) -> None:
    with inside(server, user) as box:
        box.folder.create("Done")
        box.append(mail(), flag_set=[r"\Seen", r"\Deleted"])
        box.append(mail(("a.jpg", picture())))
        with reading_it(server, user, desk(engine, tmp_path), move_to="Done"):
            soon(lambda: box.folder.set("INBOX") and len(box.uids("ALL")) == 1)
        assert frames(engine) == 1
        box.folder.set("Done")
        assert len(box.uids("ALL")) == 1


def test_a_mail_too_large_is_listed_and_not_fetched(
    engine: Engine, tmp_path: Path, server: Dovecot, user: str
) -> None:
    with inside(server, user) as box:
        box.append(mail(("a.jpg", picture() + bytes(LIMIT))))
        with reading_it(server, user, desk(engine, tmp_path)):
            soon(lambda: box.folder.set("INBOX") and not box.uids("UNSEEN"))
    assert frames(engine) == 0
    with reading(engine) as session:
        (row,) = held.page(session, state=HeldState.REFUSED, limit=9)
    assert (row.name, row.why, row.kept) == ("mail: Motion", "too-large", False)


def test_a_server_that_is_away_is_asked_again_and_no_password_is_logged(
    engine: Engine, tmp_path: Path, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = desk(engine, tmp_path)
    with structlog.testing.capture_logs() as logged, reading_it(server, user, at):
        soon(lambda: bool(_beat(engine)))
        server.stop()
        soon(lambda: any(line["event"] == "door.away" for line in logged))
        server.start()
        with inside(server, user) as box:
            box.append(mail(("a.jpg", picture())))
        soon(lambda: frames(engine) == 1)
        monkeypatch.setenv(PASSWORD, "a wrong one")
        server.stop()
        server.start()
        soon(lambda: any("AUTHENTICATIONFAILED" in str(line) for line in logged))
    assert "secret" not in str(logged) and "a wrong one" not in str(logged)


def _beat(engine: Engine) -> list[datetime]:
    with reading(engine) as session:
        return [row.at for row in beats.beats(session) if datetime.now(UTC) - row.at < timedelta(minutes=1)]


def test_a_server_of_another_certificate_is_not_told_the_password(
    engine: Engine, tmp_path: Path, server: Dovecot, user: str
) -> None:
    told = Mailbox(url=f"imaps://127.0.0.1:{server.port}", user=user, password="secret")
    stop = threading.Event()
    with structlog.testing.capture_logs() as logged:
        door = MailboxDoor(told, desk(engine, tmp_path), lambda: datetime.now(UTC), mail_bytes=1, pause=lambda _: 0.1)
        thread = threading.Thread(target=door.serve, args=(stop,), daemon=True)
        thread.start()
        soon(lambda: any("CERTIFICATE_VERIFY_FAILED" in str(line) for line in logged))
        stop.set()
        thread.join(SOON_S)
    assert _beat(engine) == []


@pytest.mark.parametrize(
    "url", ["http://mail.example.org", "imaps://", "imaps://a:b@mail.example.org", "imaps://h:x"]
)
def test_an_address_that_cannot_be_is_refused_with_one_that_can(url: str) -> None:
    with pytest.raises(SettingMalformed, match="BEARWATCH_IMAP_U"):
        place(url)
