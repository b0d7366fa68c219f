"""Looks over HTTP: asked like alerts, never instead of one, told what they were once answered."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api import wiring
from ingest import footage
from ingest.sources import shot_of
from store import looks, tables
from store.looks import Taken
from store.session import transaction
from store.vocabulary import LookKind, Verdict
from tests.api.conftest import Place
from tests.api.test_alerts import pending

V1 = "/api/v1"


@pytest.fixture
def riley(place: Place) -> TestClient:
    return place.sign_in("riley")


def known_footage(place: Place, *, truth: Verdict = Verdict.BEAR, turn: int = 1, pictures: int = 2) -> int:
    """A test at the camp."""
    now = wiring.now()
    with transaction(place.system.engine) as session:
        row = tables.Look(
            kind=LookKind.SEEDED, truth=truth, site_id="camp", camera_id="creek", since=now - timedelta(hours=9),
            until=now - timedelta(hours=8), made_at=now, turn=turn, source="known footage",
        )  # fmt: skip
        digests = [place.system.archive.put(shot_of(footage.render("creek", 40 + number, seed=3), 0).picture)
                   for number in range(pictures)]  # fmt: skip
        taken = [
            Taken(camera="creek", at=now - timedelta(minutes=9 - n), sha256=one) for n, one in enumerate(digests)
        ]
        return looks.add(session, row, taken).id


def test_a_look_says_nothing_of_what_it_is_until_it_is_answered(place: Place, riley: TestClient) -> None:
    number = known_footage(place)
    asked = riley.post(f"{V1}/looks/next").json()["look"]
    assert set(asked) == {
        "id", "site", "site_name", "camera", "stage", "pictures", "clip", "given_until", "demo_model",
    }  # fmt: skip
    assert (asked["id"], asked["site_name"], len(asked["pictures"])) == (number, "Lower campground", 2)
    for path in asked["pictures"]:
        assert riley.get(path).headers["content-type"] == "image/jpeg"
    assert riley.get(asked["clip"]).headers["content-type"] == "video/mp4"
    assert riley.get(f"{V1}/looks/{number}/picture.jpg?part=2").status_code == 404
    assert riley.get(f"{V1}/looks").json()["items"] == []
    told = riley.post(f"{V1}/looks/{number}/answer", json={"verdict": "not_bear"}).json()
    assert (told["kind"], told["right"]) == ("seeded", False)
    assert "it was A BEAR. You said not a bear." in told["says"]
    (kept,) = place.sign_in("audrey").get(f"{V1}/looks?site=camp").json()["items"]
    assert (kept["id"], kept["by"], kept["verdict"]) == (number, "riley", "not_bear")
    assert riley.post(f"{V1}/looks/{number}/answer", json={"verdict": "bear"}).status_code == 409


def test_looks_are_no_alerts_and_wait_for_every_one_of_them(place: Place, riley: TestClient) -> None:
    number = known_footage(place)
    assert riley.get(f"{V1}/alerts").json()["items"] == []
    alert = pending(place)
    found = riley.post(f"{V1}/looks/next").json()
    assert (found["look"], found["says"]) == (None, "an alert waits for an answer: that comes first")
    assert [one["id"] for one in riley.get(f"{V1}/alerts").json()["items"]] == [alert["id"]]
    riley.post(f"{V1}/alerts/{alert['id']}/review", json={"verdict": "not_bear"})
    assert riley.post(f"{V1}/looks/next").json()["look"]["id"] == number


def test_people_of_another_site_and_auditors_are_given_none(place: Place) -> None:
    number = known_footage(place)
    elsa, audrey = place.sign_in("elsa"), place.sign_in("audrey")
    assert elsa.post(f"{V1}/looks/next").json()["look"] is None
    assert elsa.get(f"{V1}/looks?site=camp").status_code == 404
    assert elsa.get(f"{V1}/looks/{number}/picture.jpg").status_code == 404
    assert audrey.post(f"{V1}/looks/next").status_code == 403
    for who, code in ((elsa, 403), (audrey, 403)):
        assert who.post(f"{V1}/looks/{number}/answer", json={"verdict": "bear"}).status_code == code


def test_a_look_is_left_to_somebody_else(place: Place, riley: TestClient) -> None:
    number = known_footage(place)
    riley.post(f"{V1}/looks/next")
    assert riley.post(f"{V1}/looks/{number}/leave").json() == {"id": number}
    assert riley.post(f"{V1}/looks/next").json()["look"] is None
    assert place.sign_in("rosa").post(f"{V1}/looks/next").json()["look"]["id"] == number


def test_who_watches_the_site_blind_is_not_told_what_looks_were(place: Place, riley: TestClient) -> None:
    number = known_footage(place)
    riley.post(f"{V1}/looks/next").raise_for_status()
    riley.post(f"{V1}/looks/{number}/answer", json={"verdict": "bear"}).raise_for_status()
    rosa = place.sign_in("rosa")
    assert len(rosa.get(f"{V1}/looks").json()["items"]) == 1
    rosa.post(f"{V1}/watch-sessions", json={"site": "camp", "mode": "blind", "place": "desk"}).raise_for_status()
    assert rosa.get(f"{V1}/looks").json()["items"] == []
