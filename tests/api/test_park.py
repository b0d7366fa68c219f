"""The park over HTTP, probes, and what is not there."""

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Place


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/Review", "/.env", "/api", "/healthz"])
def test_unknown_paths_are_404_and_no_page(place: Place, path: str) -> None:
    answer = place.sign_in("riley").get(path)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:bearwatch:error:not-found")


def test_probes_say_what_is_alive_and_what_is_ready(place: Place) -> None:
    assert place.door.get("/health").json() == {"status": "alive"}
    ready = place.door.get("/ready").json()
    assert [check["name"] for check in ready["checks"]] == ["database", "queue", "model", "disk"]
    assert "bearwatch_queue_frames 0.0" in place.door.get("/metrics").text


def test_a_process_that_never_ran_is_a_fault_that_every_page_can_show(place: Place) -> None:
    faults = place.sign_in("riley").get("/api/v1/sites").json()["faults"]
    assert any("work" in fault for fault in faults)


def test_a_camera_says_when_it_was_last_heard_of(place: Place) -> None:
    riley = place.sign_in("riley")
    before = riley.get("/api/v1/cameras/creek").json()
    assert (before["health"], before["picture"]) == ("never_seen", None)
    place.hand_in()
    place.work()
    after = riley.get("/api/v1/cameras/creek").json()
    assert (after["health"], after["possible_bear"]) == ("alive", True)
    assert riley.get(after["picture"]).content.startswith(b"\xff\xd8")


def test_visits_are_listed_with_their_alerts(place: Place) -> None:
    place.hand_in()
    place.work()
    visit = place.sign_in("riley").get("/api/v1/visits?site=camp").json()["items"][0]
    assert (visit["label"], visit["bear"], visit["frames"]) == ("bear", True, 1)
    assert len(visit["alerts"]) == 1


def test_an_upload_is_classified_without_being_kept(place: Place) -> None:
    from ingest import footage
    from ingest.sources import shot_of

    riley = place.sign_in("riley")
    data = shot_of(footage.render("creek", 12, seed=3), 0).picture
    told = riley.post("/api/v1/classify", files={"file": ("bear.jpg", data)}).json()
    assert (told["label"], told["bear"], told["error"]) == ("bear", True, None)
    assert told["model_name"] == "demo-scenery"
    assert sum(told["probabilities"].values()) == pytest.approx(1)
    broken = riley.post("/api/v1/classify", files={"file": ("x.jpg", b"no picture")}).json()
    assert broken["error"]["type"]
    assert riley.get("/api/v1/visits").json()["items"] == []


def test_models_say_where_they_are_at_work(place: Place) -> None:
    models = place.sign_in("riley").get("/api/v1/models").json()["models"]
    assert models[0]["default"]
    assert models[0]["stage_by_site"] == {"camp": "shadow", "other": "shadow"}


def test_an_error_that_nobody_foresaw_is_a_problem_document_that_tells_nothing_inside(place: Place) -> None:
    riley = place.sign_in("riley")
    with place.system.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE process_beat")
    careful = TestClient(place.door.app, raise_server_exceptions=False, cookies=riley.cookies)
    answer = careful.get("/api/v1/sites")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["type"] == "urn:bearwatch:error:unforeseen"
    assert "process_beat" not in answer.text
