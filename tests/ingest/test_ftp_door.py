import ftplib
import io
import socket
import ssl
import subprocess
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
from tests.ingest.desks import desk, picture
from tests.servers import free_port

KEY = "bwk_of_the_creek"
SOON_S = 10


@pytest.fixture
def ports(engine: Engine, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The FTP and the FTPS door, open."""
    with transaction(engine) as session:
        cameras.add_key(session, "creek", sha256(KEY.encode()).hexdigest(), NOW)
    certificate = tmp_path / "door.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", certificate, "-out", tmp_path / "only.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    with certificate.open("ab") as file:
        file.write((tmp_path / "only.pem").read_bytes())
    told = Doors(ftp_port=free_port(), ftps_port=free_port(), certificate=certificate, wrong_password_s=0.05)
    with doors.opened(told, desk(engine, tmp_path), clock=lambda: datetime.now(UTC)):
        yield told.ftp_port, told.ftps_port


def connected(camera: ftplib.FTP, port: int) -> ftplib.FTP:
    end = time.monotonic() + SOON_S
    while True:
        try:
            camera.connect("127.0.0.1", port, timeout=SOON_S)
            return camera
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)


def frames(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [row.sha256 for row in session.query(tables.Frame).order_by(tables.Frame.id)]


def refused(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [row.why for row in held.page(session, state=HeldState.REFUSED, limit=99)]


def test_a_picture_is_safe_when_226_is_said_and_the_camera_may_look_and_rename(
    engine: Engine, ports: tuple[int, int]
) -> None:
    with connected(ftplib.FTP(), ports[0]) as camera:
        camera.login("creek", KEY)
        camera.mkd("DCIM")
        camera.cwd("DCIM")
        assert camera.storbinary("STOR a.tmp", io.BytesIO(picture())).startswith("226")
        assert frames(engine) == [sha256(picture()).hexdigest()]
        camera.voidcmd("TYPE I")
        assert camera.size("a.tmp") == len(picture())
        assert camera.rename("a.tmp", "a.jpg").startswith("250")
        with pytest.raises(ftplib.error_perm, match="502"):
            camera.retrbinary("RETR a.jpg", lambda _: None)
        assert camera.storbinary("STOR again.jpg", io.BytesIO(picture())).startswith("226")
    assert len(frames(engine)) == 1


def test_what_is_no_picture_climbs_out_or_is_too_large_is_refused_and_the_door_stays_open(
    engine: Engine, ports: tuple[int, int], tmp_path: Path
) -> None:
    with connected(ftplib.FTP(), ports[0]) as camera:
        camera.login("creek", KEY)
        for name, data, says in (
            ("a.jpg", b"PK\x03\x04 a zip of zips", "neither a picture"),
            ("../../out.jpg", picture(), "climbs out"),
            ("half.jpg", picture()[:-2], "breaks off"),
        ):
            with pytest.raises(ftplib.error_perm, match=says):
                camera.storbinary(f"STOR {name}", io.BytesIO(data))
    with connected(ftplib.FTP(), ports[0]) as camera:
        camera.login("creek", KEY)
        with pytest.raises((ftplib.Error, OSError)):
            camera.storbinary("STOR large.jpg", io.BytesIO(picture() + bytes(3_000_000)))
    with connected(ftplib.FTP(), ports[0]) as camera:
        camera.login("creek", KEY)
        camera.storbinary("STOR a.jpg", io.BytesIO(picture()))
    assert frames(engine) == [sha256(picture()).hexdigest()]
    assert sorted(refused(engine)) == ["header-broken", "not-a-picture", "not-a-picture", "too-large"]
    assert not list(tmp_path.rglob("out.jpg"))


def test_an_upload_whose_camera_dies_in_the_middle_is_not_taken_in(engine: Engine, ports: tuple[int, int]) -> None:
    camera = connected(ftplib.FTP(), ports[0])
    camera.login("creek", KEY)
    data = camera.transfercmd("STOR a.jpg")
    data.sendall(picture()[:400])
    assert camera.sock is not None
    camera.sock.close()
    assert camera.file is not None
    camera.file.close()
    data.shutdown(socket.SHUT_RDWR)
    data.close()
    with connected(ftplib.FTP(), ports[0]) as other:
        other.login("creek", KEY)
        other.storbinary("STOR b.jpg", io.BytesIO(picture(shade=7)))
    assert frames(engine) == [sha256(picture(shade=7)).hexdigest()]


def test_a_login_that_guesses_is_locked_out_told_and_listed(engine: Engine, ports: tuple[int, int]) -> None:
    said = []
    for guess in range(9):
        with connected(ftplib.FTP(), ports[0]) as stranger, pytest.raises(ftplib.error_perm) as fault:
            stranger.login("creek", f"guess {guess}")
        said.append(str(fault.value))
    assert "No camera has the login" in said[0] and "Too many wrong passwords: wait" in said[-1]
    with connected(ftplib.FTP(), ports[0]) as camera, pytest.raises(ftplib.error_perm, match="Too many"):
        camera.login("creek", KEY)
    assert set(refused(engine)) == {"too-many"}


def test_ftps_takes_a_picture_and_refuses_a_password_in_clear(engine: Engine, ports: tuple[int, int]) -> None:
    with connected(ftplib.FTP(), ports[1]) as plain, pytest.raises(ftplib.error_perm):
        plain.login("creek", KEY)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    camera = ftplib.FTP_TLS(context=trusting)
    connected(camera, ports[1])
    camera.login("creek", KEY)
    camera.prot_p()
    assert camera.storbinary("STOR a.jpg", io.BytesIO(picture())).startswith("226")
    camera.quit()
    assert frames(engine) == [sha256(picture()).hexdigest()]


def test_a_port_that_is_taken_keeps_nothing_else_from_running(engine: Engine, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    (drop / "creek").mkdir(parents=True)
    (drop / "creek" / "a.jpg").write_bytes(picture())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = Doors(ftp_port=taken.getsockname()[1], folder=drop)
        with doors.opened(told, desk(engine, tmp_path), clock=lambda: datetime.now(UTC)):
            end = time.monotonic() + SOON_S
            while not frames(engine) and time.monotonic() < end:
                time.sleep(0.2)
    assert len(frames(engine)) == 1
