"""What many viewers, large files and long use may take: never the thread that answers stop, nor the whole disk."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import event

from api import cache, shown
from api.limits import Memory, Places
from api.main import VIEWERS, make_app
from ingest.watcher import write_latest
from store import alerts
from store.errors import TooMany
from store.session import Engine, reading
from store.vocabulary import Verdict
from tests.api.conftest import Place
from tests.ingest.drawings import encoded, landscape
from tests.rollout.scenes import trial


def viewers_of(place: Place) -> Places:
    app = place.door.app
    assert isinstance(app, FastAPI)
    found: Places = app.state.viewers
    return found


def test_a_live_picture_beyond_the_most_is_refused_in_words_and_a_place_comes_free(place: Place) -> None:
    write_latest(place.system.data_dir, "creek", encoded(landscape(64, 48)))
    riley, viewers = place.sign_in("riley"), viewers_of(place)
    leave = [viewers.enter() for _ in range(VIEWERS)]
    refused = riley.get("/api/v1/cameras/creek/live.mjpg")
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:bearwatch:error:too-many")
    assert int(refused.headers["retry-after"]) > 0
    assert riley.post("/api/v1/stop", json={"site": "camp", "reason": "a drill"}).status_code == 200
    leave[0]()
    viewers.enter()


def test_a_place_whose_holder_never_left_is_free_after_its_time() -> None:
    places = Places(1, lasts_s=0.2, what="viewers")
    places.enter()
    with pytest.raises(TooMany):
        places.enter()
    time.sleep(0.3)
    places.enter()


def test_many_small_uploads_are_in_memory_together_and_a_large_one_waits_its_turn() -> None:
    memory = Memory(100)
    with memory.of(40), memory.of(40), pytest.raises(TooMany), memory.of(40):
        pass
    with memory.of(1000):
        pass


@contextmanager
def served(place: Place) -> Iterator[int]:
    """The API on a real port."""
    server = uvicorn.Server(uvicorn.Config(make_app(place.system), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("path", ["/api/v1/frames", "/api/v1/classify"])
def test_whoever_is_not_known_is_refused_before_the_file_is_sent(place: Place, path: str) -> None:
    with served(place) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as caller:
        caller.sendall(
            f"POST {path} HTTP/1.1\r\nHost: bear\r\nAuthorization: Bearer wrong\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n--b\r\n".encode()
        )
        assert caller.recv(100).startswith(b"HTTP/1.1 401")


def test_the_least_recently_shown_goes_first_and_what_is_being_shown_stays(tmp_path: Path) -> None:
    for number, age_s in enumerate((900, 800, 700, 0)):
        file = tmp_path / "pictures" / f"{number}.jpg"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(bytes(1000))
        os.utime(file, (time.time() - age_s, time.time() - 900))
    assert cache.shown(tmp_path / "pictures" / "0.jpg")
    assert cache.prune(tmp_path, 3000) == 1
    assert sorted(path.name for path in tmp_path.rglob("*.jpg")) == ["0.jpg", "2.jpg", "3.jpg"]
    assert cache.prune(tmp_path, 0) == 1
    assert sorted(path.name for path in tmp_path.rglob("*.jpg")) == ["0.jpg", "3.jpg"]


def test_a_list_of_alerts_asks_the_database_no_more_for_many_than_for_one(engine: Engine, tmp_path: Path) -> None:
    scene = trial(engine, tmp_path)
    for verdict in (Verdict.BEAR, Verdict.NOT_BEAR, Verdict.UNSURE):
        alert = scene.see_a_bear()
        scene.claim(alert)
        scene.answer(alert, verdict)
    asked: list[str] = []
    with reading(engine) as session:
        rows = alerts.page(session, states=(), sites=None, cursor=None, limit=9)
        event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        (one,) = shown.alerts(session, rows[:1], now=scene.now)
        few = len(asked)
        many = shown.alerts(session, rows, now=scene.now)
    assert (len(many), len(asked) - few) == (3, few)
    assert one == many[0]
    assert [told.verdict for told in many] == [Verdict.UNSURE, Verdict.NOT_BEAR, Verdict.BEAR]
    assert [told.says for told in many[2].timeline if told.who == "riley"] == ["looks at it", "a bear"]
