"""The manual watch over HTTP: a phone tells it, twice if it must, and who watches blind sees nothing of the model."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api import ticking, wiring
from rollout import matching
from tests.api.conftest import Place
from tests.api.test_alerts import pending

V1 = "/api/v1"


@pytest.fixture
def riley(place: Place) -> TestClient:
    return place.sign_in("riley")


def post(browser: TestClient, path: str, **body: object) -> dict[str, object]:
    answer = browser.post(f"{V1}{path}", json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


def test_a_watch_from_start_to_end_counts_and_what_is_sent_twice_is_there_once(
    place: Place, riley: TestClient
) -> None:
    for _ in range(2):
        watch = post(riley, "/watch-sessions", site="camp", key="phone-0001")
        seen = post(riley, "/sightings", site="camp", bears=2, sure="probable", key="phone-0002")
        did = post(riley, "/responses", sighting=seen["id"], did="warned", at="2026-11-20T03:00:00Z")
    listed = place.sign_in("audrey").get(f"{V1}/watch-sessions").json()
    assert (len(listed["items"]), listed["mine"]) == (1, None)
    assert riley.get(f"{V1}/watch-sessions").json()["mine"]["id"] == watch["id"]
    assert (seen["session"], did["person"]) == (watch["id"], "riley")
    path = f"{V1}/watch-sessions/{watch['id']}/end"
    asked = riley.post(path, json={})
    assert (asked.status_code, asked.json()["type"]) == (422, "urn:bearwatch:error:watch-log-malformed")
    ended = post(riley, f"/watch-sessions/{watch['id']}/end", told_otherwise=False)
    assert (ended["counts"], ended["doubts"], ended["sightings"]) == (True, [], 1)
    for name in ("watch-sessions", "sightings", "responses"):
        assert len(riley.get(f"{V1}/{name}").json()["items"]) == 1


def test_pages_follow_each_other(riley: TestClient) -> None:
    for number in range(3):
        post(riley, "/sightings", site="camp", key=f"phone-000{number}")
    first = riley.get(f"{V1}/sightings", params={"limit": 2}).json()
    rest = riley.get(f"{V1}/sightings", params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] is None


def test_what_cannot_have_been_is_refused_in_words(riley: TestClient) -> None:
    future = (wiring.now() + timedelta(hours=1)).isoformat()
    answer = riley.post(f"{V1}/sightings", json={"site": "camp", "at": future})
    assert (answer.status_code, "in the future" in answer.json()["detail"]) == (422, True)
    assert riley.post(f"{V1}/sightings", json={"site": "camp", "at": "2026-11-20T03:00"}).status_code == 422


@pytest.mark.parametrize("at", ["0001-01-01T06:00:00Z", "0001-01-01T00:00:00+14:00", "0026-11-24T20:00:00Z"])
def test_a_year_that_nobody_means_is_refused_and_stops_no_duty(place: Place, riley: TestClient, at: str) -> None:
    seen = post(riley, "/sightings", site="camp")
    for path, told in (
        ("sightings", {"site": "camp"}), ("responses", {"sighting": seen["id"], "did": "nothing"}),
    ):  # fmt: skip
        answer = riley.post(f"{V1}/{path}", json={**told, "at": at})
        assert (answer.status_code, "look at the time" in answer.json()["detail"]) == (422, True), path
    for told in ({"started_at": at}, {"started_at": at, "ended_at": at, "told_otherwise": False}):
        assert riley.post(f"{V1}/watch-sessions", json={"site": "camp", **told}).status_code == 422
    matching.keep(place.system.engine, now=wiring.now())


def shadowed(place: Place) -> int:
    """A bear at the camp in shadow: on record, told to nobody."""
    place.hand_in()
    place.work()
    (alert,) = place.sign_in("ada").get(f"{V1}/alerts").json()["items"]
    assert alert["stage"] == "shadow"
    return int(alert["id"])


def test_who_watches_blind_sees_nothing_that_the_model_saw_there_and_everybody_else_does(
    place: Place, riley: TestClient
) -> None:
    alert, rosa = shadowed(place), place.sign_in("rosa")
    frame = next(n for n in range(1, 9) if rosa.get(f"{V1}/frames/{n}/decision").status_code == 200)
    paths = [f"/alerts/{alert}", f"/alerts/{alert}/picture.jpg", f"/frames/{frame}/decision", "/uploads/1"]

    def sees(browser: TestClient) -> tuple[object, ...]:
        camera = browser.get(f"{V1}/cameras/creek").json()
        (listed,) = browser.get(f"{V1}/cameras", params={"site": "camp"}).json()["items"]
        assert listed["possible_bear"] == camera["possible_bear"]
        lists = [len(browser.get(f"{V1}/{name}").json()["items"]) > 0 for name in ("alerts", "visits", "decisions")]
        return (*lists, camera["possible_bear"], *(browser.get(f"{V1}{path}").status_code == 200 for path in paths))

    assert all(sees(riley))
    watch = post(riley, "/watch-sessions", site="camp")
    assert not any(sees(riley))
    assert riley.get(f"{V1}/cameras/creek").json()["watched_blind"] is True
    assert riley.post(f"{V1}/alerts/{alert}/review", json={"verdict": "unsure"}).status_code == 404
    assert all(sees(rosa))
    post(riley, f"/watch-sessions/{watch['id']}/end", told_otherwise=False)
    assert all(sees(riley))


def test_a_request_to_confirm_reaches_whoever_watches_blind_too_and_takes_the_hours_from_the_evidence(
    place: Place, riley: TestClient
) -> None:
    watch = post(riley, "/watch-sessions", site="camp")
    alert = pending(place)
    assert [item["id"] for item in riley.get(f"{V1}/alerts").json()["items"]] == [alert["id"]]
    assert riley.get(f"{V1}/alerts/{alert['id']}/picture.jpg").status_code == 200
    ended = post(riley, f"/watch-sessions/{watch['id']}/end", told_otherwise=False)
    assert (ended["counts"], [one["doubt"] for one in ended["doubts"]]) == (False, ["asked_meanwhile"])


def test_a_blind_watch_in_the_field_under_a_trial_rule_says_that_its_hours_are_no_evidence(
    place: Place, riley: TestClient
) -> None:
    place.trial()
    watch = post(riley, "/watch-sessions", site="camp")
    ended = post(riley, f"/watch-sessions/{watch['id']}/end", told_otherwise=False)
    assert (ended["counts"], ended["doubts"], ended["told_hours"] > 0) == (False, [], True)


def test_the_clock_closes_what_nobody_ended(place: Place, riley: TestClient) -> None:
    post(riley, "/watch-sessions", site="camp")
    ticking.keep_watches(place.system, wiring.now() + timedelta(hours=12))
    (item,) = riley.get(f"{V1}/watch-sessions").json()["items"]
    assert (item["counts"], [one["doubt"] for one in item["doubts"]]) == (False, ["no_end"])
