"""Alarms and references over HTTP: who sees them, who answers for them, and what stands on every page."""

from datetime import timedelta

from api import park_file, wiring
from rollout import alarms, parks
from store import park, reports, tables
from store.session import transaction
from tests.api.conftest import PARK, Place

V1 = "/api/v1"


def alarmed(place: Place, site: str = "camp") -> int:
    """A report of a site alarms; gives the alarm."""
    now = wiring.now()
    with transaction(place.system.engine) as session:
        row = reports.keep(
            session, site, "2026-W47", verdict="alarm_down", body={"reason": "the ratio 0.30 is half the reference"},
            inputs="0", as_of=now, now=now,
        )  # fmt: skip
        opened = alarms.of_report(session, row, now=now)
        assert opened is not None
        return opened.id


def proposed(place: Place, *, by: int = 5) -> int:
    """A ratio of the camp that waits for a second person."""
    with transaction(place.system.engine) as session:
        row = tables.ReferenceRatio(
            site_id="camp", ratio=2.0, low=1.5, high=3.0, evidence={"both": 9}, sha256="a" * 64, reason="bears",
            proposed_by=by, proposed_at=wiring.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def test_an_alarm_is_on_every_page_and_due_until_a_supervisor_says_what_it_was(place: Place) -> None:
    number = alarmed(place)
    sam, riley = place.sign_in("sam"), place.sign_in("riley")
    (site,) = [one for one in riley.get(f"{V1}/sites").json()["items"] if one["id"] == "camp"]
    assert [alarm["verdict"] for alarm in site["alarms"]] == ["alarm_down"]
    due = [one["what"] for one in sam.get(f"{V1}/park").json()["due"]]
    assert "drift alarm" in due
    assert riley.post(f"{V1}/alarms/{number}/acknowledge", json={"cause": "camera"}).status_code == 403
    for told in ({}, {"cause": "weather"}, {"cause": "other"}, {"cause": "other", "note": "  "}):
        assert sam.post(f"{V1}/alarms/{number}/acknowledge", json=told).status_code == 422
    told = {"cause": "other", "note": "the road was closed"}
    answer = sam.post(f"{V1}/alarms/{number}/acknowledge", json=told)
    assert (answer.status_code, answer.json()["acknowledged_by"]) == (200, "sam")
    assert sam.post(f"{V1}/alarms/{number}/acknowledge", json={"cause": "model"}).status_code == 409
    assert sam.get(f"{V1}/alarms", params={"only_open": True}).json()["items"] == []
    (kept,) = sam.get(f"{V1}/alarms").json()["items"]
    assert (kept["cause"], kept["note"], kept["escalates_at"]) == ("other", "the road was closed", None)
    assert "drift alarm" not in [one["what"] for one in sam.get(f"{V1}/park").json()["due"]]


def test_who_watches_blind_is_told_nothing_of_how_much_the_model_sees(place: Place) -> None:
    alarmed(place)
    proposed(place)
    rosa = place.sign_in("rosa")
    assert rosa.post(f"{V1}/watch-sessions", json={"site": "camp", "mode": "blind"}).status_code == 200
    assert rosa.get(f"{V1}/alarms").json()["items"] == []
    assert rosa.get(f"{V1}/references").json()["items"] == []
    assert all(one["alarms"] == [] for one in rosa.get(f"{V1}/sites").json()["items"])
    assert {"drift alarm", "reference"}.isdisjoint(one["what"] for one in rosa.get(f"{V1}/park").json()["due"])
    riley = place.sign_in("riley")
    assert len(riley.get(f"{V1}/alarms").json()["items"]) == 1


def test_a_person_of_another_site_sees_neither_unless_they_may_be_the_second(place: Place) -> None:
    alarmed(place)
    proposed(place)
    elsa = place.sign_in("elsa")
    assert (elsa.get(f"{V1}/alarms").json()["items"], elsa.get(f"{V1}/references").json()["items"]) == ([], [])
    assert elsa.get(f"{V1}/alarms", params={"site": "camp"}).status_code == 404


def test_a_reference_is_refused_in_shadow_with_words_and_a_changed_one_is_void(place: Place) -> None:
    ada, sam = place.sign_in("ada"), place.sign_in("sam")
    told = ada.get(f"{V1}/references/preview", params={"site": "camp"}).json()
    assert (told["ratio"], told["refused"].split(":")[0]) == (None, "the reference is 1 until the site leaves shadow")
    assert ada.post(f"{V1}/references", json={"site": "camp", "reason": "bears"}).status_code == 409
    assert ada.get(f"{V1}/references/preview", params={"site": "nowhere"}).status_code == 404
    number = proposed(place)
    (row,) = sam.get(f"{V1}/references").json()["items"]
    assert row["void"] == "its evidence is not what its sha256 says"
    answer = sam.post(f"{V1}/references/{number}/accept", json={"sha256": "a" * 64})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:bearwatch:error:approval-void")
    assert ada.post(f"{V1}/references/{number}/withdraw").json()["ended_why"] == "taken back"
    assert sam.post(f"{V1}/references/{number}/accept", json={"sha256": "a" * 64}).status_code == 409


def test_reports_and_the_hours_of_alarms_are_set_in_the_park_file(place: Place) -> None:
    text = PARK.replace('url = "folder:outbox"', 'url = "folder:outbox"\nreports = true')
    text = text.replace('time_zone = "America/Denver"', 'time_zone = "America/Denver"\nalarm_hours = 6')
    with transaction(place.system.engine) as session:
        changes = parks.apply(
            session, park_file.parse(text), who="test", default_model=place.system.default_bundle.sha256,
            now=wiring.now() + timedelta(seconds=1),
        )  # fmt: skip
        assert [one.says for one in changes] == [
            "alarm_hours: 24.0 -> 6.0", "receiver night-team: reports: False -> True",
        ]  # fmt: skip
        assert park.the_park(session).alarm_hours == 6
