"""The desk watch over HTTP, and the page of the watch that works without a network."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from api import wiring
from ingest.timelapse import EVERY, HOUR
from store import tables, timelapse
from store.session import transaction
from tests.api.conftest import Place
from tests.api.test_alerts import pending
from tests.api.test_watching import V1, post


@pytest.fixture
def riley(place: Place) -> TestClient:
    return place.sign_in("riley")


def recorded(place: Place, *, pictures: int = 3) -> tuple[int, datetime]:
    """A drawn hour of yesterday with a few pictures at its beginning."""
    begins = wiring.now().replace(minute=0, second=0, microsecond=0) - 24 * HOUR
    with transaction(place.system.engine) as session:
        row = tables.DrawnHour(camera_id="creek", begins_at=begins, drawn_at=begins - HOUR, probability=0.5, seed=1)
        session.add(row)
        session.flush()
        for number in range(pictures):
            timelapse.keep(session, row.id, taken_at=begins + number * EVERY, sha256=f"{number}", size_bytes=1)
        return row.id, begins


def test_a_recorded_hour_is_given_played_pressed_and_done(place: Place, riley: TestClient) -> None:
    hour, begins = recorded(place)
    watch = post(riley, "/watch-sessions", site="camp", place="desk")
    given = post(riley, f"/watch-sessions/{watch['id']}/hours")
    assert isinstance(given["hour"], dict)
    assert (given["hour"]["hour"], given["hour"]["probability"], given["left"], given["fastest"]) == (hour, 1, 0, 120)
    shown = [one["id"] for one in given["hour"]["lapse"]["items"]]
    at = (begins + EVERY).isoformat()
    seen = post(riley, "/sightings", site="camp", hour=hour, at=at, key="desk-0001")
    assert (seen["session"], seen["camera"], seen["source"]) == (watch["id"], "creek", "desk")
    path = f"{V1}/watch-sessions/{watch['id']}/hours/{hour}/done"
    assert riley.post(path, json={"shown": shown[:2]}).status_code == 409
    told = post(riley, f"/watch-sessions/{watch['id']}/hours/{hour}/done", shown=shown)
    assert (told["done"], told["minutes"]) == (True, 0.3)
    ended = post(riley, f"/watch-sessions/{watch['id']}/end", told_otherwise=False)
    assert (ended["counts"], ended["recorded_hours"], ended["sightings"]) == (True, 1, 1)
    for name, code in (("elsa", 404), ("audrey", 403)):
        assert place.sign_in(name).post(path, json={"shown": shown}).status_code == code


def test_while_somebody_looks_at_recorded_hours_alerts_that_are_over_are_hidden_from_them_and_open_ones_never(
    place: Place, riley: TestClient
) -> None:
    alert = pending(place)
    over = f"{V1}/alerts/{alert['id']}"
    post(riley, "/watch-sessions", site="camp", place="desk")
    assert riley.get(over).status_code == 200
    place.sign_in("rosa").post(f"{over}/review", json={"verdict": "bear"})
    assert (riley.get(over).status_code, riley.get(f"{V1}/alerts").json()["items"]) == (404, [])
    assert place.sign_in("rosa").get(over).status_code == 200


def test_a_watch_that_is_over_is_told_whole_and_what_was_done_is_asked_by_its_cause(riley: TestClient) -> None:
    now = wiring.now()
    since, until = ((now - timedelta(hours=ago)).isoformat() for ago in (30, 28))
    told = {"site": "camp", "mode": "routine", "started_at": since, "ended_at": until, "key": "phone-0001"}
    assert post(riley, "/watch-sessions", **told)["id"] == post(riley, "/watch-sessions", **told)["id"]
    seen = [post(riley, "/sightings", site="camp", key=f"phone-000{number}") for number in (2, 3)]
    for one in seen:
        post(riley, "/responses", sighting=one["id"], did="warned", at=until)
    items = riley.get(f"{V1}/responses", params={"sighting": seen[0]["id"]}).json()["items"]
    assert [item["sighting"] for item in items] == [seen[0]["id"]]


def test_the_page_without_a_network_holds_no_data_and_runs_only_its_own_script(place: Place) -> None:
    page = place.door.get("/watch")
    policy = page.headers["content-security-policy"]
    assert (page.status_code, "default-src 'none'" in policy, "unsafe" in policy) == (200, True, False)
    named = set(re.findall(r'(?:href|src)="(/[^"]+)"', page.text))
    assert {"/watch/page.css", "/watch/page.js"} <= named
    assert not re.search(r"https?://|<script>|style=| on\w+=", page.text)
    for path in ("/watch/page.css", "/watch/page.js", "/watch-worker.js"):
        answer = place.door.get(path)
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
    assert re.search(r"bearwatch-watch-[0-9a-f]{16}", place.door.get("/watch-worker.js").text)
