"""Who may come in, and what each may do: deny by default."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from fastapi.testclient import TestClient

from api import auth, wiring
from rollout import stops
from store import people
from store.errors import NameUnfit
from store.session import transaction
from store.vocabulary import Role
from tests.api.conftest import PASSWORD, QUICK, Place

READS = ("/api/v1/me", "/api/v1/sites", "/api/v1/cameras", "/api/v1/alerts", "/api/v1/visits", "/api/v1/rules",
         "/api/v1/models", "/api/v1/users", "/api/v1/audit", "/api/v1/cap.atom")  # fmt: skip


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


def test_a_stranger_who_guesses_locks_nobody_out(place: Place) -> None:
    stranger = TestClient(place.door.app, client=("203.0.113.9", 50000))
    for number in range(20):
        stranger.post("/api/v1/session", json={"name": "riley", "password": f"wrong {number}"})
    told = {"name": "riley", "password": PASSWORD}
    assert stranger.post("/api/v1/session", json=told).status_code == 429
    assert TestClient(place.door.app).post("/api/v1/session", json=told).status_code == 200
    auth.check_password(place.system.engine, **told, now=wiring.now())


def test_a_right_password_counts_for_nothing_against_its_owner(place: Place) -> None:
    for _ in range(12):
        place.sign_in("riley")


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(place: Place) -> None:
    def guess(number: int) -> int:
        told = {"name": "riley", "password": f"wrong {number}"}
        return TestClient(place.door.app).post("/api/v1/session", json=told).status_code

    with ThreadPoolExecutor(12) as pool:
        codes = sorted(pool.map(guess, range(12)))
    assert codes == [401] * 8 + [429] * 4


def test_a_password_that_is_being_checked_holds_up_nobody_who_writes(place: Place) -> None:
    slow = PasswordHasher(time_cost=40).hash(PASSWORD)
    with transaction(place.system.engine) as session:
        people.get(session, "riley").password_hash = slow
    begun = time.monotonic()
    signing_in = threading.Thread(target=place.sign_in, args=("riley",))
    signing_in.start()
    longest = 0.0
    while signing_in.is_alive():
        asked = time.monotonic()
        with transaction(place.system.engine) as session:
            people.failures(session, since=wiring.now())
        longest = max(longest, time.monotonic() - asked)
        time.sleep(0.01)
    assert longest < (time.monotonic() - begun) / 2


def test_a_name_that_nobody_has_costs_what_a_kept_password_costs_to_check() -> None:
    assert extract_parameters(auth.NOBODY) == extract_parameters(auth.hashed(PASSWORD))
    with pytest.raises(VerifyMismatchError):
        auth.HASHER.verify(auth.NOBODY, PASSWORD)


def test_an_auditor_of_one_site_reads_of_no_other(place: Place) -> None:
    place.trial("camp")
    with transaction(place.system.engine) as session:
        stops.stop(session, "other", by="ada", reason="drill at the other", now=wiring.now())
    with transaction(place.system.engine) as session:
        for name, site in (("olga", "other"), ("carl", "camp")):
            kept = QUICK.hash(PASSWORD)
            auth.add_person(
                session, name=name, role=Role.AUDITOR, sites=[site], password_hash=kept, must_change=False, by="ada",
                now=wiring.now(),
            )  # fmt: skip
    olga = place.sign_in("olga")
    names = {person["name"] for person in olga.get("/api/v1/users").json()["items"]}
    assert "carl" not in names
    assert {"olga", "elsa", "ada"} <= names
    told = olga.get("/api/v1/audit?limit=500").text
    assert '"camp"' not in told and "carl" not in told and "creek" not in told
    assert "olga is auditor" in told and "drill at the other" in told
    stages = {name for model in olga.get("/api/v1/models").json()["models"] for name in model["stage_by_site"]}
    assert stages == {"other"}


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
        ("sam", "/api/v1/users"): {"name": "new", "role": "ranger"},
        ("elsa", "/api/v1/stop"): {"site": "camp", "reason": "not my site"},
    }
    for (name, path), body in refused.items():
        answer = place.sign_in(name).post(path, json=body)
        assert (name, path, answer.status_code) == (name, path, 403)
    assert place.sign_in("riley").get("/api/v1/users").status_code == 403
    assert place.sign_in("audrey").get("/api/v1/users").status_code == 200


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
    invitation = place.sign_in("ada").post("/api/v1/users", json={"name": "nora", "role": "ranger"}).json()
    browser = TestClient(place.door.app)
    browser.post("/api/v1/session", json={"name": "nora", "password": invitation["first_password"]})
    assert browser.get("/api/v1/me").json()["must_change"]
    assert browser.get("/api/v1/alerts").status_code == 403
    told = {"old": invitation["first_password"], "new": "quite another one"}
    assert browser.post("/api/v1/me/password", json=told).status_code == 200
    assert browser.get("/api/v1/me").status_code == 401
    browser.post("/api/v1/session", json={"name": "nora", "password": "quite another one"})
    assert browser.get("/api/v1/alerts").status_code == 200


def test_the_page_for_an_own_password_says_why_and_leads_on(place: Place) -> None:
    invitation = place.sign_in("ada").post("/api/v1/users", json={"name": "nora", "role": "ranger"}).json()
    browser = TestClient(place.door.app, follow_redirects=False)
    away = browser.get("/password?next=/wall").headers["location"]
    form = {"name": "nora", "password": invitation["first_password"], "next": unquote(away.split("next=")[1])}
    assert browser.post("/sign-in", data=form).headers["location"] == "/password?next=/wall"
    page = browser.get("/password?next=/wall").text
    assert "made by somebody else" in page
    told = {"old": invitation["first_password"], "new": "quite another one", "again": "quite another on"}
    assert "differ" in browser.post("/password", data=told | {"next": "/wall"}).text
    first, told["again"] = browser.cookies["bearwatch_session"], told["new"]
    done = browser.post("/password", data=told | {"next": "/wall"})
    assert (done.status_code, done.headers["location"]) == (303, "/wall")
    assert browser.get("/api/v1/alerts").status_code == 200
    assert TestClient(place.door.app, cookies={"bearwatch_session": first}).get("/api/v1/me").status_code == 401
    assert "made by somebody else" not in browser.get("/password").text


def test_a_revoked_person_is_out_at_once(place: Place) -> None:
    browser = place.sign_in("riley")
    assert place.sign_in("ada").post("/api/v1/users/riley/revoke").status_code == 200
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


@pytest.mark.parametrize("name", ["", " ann", "a/b", "a:b", "x" * 81])
def test_a_name_that_no_address_can_hold_is_refused_at_every_door(place: Place, name: str) -> None:
    assert place.sign_in("ada").post("/api/v1/users", json={"name": name, "role": "ranger"}).status_code == 422
    with pytest.raises(NameUnfit), transaction(place.system.engine) as session:
        auth.add_person(
            session, name=name, role=Role.RANGER, sites=[], password_hash="x", must_change=True, by="command line",
            now=wiring.now(),
        )  # fmt: skip
