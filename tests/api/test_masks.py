"""Masks and zones through the API: a drawn bear inside a mask, beside it, and in a zone with a name."""

import pytest

from api import wiring
from ingest import footage
from ingest.arrivals import accept_frame, times
from ingest.sources import shot_of
from store.vocabulary import Origin
from tests.api.conftest import Place

V1 = "/api/v1"
EVERYWHERE_BUT_AN_EDGE = {"x": 0, "y": 0, "w": 0.99, "h": 1}


def decided(place: Place, at_s: float) -> str:
    """What is decided of the drawn bear as it stands there, with what moved as the gate says it."""
    at, shot = wiring.now(), shot_of(footage.render("creek", at_s, seed=3), 0)
    kept = accept_frame(
        place.system.intake, camera="creek", data=shot.picture, size=(shot.width, shot.height), at=times(at, at),
        origin=Origin.STREAM, received_at=at, motion=[where for _, where in footage.truth("creek", at_s, seed=3)],
    )  # fmt: skip
    place.work()
    return str(place.sign_in("audrey").get(f"{V1}/frames/{kept.id}/decision").json()["reason"])


def test_a_bear_that_is_masked_asks_nobody_and_its_decision_says_so(place: Place) -> None:
    place.trial()
    (_, where), *_ = footage.truth("creek", 12.0, seed=3)
    mask = {"x": where.x - 0.02, "y": where.y - 0.02, "w": where.w + 0.04, "h": where.h + 0.04, "why": "a statue"}
    answer = place.sign_in("ada").post(f"{V1}/cameras/creek/masks", json=mask)
    assert answer.status_code == 200, answer.text
    assert decided(place, 12.0) in ("NOTHING_FOUND", "BELOW_THRESHOLD")
    assert place.sign_in("riley").get(f"{V1}/alerts").json()["items"] == []
    assert decided(place, 20.0) == "HELD_FOR_REVIEW"


def test_an_alert_says_in_which_zones_it_is_as_they_were_drawn_then(place: Place) -> None:
    place.trial()
    ada = place.sign_in("ada")
    tents = {"kind": "zone", "name": "tents", **EVERYWHERE_BUT_AN_EDGE, "why": "people sleep there"}
    road = {"kind": "zone", "name": "the road", "x": 0.99, "y": 0, "w": 0.01, "h": 1, "why": "cars"}
    for zone in (tents, road):
        assert ada.post(f"{V1}/cameras/creek/masks", json=zone).status_code == 200
    assert decided(place, 12.0) == "HELD_FOR_REVIEW"
    ada.post(f"{V1}/cameras/creek/masks", json=tents | {"name": "drawn later"})
    assert [alert["zones"] for alert in ada.get(f"{V1}/alerts").json()["items"]] == [["tents"]]


def test_cameras_say_what_share_is_not_watched_and_the_list_keeps_what_has_ended(place: Place) -> None:
    ada, audrey = place.sign_in("ada"), place.sign_in("audrey")
    half = {"x": 0, "y": 0, "w": 0.5, "h": 0.5, "why": "a flag", "light": "night"}
    (mask,) = ada.post(f"{V1}/cameras/creek/masks", json=half).json()["items"]
    camera = audrey.get(f"{V1}/cameras").json()["items"][0]
    assert (camera["unwatched_day"], camera["unwatched_night"]) == (0.0, 0.25)
    page = ada.post(f"{V1}/masks/{mask['id']}/end", json={"why": "it is gone"}).json()
    assert page["unwatched_night"] == 0.0
    (ended,) = audrey.get(f"{V1}/cameras/creek/masks").json()["items"]
    assert (ended["began_by"], ended["ended_by"], ended["ended_why"]) == ("ada", "ada", "it is gone")


def test_more_than_half_is_refused_with_the_mend(place: Place) -> None:
    answer = place.sign_in("ada").post(
        f"{V1}/cameras/creek/masks", json={"x": 0, "y": 0, "w": 0.6, "h": 1, "why": "trees"}
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:bearwatch:error:too-much-masked")
    assert "draw it smaller" in answer.json()["detail"]


@pytest.mark.parametrize(
    "wrong",
    [{"w": 0.95}, {"w": 0.0}, {"why": " "}, {"name": "tents"}, {"kind": "zone"}, {"light": "dusk"}, {"x": "NaN"}],
)
def test_what_is_no_rectangle_with_a_reason_is_refused(place: Place, wrong: dict[str, object]) -> None:
    mask = {"x": 0.1, "y": 0.1, "w": 0.1, "h": 0.1, "why": "a flag"}
    assert place.sign_in("ada").post(f"{V1}/cameras/creek/masks", json=mask | wrong).status_code == 422
