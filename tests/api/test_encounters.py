"""The encounters over HTTP: the day's list, its mending, and who is shown nothing of it."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api import wiring
from rollout import matching
from tests.api.conftest import Place
from tests.api.test_watching import V1, post, shadowed


@pytest.fixture
def riley(place: Place) -> TestClient:
    return place.sign_in("riley")


def day(browser: TestClient, **query: str) -> dict[str, Any]:
    answer = browser.get(f"{V1}/encounters", params={"site": "camp", **query})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def kinds(told: dict[str, Any]) -> list[str]:
    return [item["kind"] for item in told["items"]]


def test_the_clock_proposes_what_is_one_and_what_nobody_counts_stands_apart(place: Place, riley: TestClient) -> None:
    early = (wiring.now() - timedelta(hours=2)).isoformat()
    place.hand_in(captured_at=early)
    place.work()
    seen = post(riley, "/sightings", site="camp", at=early)
    unsure = post(riley, "/sightings", site="camp", at=early, sure="unsure")
    assert sorted(kinds(day(riley))) == ["model_only", "people_only"]
    matching.keep(place.system.engine, now=wiring.now())
    told = day(riley)
    (one,) = told["items"]
    assert (one["kind"], one["told"]["id"], one["match"]["by"]) == ("both", seen["id"], None)
    assert (one["match"]["window_minutes"], told["window_minutes"]) == (30, 30)
    assert [item["id"] for item in told["unsure"]] == [unsure["id"]]


def test_a_day_in_site_time_holds_what_was_joined_with_words_picture_and_history(
    place: Place, riley: TestClient
) -> None:
    alert, seen = shadowed(place), post(riley, "/sightings", site="camp", spot="by the tents", sure="probable")
    visit = day(riley)["items"][0]["seen"]["visit"]
    told = post(riley, "/encounters/join", visit=visit, sighting=seen["id"], why="the same bear")
    again = riley.post(f"{V1}/encounters/join", json={"visit": visit, "sighting": seen["id"], "why": "once more"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:bearwatch:error:not-allowed-now")
    today = day(riley, day=str((wiring.now() + timedelta(hours=-7)).date()))
    (one,) = day(riley)["items"]
    assert today["since"].endswith(":00:00Z")
    assert (one["kind"], one["match"]["by"], one["match"]["why"]) == ("both", "riley", "the same bear")
    assert (one["told"]["spot"], one["told"]["sure"]) == ("by the tents", "probable")
    assert one["seen"]["alert"] == alert
    assert riley.get(one["seen"]["picture"]).headers["content-type"] == "image/jpeg"
    assert day(riley)["chance"] | {"days": 28} == {
        "days": 28, "sightings": 1, "joined": 1, "by_chance": 0, "share": 1.0, "share_by_chance": 0.0,
    }  # fmt: skip
    parted = post(riley, f"/encounters/{told['id']}/part", why="mine was brown")
    assert parted["apart"] is True
    late = riley.post(f"{V1}/encounters/{told['id']}/part", json={"why": "me too"})
    assert (late.status_code, "riley set them apart" in late.json()["detail"]) == (409, True)
    assert sorted(kinds(day(riley))) == ["model_only", "people_only"]
    history = riley.get(f"{V1}/encounters/{told['id']}/history").json()["items"]
    assert [(item["apart"], item["by"], item["ended_by"]) for item in history] == [
        (False, "riley", "riley"), (True, "riley", None),
    ]  # fmt: skip
    assert day(riley)["items"][0]["history"] == history


def test_no_reason_no_mending_and_an_auditor_is_told_why_not(place: Place, riley: TestClient) -> None:
    shadowed(place)
    seen = post(riley, "/sightings", site="camp")
    visit = day(riley)["items"][0]["seen"]["visit"]
    body = {"visit": visit, "sighting": seen["id"], "why": "  "}
    assert riley.post(f"{V1}/encounters/join", json=body).status_code == 422
    told = day(place.sign_in("audrey"))
    assert (told["may_mend"], "auditor" in told["mend_says"]) == (False, True)
    assert day(riley)["may_mend"] is True


@pytest.mark.parametrize("told", ["0001-01-01", "1700-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_refused(riley: TestClient, told: str) -> None:
    answer = riley.get(f"{V1}/encounters", params={"site": "camp", "day": told})
    assert (answer.status_code, "is no day" in answer.json()["detail"]) == (422, True)


def test_who_watches_blind_there_is_shown_nothing_of_it_and_changes_nothing(place: Place, riley: TestClient) -> None:
    shadowed(place)
    seen = post(riley, "/sightings", site="camp")
    visit = day(riley)["items"][0]["seen"]["visit"]
    rosa = place.sign_in("rosa")
    match = post(rosa, "/encounters/join", visit=visit, sighting=seen["id"], why="the same bear")["id"]
    watch = post(riley, "/watch-sessions", site="camp")
    reads = ["/encounters?site=camp", f"/encounters/{match}/history"]
    assert [riley.get(f"{V1}{path}").status_code for path in reads] == [404, 404]
    assert "blind" in riley.get(f"{V1}{reads[0]}").json()["detail"]
    writes = [(f"/encounters/{match}/part", {}), ("/encounters/join", {"visit": visit, "sighting": seen["id"]})]
    assert [riley.post(f"{V1}{path}", json={"why": "x", **body}).status_code for path, body in writes] == [404, 404]
    assert day(rosa)["items"][0]["match"]["id"] == match
    post(riley, f"/watch-sessions/{watch['id']}/end", told_otherwise=False)
    assert day(riley)["items"][0]["match"]["id"] == match
