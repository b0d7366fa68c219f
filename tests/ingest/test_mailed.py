from datetime import timedelta
from pathlib import Path

import pytest

from ingest import mailed
from ingest.handed import Outcome
from ingest.mailed import take_mail
from ingest.recognition import Claims
from store import held, tables
from store.errors import DiskNearlyFull, HeaderBroken
from store.session import Engine, reading
from store.vocabulary import HeldState
from tests.conftest import NOW
from tests.ingest.desks import desk, knows, picture
from tests.ingest.mails import mail

TAKEN, REFUSED, UNRECOGNISED = HeldState.TAKEN, HeldState.REFUSED, HeldState.UNRECOGNISED


def states(done: list[Outcome]) -> list[HeldState]:
    return [one.state for one in done]


def test_the_sender_names_the_camera_and_the_mails_date_counts_where_the_picture_says_none(
    engine: Engine, tmp_path: Path
) -> None:
    knows(engine, mail="creek@park.example")
    data = mail(("a.jpg", picture()), sender="Creek@Park.example")
    assert states(take_mail(desk(engine, tmp_path), data, claims=Claims(), now=NOW)) == [TAKEN]
    with reading(engine) as session:
        frame = session.query(tables.Frame).one()
    assert (frame.camera_id, frame.taken_at) == ("creek", NOW - timedelta(minutes=1))


def test_one_bad_attachment_loses_no_other_and_is_listed(engine: Engine, tmp_path: Path) -> None:
    knows(engine, mail="creek@park.example")
    data = mail(("a.jpg", picture()), ("bombs.zip", b"PK\x03\x04 a zip of zips"), ("b.jpg", picture(shade=7)))
    done = take_mail(desk(engine, tmp_path), data, claims=Claims(), now=NOW)
    assert states(done) == [TAKEN, REFUSED, TAKEN]
    with reading(engine) as session:
        (row,) = held.page(session, state=REFUSED, limit=9)
    assert (row.name, row.why, row.claims) == ("bombs.zip", "not-a-picture", {"mail": "creek@park.example"})


def test_a_picture_of_an_unknown_sender_is_its_exifs_cameras_or_waits(engine: Engine, tmp_path: Path) -> None:
    knows(engine, serial="X1")
    data = mail(("a.jpg", picture(serial="X1")), ("b.jpg", picture()), sender="who@else.example")
    done = take_mail(desk(engine, tmp_path), data, claims=Claims(), now=NOW)
    assert states(done) == [TAKEN, UNRECOGNISED]
    assert done[1].says == "no camera is known by mail who@else.example"


def test_a_mail_without_a_picture_is_listed(engine: Engine, tmp_path: Path) -> None:
    at = desk(engine, tmp_path)
    (done,) = take_mail(at, mail(subject="Battery low"), claims=Claims(), now=NOW)
    assert done.says == "no picture or clip is attached to this mail"
    with reading(engine) as session:
        assert held.get(session, done.held or 0).name == "mail: Battery low"


def test_where_one_cannot_be_kept_the_others_are_and_the_mail_must_come_again(engine: Engine, tmp_path: Path) -> None:
    knows(engine, serial="X1")
    data = mail(("a.jpg", picture()), ("b.jpg", picture(serial="X1")))
    with pytest.raises(DiskNearlyFull):
        take_mail(desk(engine, tmp_path, held_bytes=10), data, claims=Claims(), now=NOW)
    with reading(engine) as session:
        assert session.query(tables.Frame).count() == 1


def test_a_mail_that_is_built_to_keep_its_reader_busy_is_refused(engine: Engine, tmp_path: Path) -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000))
    for data in (nested, b"From: a@b.example\n\n" + b"\n" * 2_000_000):
        with pytest.raises(HeaderBroken):
            mailed.read(data)
        (done,) = take_mail(desk(engine, tmp_path), data, claims=Claims(), now=NOW)
        assert done.state is REFUSED


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00\xff\x00", b"From: \xff\xfe<\x00@\x00>\r\nSubject: \xe9\x00\r\nDate: 99 Foo 99999\r\n\r\n",
        b"Content-Type: multipart/mixed\r\n\r\n--x", b"Content-Type: message/rfc822\r\n\r\nContent-Type: x\r\n\r\n",
        b"Content-Type: image/jpeg; name*=bad''%ff%00\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!=\r\n",
        b"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\n\xff\xff\nend\r\n",
    ],
)  # fmt: skip
def test_broken_mails_are_read_or_refused(engine: Engine, tmp_path: Path, data: bytes) -> None:
    assert set(states(take_mail(desk(engine, tmp_path), data, claims=Claims(), now=NOW))) == {REFUSED}
