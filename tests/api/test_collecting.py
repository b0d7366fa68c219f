"""`model collect` as somebody types it: what is printed, how it exits, twice, interrupted, and with wrong input."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from api.cli import collecting
from model import labels
from model.collect import likeness
from tests.api.commands import ROOT, Commands
from tests.model.collect.serving import Answer, serving, status, whole
from tests.model.collect.test_adding import drawn


@pytest.fixture
def here(tmp_path: Path) -> Commands:
    return Commands(folder=tmp_path)


def pictures(folder: Path, **of_label: int) -> None:
    """So many pictures of each label, all different."""
    for start, (label, count) in enumerate(of_label.items()):
        (folder / label).mkdir(parents=True)
        for number in range(count):
            (folder / label / f"{number}.jpg").write_bytes(drawn(100 * start + number))


def test_a_folder_is_collected_once_and_the_second_time_nothing_is_new(here: Commands, tmp_path: Path) -> None:
    pictures(tmp_path / "mine", black=3, teddy=2)
    first = here.run("model", "collect", "folder", "mine", "out", "--licence", "CC0", "--json")
    assert (first.code, first.err) == (0, "")
    told = first.document
    assert {name: told[name] for name in ("folder", "offered", "held", "labels", "new_labels", "distance")} == {
        "folder": "out", "offered": 5, "held": 0, "labels": {"black": 3, "teddy": 2},
        "new_labels": ["black", "teddy"], "distance": 6,
    }  # fmt: skip
    assert told["added"][0]["name"] == "black/0.jpg"
    assert {row.licence for row in labels.read(tmp_path / "out")} == {"CC0"}
    again = here.run("model", "collect", "folder", "mine", "out")
    assert (again.code, again.err) == (0, "")
    assert again.out == "nothing is new\n5 were there already\nit has black 3, teddy 2\n"


def test_inputs_that_fail_are_named_the_rest_goes_on_and_the_exit_is_1(here: Commands, tmp_path: Path) -> None:
    pictures(tmp_path / "mine", black=2)
    (tmp_path / "mine" / "black" / "page.jpg").write_bytes(b"<html>not a picture</html>")
    (tmp_path / "mine" / "teddy").mkdir()
    (tmp_path / "mine" / "teddy" / "same.jpg").write_bytes(drawn(0))
    told = here.run("model", "collect", "folder", "mine", "out")
    assert (told.code, told.out.splitlines()[0]) == (1, "2 of 4 pictures are new in out")
    assert "black/page.jpg: this is a web page, not a picture" in told.err
    assert "teddy/same.jpg: teddy, but black/" in told.err
    assert "neither teaches until labels.csv says which is right" in told.err


def test_a_csv_is_downloaded_where_it_may_be_and_private_addresses_are_refused(
    here: Commands, tmp_path: Path
) -> None:
    answers: dict[str, Answer] = {
        "/1.jpg": drawn(1), "/2.jpg": drawn(2), "/page.jpg": whole(b"<!doctype html>", "image/jpeg"),
        "/no.jpg": status(404),
    }  # fmt: skip
    with serving(answers) as server:
        lines = [f"{server.url}{path},black,CC0" for path in answers]
        here.file("list.csv", "\n".join(["url,label,licence", *lines, "ftp://x/y.jpg,black,"]) + "\n")
        refused = here.run("model", "collect", "csv", "list.csv", "out", "--json")
        assert (refused.code, len(refused.document["left_out"])) == (1, 5)
        assert "private, reserved or this machine's own" in refused.out
        told = here.run("model", "collect", "csv", "list.csv", "out", "--allow", server.place, "--json")
        assert (told.code, len(told.document["added"])) == (1, 2)
        reasons = [row["reason"] for row in told.document["left_out"]]
        for words in ("this is a web page", "answers 404", 'list.csv line 6: "ftp://x/y.jpg" does not begin with'):
            assert any(words in reason for reason in reasons)
        asked = len(server.asked)
        again = here.run("model", "collect", "csv", "list.csv", "out", "--allow", server.place)
        assert again.out.startswith("nothing is new\n2 were there already\n")
        assert [asked.path for asked in server.asked[asked:]].count("/1.jpg") == 0
        few = here.run("model", "collect", "csv", "list.csv", "few", "--most", "1", "--allow", server.place)
        assert (few.code, "the first 1 are taken" in few.err) == (0, True)


def test_a_search_takes_its_key_from_the_environment_and_shows_it_nowhere(tmp_path: Path) -> None:
    key = "0123456789abcdef"
    here = Commands(folder=tmp_path, settings={"BEARWATCH_IMAGE_SEARCH_KEY": key})
    answers: dict[str, Answer] = {"/a.jpg": drawn(1), "/b.jpg": drawn(2)}
    with serving(answers) as server:
        value = [{"contentUrl": f"{server.url}{path}", "hostPageUrl": "https://x.org/p"} for path in list(answers)]
        answers["/images"] = json.dumps({"value": value}).encode()
        words = ("model", "collect", "search", "grizzly bear", "out", "--label", "grizzly", "--source", "keyed")
        told = here.run(*words, "--endpoint", f"{server.url}/images", "--count", "2", "--allow", server.place)
        assert (told.code, told.out.splitlines()[0]) == (0, "2 of 2 pictures are new in out")
        assert server.asked[0].headers["ocp-apim-subscription-key"] == key
        assert all("ocp-apim-subscription-key" not in asked.headers for asked in server.asked[1:])
    assert key not in told.out + told.err + (tmp_path / "out" / "labels.csv").read_text()
    assert [row.more["page"] for row in labels.read(tmp_path / "out")] == ["https://x.org/p"] * 2


def test_a_server_whose_certificate_is_for_another_name_is_not_believed(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl: install Debian's package `openssl`")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    here = Commands(folder=tmp_path, settings={"SSL_CERT_FILE": str(tmp_path / "cert.pem")})
    with serving({"/1.jpg": drawn(1), "/2.jpg": drawn(2)}, certificate=tmp_path) as server:
        port = server.place.split(":")[1]
        here.file(
            "list.csv", f"url,label\nhttps://localhost:{port}/1.jpg,black\nhttps://{server.place}/2.jpg,black\n"
        )
        allowed = ("--allow", f"localhost:{port}", "--allow", server.place)
        told = here.apart("model", "collect", "csv", "list.csv", "out", *allowed, "--json").document
    assert [row["name"] for row in told["added"]] == [f"https://localhost:{port}/1.jpg"]
    assert "certificate" in told["left_out"][0]["reason"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("folder", "nowhere", "out"), 2, "does not exist"),
        (("folder", "mine", "mine/out"), 2, "lies in mine"),
        (("folder", "empty", "out"), 1, "has no picture in it: check the path"),
        (("folder", "mine/black", "out"), 1, "or say --label"),
        (("csv", "wrong.csv", "out"), 1, 'wrong.csv line 1: it is "address,label"'),
        (("search", "bear", "out", "--label", "black", "--source", "bing"), 2, "inaturalist"),
        (("search", "bear", "out", "--label", "black", "--source", "keyed"), 2, "--endpoint"),
        (("search", "bear", "out", "--source", "openverse"), 2, "--label"),
        (("search", "bear", "out", "--label", "b", "--source", "keyed", "--endpoint", "https://x.org"), 2,
         "BEARWATCH_IMAGE_SEARCH_KEY"),
        (("search", "bear", "out", "--label", "b", "--source", "openverse", "--endpoint", "http://127.0.0.1:1"), 1,
         "Openverse: 127.0.0.1 is private"),
    ],
)  # fmt: skip
def test_wrong_use_is_told(here: Commands, tmp_path: Path, words: tuple[str, ...], code: int, says: str) -> None:
    pictures(tmp_path / "mine", black=1)
    (tmp_path / "empty").mkdir()
    here.file("wrong.csv", "address,label\n")
    told = here.run("model", "collect", *words)
    assert told.code == code, told.err
    assert says in " ".join(told.err.replace("│", " ").split())
    assert "Traceback" not in told.err
    assert not (tmp_path / "mine" / "out").exists()


def test_an_interrupted_command_keeps_what_it_has_and_the_next_one_goes_on(here: Commands, tmp_path: Path) -> None:
    at_once = threading.Event()

    def slow(to: BaseHTTPRequestHandler) -> None:
        """A byte a second until told otherwise: never so silent that the server is given up."""
        data = drawn(int(to.path[1:-4]))
        to.send_response(200)
        to.send_header("Content-Length", str(len(data)))
        to.end_headers()
        sent = 0
        with suppress(OSError):
            while not at_once.wait(1) and sent < len(data) - 1:
                to.wfile.write(data[sent : sent + 1])
                sent += 1
            to.wfile.write(data[sent:])

    answers: dict[str, Answer] = {f"/{n}.jpg": drawn(n) if n < 3 else slow for n in range(30)}
    with serving(answers) as server:
        lines = [f"{server.url}{path},black" for path in answers]
        here.file("list.csv", "\n".join(["url,label", *lines]) + "\n")
        words = ("model", "collect", "csv", "list.csv", "out", "--allow", server.place)
        command = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", *words],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not list((tmp_path / "out").rglob("*.jpg")) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.5)
        command.send_signal(signal.SIGINT)
        err = command.communicate(timeout=60)[1]
        kept = labels.read(tmp_path / "out")
        assert (command.returncode, 1 <= len(kept) <= 3) == (130, True)
        assert err.startswith(
            f"interrupted: {len(kept)} new pictures are in out; the same command goes on from there"
        )
        at_once.set()
        on = here.run(*words, "--json").document
        assert (on["held"], len(on["added"]), on["labels"]) == (len(kept), 30 - len(kept), {"black": 30})
        assert [asked.path for asked in server.asked].count("/0.jpg") == 1


def test_the_distance_of_the_command_is_the_one_that_was_measured() -> None:
    assert collecting.DISTANCE == likeness.DISTANCE
