"""Rules and the kill switch over HTTP."""

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient

from api import auth, wiring
from store.session import transaction
from store.vocabulary import Role
from tests.api.conftest import PASSWORD, QUICK, Place


def trial(place: Place) -> dict[str, object]:
    """A proposal of a trial, as the contract's rule.toml has it."""
    return {
        "site": "camp", "model": "default", "stage": "trial", "cameras": ["creek"], "hours": ["20:00-06:00"],
        "last_day": (wiring.now() + timedelta(days=7)).date().isoformat(), "reason": "bears come at night",
        "override": {"reason": "bear in camp"}, "answers": {"if_it_worked_really_well": "rangers sleep"},
    }  # fmt: skip


def test_widening_needs_a_second_person(place: Place) -> None:
    ada, sam = place.sign_in("ada"), place.sign_in("sam")
    proposed = ada.post("/api/v1/rules", json=trial(place)).json()
    assert (proposed["state"], proposed["widens"]) == ("proposed", True)
    assert [item["what"] for item in proposed["missing"]] == ["people"]
    again = ada.post(f"/api/v1/rules/{proposed['rule']}/approve")
    assert again.status_code == 409
    approved = sam.post(f"/api/v1/rules/{proposed['rule']}/approve").json()
    assert (approved["state"], approved["protected"]) == ("in_force", True)
    assert len(approved["approvals"]) == 2


def test_without_the_override_the_exit_checklist_is_missing(place: Place) -> None:
    body = trial(place)
    del body["override"]
    proposed = place.sign_in("ada").post("/api/v1/rules", json=body).json()
    assert any("exit checklist" in item["what"] for item in proposed["missing"])
    assert place.sign_in("sam").post(f"/api/v1/rules/{proposed['rule']}/approve").status_code == 409


def test_narrowing_is_in_force_at_once_and_says_so(place: Place) -> None:
    place.trial()
    ada = place.sign_in("ada")
    narrowed = ada.post("/api/v1/rules", json={"site": "camp", "stage": "shadow", "reason": "too many squirrels"})
    assert narrowed.json()["state"] == "in_force"
    site = next(site for site in ada.get("/api/v1/sites").json()["items"] if site["id"] == "camp")
    assert site["watch_needed"]
    assert "NOT protected" in site["protected_says"]
    place.sign_in("riley").post("/api/v1/sites/camp/watch-accept")
    site = next(site for site in ada.get("/api/v1/sites").json()["items"] if site["id"] == "camp")
    assert not site["watch_needed"]
    assert "riley" in site["protected_says"]


def test_a_wrong_field_is_named(place: Place) -> None:
    answer = place.sign_in("ada").post("/api/v1/rules", json=trial(place) | {"stage": "lively"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:bearwatch:error:rule-malformed")
    assert "stage" in answer.json()["detail"]


def test_anybody_on_duty_may_stop_and_two_people_lift(place: Place) -> None:
    place.trial()
    riley, sam, ada = (place.sign_in(name) for name in ("riley", "sam", "ada"))
    assert riley.post("/api/v1/stop", json={"site": "camp"}).json()["reason"] == "no reason given"
    stopped = riley.post("/api/v1/stop", json={"site": "camp", "reason": "alerts are wrong"}).json()
    assert stopped["stopped"] == ["camp"]
    assert riley.post("/api/v1/stop", json={"site": "camp", "lift": True}).status_code == 403
    assert sam.post("/api/v1/stop", json={"site": "camp", "lift": True}).json()["waits_for"]
    assert sam.post("/api/v1/stop", json={"site": "camp", "lift": True}).status_code == 409
    assert ada.post("/api/v1/stop", json={"site": "camp", "lift": True}).json()["lifted"]


def test_a_lift_that_waits_names_who_asked_and_the_gap_who_watches(place: Place) -> None:
    place.trial()
    riley, sam = place.sign_in("riley"), place.sign_in("sam")

    def camp() -> dict[str, Any]:
        items = riley.get("/api/v1/sites").json()["items"]
        return next(dict(site) for site in items if site["id"] == "camp")

    assert (camp()["own_stop"], camp()["lift_asked"], camp()["gap"]) == (False, None, None)
    riley.post("/api/v1/stop", json={"site": "camp", "reason": "drill"})
    assert (camp()["own_stop"], camp()["lift_asked"], camp()["gap"]["taken_by"]) == (True, None, None)
    assert camp()["gap"]["cause"] == "stopped by riley: drill"
    riley.post("/api/v1/sites/camp/watch-accept")
    sam.post("/api/v1/stop", json={"site": "camp", "lift": True})
    assert (camp()["lift_asked"]["by"], camp()["gap"]["taken_by"]) == ("sam", "riley")


def test_a_lift_of_all_sites_that_waits_names_who_asked(place: Place) -> None:
    riley, sam = place.sign_in("riley"), place.sign_in("sam")
    riley.post("/api/v1/stop", json={"reason": "drill"})
    assert riley.get("/api/v1/sites").json()["all_lift_asked"] is None
    sam.post("/api/v1/stop", json={"lift": True})
    page = riley.get("/api/v1/sites").json()
    assert page["all_lift_asked"]["by"] == "sam"
    assert {site["own_stop"] for site in page["items"]} == {False}


def test_the_whole_park_is_stopped_with_no_site_named(place: Place) -> None:
    riley = place.sign_in("riley")
    assert riley.post("/api/v1/stop", json={"reason": "drill"}).json()["stopped"] == ["camp", "other"]
    assert riley.get("/api/v1/sites").json()["all_stopped"]


def test_every_change_is_in_the_audit_chain(place: Place) -> None:
    place.trial()
    entries = place.sign_in("audrey").get("/api/v1/audit").json()["items"]
    actions = [entry["action"] for entry in entries]
    assert {"rule.proposed", "rule.approved", "rule.in_force", "person.added", "park.applied"} <= set(actions)
    assert [entry["number"] for entry in entries] == sorted((entry["number"] for entry in entries), reverse=True)


def test_a_supervisor_of_another_site_sees_what_waits_and_may_be_the_second_person(place: Place) -> None:
    person(place, "olaf", Role.SUPERVISOR, ["other"])
    proposed = place.sign_in("ada").post("/api/v1/rules", json=trial(place)).json()
    olaf = place.sign_in("olaf")
    assert [rule["rule"] for rule in olaf.get("/api/v1/rules?site=camp").json()["items"]] == [proposed["rule"]]
    assert olaf.get(f"/api/v1/rules/{proposed['rule']}").json()["says"].startswith("trial: cameras creek")
    assert olaf.post(f"/api/v1/rules/{proposed['rule']}/approve").json()["state"] == "in_force"
    assert olaf.get(f"/api/v1/rules/{proposed['rule']}").status_code == 404


def test_an_account_that_the_proposer_invited_is_not_the_second_person(place: Place) -> None:
    ada = place.sign_in("ada")
    first = ada.post("/api/v1/users", json={"name": "puppet", "role": "supervisor"}).json()["first_password"]
    puppet = TestClient(place.door.app)
    puppet.post("/api/v1/session", json={"name": "puppet", "password": first})
    puppet.post("/api/v1/me/password", json={"old": first, "new": PASSWORD})
    proposed = ada.post("/api/v1/rules", json=trial(place)).json()
    answer = place.sign_in("puppet").post(f"/api/v1/rules/{proposed['rule']}/approve")
    assert (answer.status_code, "ada added puppet" in answer.json()["detail"]) == (409, True)


def person(place: Place, name: str, role: Role, sites: list[str]) -> None:
    """Somebody more, added at the machine."""
    with transaction(place.system.engine) as session:
        auth.add_person(
            session, name=name, role=role, sites=sites, password_hash=QUICK.hash(PASSWORD), must_change=False,
            by="test", now=wiring.now(),
        )  # fmt: skip
