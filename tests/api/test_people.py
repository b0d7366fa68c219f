"""Who may come in, and what each may do: deny by default."""

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import PASSWORD, Place

READS = ("/api/v1/me", "/api/v1/sites", "/api/v1/cameras", "/api/v1/alerts", "/api/v1/visits", "/api/v1/rules",
         "/api/v1/models", "/api/v1/people", "/api/v1/audit", "/api/v1/cap.atom")  # fmt: skip


@pytest.mark.parametrize("path", READS)
def test_nothing_is_read_without_signing_in(place: Place, path: str) -> None:
    answer = TestClient(place.door.app).get(path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_password_says_no_and_many_are_slowed(place: Place) -> None:
    browser = TestClient(place.door.app)
    codes = [
        browser.post("/api/v1/session", json={"name": "riley", "password": f"wrong {number}"}).status_code
        for number in range(9)
    ]
    assert codes == [401] * 8 + [429]
    right = browser.post("/api/v1/session", json={"name": "riley", "password": PASSWORD})
    assert right.status_code == 429


def test_the_cookie_is_for_the_browser_alone(place: Place) -> None:
    answer = TestClient(place.door.app).post("/api/v1/session", json={"name": "riley", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_write_from_a_foreign_page_is_refused(place: Place) -> None:
    browser = place.sign_in("riley")
    body = {"site": "camp", "reason": "drill"}
    assert browser.post("/api/v1/stop", json=body, headers={"Origin": "https://evil.example"}).status_code == 403
    assert browser.post("/api/v1/stop", json=body, headers={"Origin": "http://testserver"}).status_code == 200


def test_what_each_role_may_not_do(place: Place) -> None:
    rule = {"site": "camp", "stage": "off", "reason": "try"}
    refused = {
        ("audrey", "/api/v1/stop"): {"site": "camp", "reason": "try"},
        ("audrey", "/api/v1/rules"): rule,
        ("riley", "/api/v1/rules"): rule,
        ("sam", "/api/v1/rules"): rule,
        ("sam", "/api/v1/people"): {"name": "new", "role": "ranger"},
        ("elsa", "/api/v1/stop"): {"site": "camp", "reason": "not my site"},
    }
    for (name, path), body in refused.items():
        answer = place.sign_in(name).post(path, json=body)
        assert (name, path, answer.status_code) == (name, path, 403)
    assert place.sign_in("riley").get("/api/v1/people").status_code == 403
    assert place.sign_in("audrey").get("/api/v1/people").status_code == 200


def test_a_person_of_one_site_sees_no_other(place: Place) -> None:
    browser = place.sign_in("elsa")
    assert [site["id"] for site in browser.get("/api/v1/sites").json()["items"]] == ["other"]
    assert [camera["id"] for camera in browser.get("/api/v1/cameras").json()["items"]] == ["ridge"]
    assert browser.get("/api/v1/cameras/creek/latest.jpg").status_code == 404
    assert browser.get("/api/v1/alerts?site=camp").status_code == 404


def test_a_sensitive_position_is_exact_for_rangers_alone(place: Place) -> None:
    def latitude(name: str) -> float:
        items = place.sign_in(name).get("/api/v1/sites").json()["items"]
        return float(next(site["latitude"] for site in items if site["id"] == "camp"))

    assert latitude("riley") == 44.123456
    assert latitude("audrey") == 44.12


def test_an_invited_person_must_set_a_password_first(place: Place) -> None:
    invitation = place.sign_in("ada").post("/api/v1/people", json={"name": "nora", "role": "ranger"}).json()
    browser = TestClient(place.door.app)
    browser.post("/api/v1/session", json={"name": "nora", "password": invitation["first_password"]})
    assert browser.get("/api/v1/me").json()["must_change"]
    assert browser.get("/api/v1/alerts").status_code == 403
    told = {"old": invitation["first_password"], "new": "quite another one"}
    assert browser.post("/api/v1/me/password", json=told).status_code == 200
    assert browser.get("/api/v1/me").status_code == 401
    browser.post("/api/v1/session", json={"name": "nora", "password": "quite another one"})
    assert browser.get("/api/v1/alerts").status_code == 200


def test_a_revoked_person_is_out_at_once(place: Place) -> None:
    browser = place.sign_in("riley")
    assert place.sign_in("ada").post("/api/v1/people/riley/revoke").status_code == 200
    assert browser.get("/api/v1/me").status_code == 401


def test_signing_out_ends_the_sign_in_itself(place: Place) -> None:
    browser = place.sign_in("riley")
    cookie = browser.cookies["bearwatch_session"]
    browser.post("/api/v1/session/end")
    stolen = TestClient(place.door.app, cookies={"bearwatch_session": cookie})
    assert stolen.get("/api/v1/me").status_code == 401


def test_the_sign_in_page_leads_back_and_never_elsewhere(place: Place) -> None:
    browser = TestClient(place.door.app, follow_redirects=False)
    form = {"name": "riley", "password": PASSWORD, "next": "/review?alert=1"}
    assert browser.post("/sign-in", data=form).headers["location"] == "/review?alert=1"
    form["next"] = "//evil.example/"
    assert browser.post("/sign-in", data=form).headers["location"] == "/"
    wrong = browser.post("/sign-in", data={"name": "<b>", "password": "no"})
    assert wrong.status_code == 401
    assert "<b>" not in wrong.text
