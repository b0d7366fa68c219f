"""The exit checklist, previews, weeks and trial reports over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from api import wiring
from store import rules, tables, trials
from store.session import transaction
from tests.api.conftest import Place
from tests.api.test_rollout import trial

V1 = "/api/v1"


def test_a_new_site_shows_its_next_step_and_what_it_needs(place: Place) -> None:
    told = place.sign_in("audrey").get(f"{V1}/sites/camp/exit").json()
    assert (told["stage"], told["next_stage"], told["next_audience"]) == ("shadow", "trial", "rangers")
    items = {item["what"]: item for item in told["exit"]}
    assert (items["shadow days"]["has"], items["shadow days"]["needs"], items["shadow days"]["met"]) == (
        "0", "14", False,
    )  # fmt: skip
    assert items["workload"]["met"] is None
    assert told["week"]["cameras"] == ["creek"]
    assert [len(row) for row in told["week"]["grid"]] == [24] * 7


def test_a_preview_says_what_it_would_be_and_writes_nothing(place: Place) -> None:
    ada = place.sign_in("ada")
    told = ada.post(f"{V1}/rules/preview", json=trial(place)).json()
    assert told["wider"] == ["stage shadow to trial"]
    assert (told["missing"], told["refused"]) == ([], None)
    assert told["would_have"]["alerts_a_day"] is None
    assert told["week"]["grid"][0][21] == {"scoped": 60, "uncovered": 0}
    assert len(ada.get(f"{V1}/rules?site=camp").json()["items"]) == 1


def test_a_preview_says_what_the_stored_detections_would_have_raised(place: Place) -> None:
    place.hand_in()
    place.work()
    body = trial(place) | {"hours": [], "model": "default"}
    told = place.sign_in("ada").post(f"{V1}/rules/preview", json=body).json()["would_have"]
    assert (told["alerts"], told["receivers"][0]["receiver"]) == (1, "night-team")
    assert told["by_day"][-1][1] == 1


def test_a_preview_says_why_the_proposal_would_be_refused(place: Place) -> None:
    with transaction(place.system.engine) as session:
        session.query(tables.Duty).one().hours = "20:00-05:00"
    told = place.sign_in("ada").post(f"{V1}/rules/preview", json=trial(place))
    assert "nobody is on duty in 420 minutes" in told.json()["refused"]
    assert sum(cell["uncovered"] for row in told.json()["week"]["grid"] for cell in row) == 420
    answer = place.sign_in("ada").post(f"{V1}/rules", json=trial(place))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:bearwatch:error:rule-malformed")


def test_the_second_person_reads_the_evidence_that_was_frozen(place: Place) -> None:
    body = trial(place)
    del body["override"]
    proposed = place.sign_in("ada").post(f"{V1}/rules", json=body).json()
    seen = place.sign_in("sam").get(f"{V1}/rules/{proposed['rule']}").json()
    assert seen["exit"] == proposed["exit"]
    assert {item["what"] for item in seen["exit"]} >= {"shadow days", "workload", "open faults"}
    assert seen["would_have"]["sightings"].startswith("no sightings of people are stored")
    week = place.sign_in("sam").get(f"{V1}/rules/{proposed['rule']}/week").json()
    assert sum(cell["scoped"] for row in week["grid"] for cell in row) == 7 * 600


def test_a_trial_that_ended_has_its_report(place: Place) -> None:
    place.trial()
    ada = place.sign_in("ada")
    assert ada.get(f"{V1}/trials?site=camp").json()["items"] == []
    ada.post(f"{V1}/rules", json={"site": "camp", "stage": "shadow", "reason": "enough"})
    (told,) = ada.get(f"{V1}/trials?site=camp").json()["items"]
    assert told["report"]["answers"]["alerts"] == 0
    assert "took its place" in told["report"]["ended"]
    assert place.sign_in("elsa").get(f"{V1}/trials").json()["items"] == []
    assert place.sign_in("elsa").get(f"{V1}/trials?site=camp").status_code == 404


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cameras": ["ridge"]}, 'cameras: "ridge" belongs to site other; cameras of camp are: creek'),
        ({"hours": ["25:00-06:00"]}, 'hours: "25:00-06:00" is not a span'),
        ({"first_day": "2099-01-02", "last_day": "2099-01-01"}, "choose that day or a later one"),
        ({"model": "gone"}, 'model: no model version "gone" is known'),
    ],
)
def test_what_cannot_be_is_refused_by_field_with_its_mend(place: Place, changes: dict[str, Any], says: str) -> None:
    for path in ("rules", "rules/preview"):
        answer = place.sign_in("ada").post(f"{V1}/{path}", json=trial(place) | changes)
        assert answer.status_code == 422
        assert says in answer.json()["detail"]


def test_where_cameras_of_a_sensitive_site_stand_is_for_those_who_must_find_them(place: Place) -> None:
    with transaction(place.system.engine) as session:
        camera = session.get_one(tables.Camera, "creek")
        camera.latitude, camera.longitude = 44.1236, -110.6544

    def seen(name: str) -> object:
        items = place.sign_in(name).get(f"{V1}/cameras?site=camp").json()["items"]
        return items[0]["latitude"]

    assert (seen("riley"), seen("audrey")) == (44.1236, None)


def test_the_clock_reports_a_trial_on_its_last_day(place: Place) -> None:
    from rollout import proposals

    place.trial()
    with transaction(place.system.engine) as session:
        proposals.keep_time(session, wiring.now() + timedelta(days=9))
        row = rules.in_force(session, "camp")
        assert row is not None
        assert row.stage == "shadow"
        assert [report.site_id for report in trials.of_sites(session, None)] == ["camp"]
