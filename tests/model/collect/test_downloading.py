"""Downloads within limits: of bytes, time, redirects and places; each fault names itself and its mend."""

import json
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest

from model.collect.downloading import Downloader, Terms, downloaded
from model.collect.offers import Offer
from model.labels import Labelled
from store.errors import AddressNotPublic, DownloadFailed
from tests.model.collect.serving import Answer, Server, endless, serving, silent, status, whole
from tests.model.collect.test_adding import drawn
from tests.servers import dripping

PICTURE = drawn(1)
QUICK = Terms(seconds=20.0, step_s=10.0, most_bytes=1 << 20, tries=2, between_searches_s=0)
SHORT = replace(QUICK, seconds=2.0, step_s=0.5)


def allowed(server: Server, terms: Terms = QUICK) -> Downloader:
    """A downloader that may ask this server although it is on this machine."""
    return Downloader(replace(terms, allowed={server.place}))


def got(answers: dict[str, Answer], path: str = "/a.jpg", terms: Terms = QUICK) -> bytes:
    with serving(answers) as server, allowed(server, terms) as downloader:
        return downloader.picture(server.url + path)


def test_a_picture_is_judged_by_its_bytes_and_not_by_what_the_server_calls_it() -> None:
    assert got({"/a.jpg": whole(PICTURE, "text/html")}) == PICTURE
    with pytest.raises(DownloadFailed, match="this is a web page, not a picture: name the picture's own address"):
        got({"/a.jpg": whole(b"<!DOCTYPE html><p>not here", "image/jpeg")})


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (status(404), r"answers 404: it is not there any more; correct the address or leave it out"),
        (status(403), "answers 403: it does not give this to everybody"),
        (status(500), "answers 500: run the same command again later"),
        (status(302, Location="ftp://example.org/a.jpg"), "does not begin with http:// or https://"),
        (status(302, Location="/a.jpg"), "it sends on more than 5 times: name the picture's own address"),
        (status(302, Location="http://[/"), "sends on to an address that cannot be read"),
        (endless(PICTURE[:64]), "it has more than 1 MB: make it smaller"),
        (endless(b"<html>"), "this is a web page"),
        (whole(b""), "the file is empty"),
        (status(429, Retry_After="3600"), "is busy and asks to wait 3600 s: run the same command then"),
        (status(503, Retry_After="\xb2"), "was busy 2 times: run the same command later"),
        (status(503, Retry_After="0"), "was busy 2 times: run the same command later"),
    ],
)
def test_a_fault_names_itself_and_its_mend(answer: Answer, says: str) -> None:
    with pytest.raises(DownloadFailed) as fault:
        got({"/a.jpg": answer})
    assert fault.match(says)


def test_a_body_that_breaks_off_is_no_picture() -> None:
    def half(to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", str(len(PICTURE)))
        to.end_headers()
        to.wfile.write(PICTURE[:900])

    with pytest.raises(DownloadFailed, match="broke off"):
        got({"/a.jpg": half})


def test_redirects_are_followed_to_the_picture() -> None:
    moved = status(301, Location="/b.jpg")
    assert got({"/a.jpg": moved, "/b.jpg": PICTURE}) == PICTURE


@pytest.mark.parametrize(
    "place", ["127.0.0.1:{port}", "localhost:{port}", "169.254.169.254", "[::1]:{port}", "2130706433"]
)
def test_a_redirect_to_a_private_address_is_refused_at_its_hop(place: str) -> None:
    with serving({"/secret.jpg": PICTURE}) as private:
        target = f"http://{place.format(port=private.place.split(':')[1])}/secret.jpg"
        with pytest.raises(AddressNotPublic, match="private, reserved or this machine's own"):
            got({"/a.jpg": status(302, Location=target)})
        assert private.asked == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/a.jpg", "http://localhost/a.jpg", "http://10.0.0.7/a.jpg", "http://0x7f.1/a.jpg",
     "http://[::ffff:192.168.1.1]/a.jpg", "https://169.254.169.254/latest", "http://100.64.0.1/", "http://224.0.0.1/"],
)  # fmt: skip
def test_a_private_address_is_refused_unless_it_is_allowed(url: str) -> None:
    with Downloader(QUICK) as downloader, pytest.raises(AddressNotPublic):
        downloader.picture(url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("file:///etc/passwd", "does not begin with http:// or https://"),
        ("bear.jpg", "does not begin with http:// or https://"),
        ("http://", "does not begin with http:// or https:// and a host"),
        ("http://[", "cannot be read"),
        ("http://example.org:99999/a.jpg", "cannot be read"),
        ("https://eve:secret@example.org/a.jpg", "user name or password"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url: str, says: str) -> None:
    with Downloader(QUICK) as downloader, pytest.raises(DownloadFailed, match=says) as fault:
        downloader.picture(url)
    assert "secret" not in fault.value.detail


def test_a_server_that_never_answers_is_given_up_in_time_and_left_alone_after_three_times() -> None:
    over = threading.Event()
    with serving({f"/{n}.jpg": silent(over) for n in range(4)}) as server, allowed(server, SHORT) as downloader:
        begun = time.monotonic()
        for n in range(3):
            with pytest.raises(DownloadFailed, match=r"did not send it within 0.5 s a step and 2 s in all"):
                downloader.picture(f"{server.url}/{n}.jpg")
        with pytest.raises(DownloadFailed, match="did not answer 3 times in a row and is left alone"):
            downloader.picture(f"{server.url}/3.jpg")
        assert time.monotonic() - begun < 15
        over.set()


def test_an_answer_that_drips_ends_at_the_deadline() -> None:
    with dripping(every_s=0.1) as url:
        place = url.split("/")[2]
        begun = time.monotonic()
        with (
            Downloader(replace(SHORT, seconds=1.0, allowed={place})) as downloader,
            pytest.raises(DownloadFailed, match="did not send it"),
        ):
            downloader.picture(url)
        assert time.monotonic() - begun < 10


@pytest.mark.parametrize(("code", "as_date"), [(429, True), (503, False)])
def test_a_busy_server_is_asked_again_when_it_says(code: int, as_date: bool) -> None:
    asked: list[float] = []

    def busy_once(to: BaseHTTPRequestHandler) -> None:
        asked.append(time.monotonic())
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True) if as_date else "1"
        (whole(PICTURE) if len(asked) > 1 else status(code, Retry_After=later))(to)

    assert got({"/a.jpg": busy_once}) == PICTURE
    assert asked[1] - asked[0] >= (0.9 if not as_date else 0.5)


def test_stopping_cuts_what_is_under_way() -> None:
    over = threading.Event()
    terms = Terms(seconds=30, step_s=30)
    with serving({"/a.jpg": silent(over)}) as server, allowed(server, terms) as downloader:
        threading.Timer(0.3, downloader.stop).start()
        begun = time.monotonic()
        with pytest.raises(DownloadFailed):
            downloader.picture(server.url + "/a.jpg")
        assert time.monotonic() - begun < 15
        over.set()


def offers(server: Server, count: int) -> list[Offer]:
    urls = [f"{server.url}/{n}.jpg" for n in range(count)]
    return [Offer(facts=Labelled(file=url, label="black", origin=url)) for url in urls]


def test_several_come_at_a_time_and_in_their_order_and_a_fault_stays_with_its_own() -> None:
    at_once: set[int] = set()
    most = 0

    def slowly(n: int) -> Answer:
        def answer(to: BaseHTTPRequestHandler) -> None:
            nonlocal most
            at_once.add(n)
            most = max(most, len(at_once))
            time.sleep(0.02 * (12 - n))
            at_once.discard(n)
            (status(404) if n == 5 else whole(drawn(n)))(to)

        return answer

    with serving({f"/{n}.jpg": slowly(n) for n in range(12)}) as server, allowed(server) as downloader:
        came = list(downloaded(offers(server, 12), downloader))
    assert [offer.data for offer in came] == [None if n == 5 else drawn(n) for n in range(12)]
    assert [bool(offer.fault) for offer in came] == [n == 5 for n in range(12)]
    assert 1 < most <= 4


def test_what_is_known_is_not_downloaded_again() -> None:
    with serving({"/0.jpg": PICTURE, "/1.jpg": PICTURE}) as server, allowed(server) as downloader:
        wanted = offers(server, 2)
        came = list(downloaded(wanted, downloader, known={wanted[0].facts.origin}))
        assert [offer.data for offer in came] == [None, PICTURE]
        assert [asked.path for asked in server.asked] == ["/1.jpg"]


def test_leaving_early_begins_nothing_more() -> None:
    with serving({f"/{n}.jpg": drawn(n) for n in range(200)}) as server, allowed(server) as downloader:
        coming = downloaded(offers(server, 200), downloader)
        next(coming)
        coming.close()
        time.sleep(0.3)
        assert len(server.asked) <= 17


looked_up: list[object] = []
sys.addaudithook(lambda event, told: looked_up.append(told[0]) if event == "socket.getaddrinfo" else None)


def test_a_name_is_looked_up_once_and_the_number_that_was_checked_is_connected_to() -> None:
    with serving({"/a.jpg": PICTURE}) as server:
        named = server.place.replace("127.0.0.1", "localhost")
        with Downloader(replace(QUICK, allowed={named})) as downloader:
            looked_up.clear()
            assert downloader.picture(f"http://{named}/a.jpg") == PICTURE
    assert [str(name) for name in looked_up].count("localhost") == 1
    assert set(looked_up) <= {"localhost", "127.0.0.1", "::1"}
    assert server.asked[0].headers["host"] == named


def test_a_key_goes_to_nobody_else_and_never_unencrypted() -> None:
    answers: dict[str, Answer] = {
        "/search": whole(json.dumps({"value": []}).encode()), "/moved": status(302, Location="https://example.org/x"),
    }  # fmt: skip
    with serving(answers) as server, allowed(server) as downloader:
        assert downloader.answer(server.url + "/search", {"q": "a b"}, {"Key": "secret"}) == {"value": []}
        assert (server.asked[0].query, server.asked[0].headers["key"]) == ({"q": "a b"}, "secret")
        with pytest.raises(DownloadFailed, match=r"it sends on to https://example.org/x: name that address"):
            downloader.answer(server.url + "/moved", {}, {"Key": "secret"})
    with Downloader(QUICK) as strict, pytest.raises(DownloadFailed, match="would get the key unencrypted"):
        strict.answer("http://example.org/search", {}, {"Key": "secret"})
