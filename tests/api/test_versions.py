"""Versions of a site over HTTP: a challenger, the comparison with its pictures, a canary and the way back."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from api import wiring
from api.settings import SHIPPED
from model.bundle import write
from rollout.challenging import Challenger
from store import tables
from store.session import transaction
from tests.api.conftest import Place

V1 = "/api/v1"


@pytest.fixture
def other(place: Place, tmp_path: Path) -> str:
    """The demo's bundle under another name, which finds bears less easily."""
    folder = tmp_path / "other"
    shutil.copytree(SHIPPED / "demo", folder)
    manifest = json.loads((folder / "manifest.json").read_text()) | {"name": "other", "threshold": 0.9999}
    bundle = write(folder, manifest)
    with transaction(place.system.engine) as session:
        wiring.register(place.system, session, bundle, wiring.now())
    return bundle.sha256


def look(place: Place) -> int:
    """Let the challenger look at everything that waits; gives how many frames."""
    challenger, looked = Challenger(), 0
    for _ in range(200):
        challenger.free_at = 0.0
        found = challenger.look(place.system.parts, wiring.now())
        looked += found
        if not found and looked:
            return looked
    return looked


def test_a_challenger_is_begun_compared_with_pictures_and_ended(place: Place, other: str) -> None:
    ada = place.sign_in("ada")
    assert ada.get(f"{V1}/sites/camp/versions").json()["comparison"] is None
    place.system.parts.detector(other)
    begun = ada.post(f"{V1}/sites/camp/challenge", json={"model": "other", "reason": "fewer false alarms"})
    assert (begun.status_code, begun.json()["model_name"]) == (201, "other")
    place.hand_in(12.0)
    place.hand_in(60.0)
    place.work()
    assert look(place) == 2
    told = ada.get(f"{V1}/sites/camp/versions").json()
    assert (told["challenge"]["scored"], told["challenge"]["skipped"]) == (2, 0)
    compared = told["comparison"]
    assert (compared["frames"], compared["visits"]) == (2, 1)
    assert compared["both"] + compared["only_old"] == 1
    assert compared["cost"]["new_ms"] > 0
    picture = ada.get(compared["shown"][0]["picture"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    models = {row["name"]: row for row in ada.get(f"{V1}/models").json()["models"]}
    assert (models["other"]["challenger"], models["other"]["stage_by_site"]) == (["camp"], {})
    assert ada.post(f"{V1}/sites/camp/challenge/end").json()["ended_at"] is not None
    assert ada.get(f"{V1}/sites/camp/versions").json()["comparison"]["frames"] == 2


def test_a_canary_needs_two_people_and_one_goes_back(place: Place, other: str) -> None:
    with transaction(place.system.engine) as session:
        session.add(tables.CameraGroup(id="gate"))
        session.flush()
        session.add(tables.Camera(id="gate", site_id="camp", kind="trail", group_id="gate"))
    place.trial()
    ada, sam = place.sign_in("ada"), place.sign_in("sam")
    last = (wiring.now() + timedelta(days=6)).date().isoformat()
    proposed = ada.post(
        f"{V1}/rules",
        json={
            "site": "camp", "stage": "trial", "last_day": last, "reason": "try it at the gate",
            "override": {"reason": "bear in camp"}, "answers": {"if_it_worked_really_well": "rangers sleep"},
            "canary": {"model": "other", "cameras": ["gate"], "last_day": last},
        },
    ).json()  # fmt: skip
    assert proposed["state"] == "proposed"
    assert f"; canary other on gate until {last}" in proposed["says"]
    assert sam.post(f"{V1}/rules/{proposed['rule']}/approve").json()["state"] == "in_force"
    told = ada.get(f"{V1}/sites/camp/versions").json()
    assert (told["canary"]["model_name"], told["canary"]["runs"], told["back_to"]) == ("other", True, "demo-scenery")
    models = {row["name"]: row for row in ada.get(f"{V1}/models").json()["models"]}
    assert models["other"]["canary"] == {"camp": ["gate"]}
    back = sam.post(f"{V1}/sites/camp/go-back", json={"reason": "it rings too often"}).json()
    assert (back["state"], back["stage"], back["protected"]) == ("in_force", "trial", True)
    assert ada.get(f"{V1}/sites/camp/versions").json()["canary"] is None
    again = sam.post(f"{V1}/sites/camp/go-back", json={"reason": "again"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:bearwatch:error:not-allowed-now")


def test_a_challenge_that_cannot_be_says_why(place: Place, other: str) -> None:
    ada = place.sign_in("ada")
    same = ada.post(f"{V1}/sites/camp/challenge", json={"model": "default", "reason": "try"})
    assert (same.status_code, "is the version in force" in same.json()["detail"]) == (409, True)
    unknown = ada.post(f"{V1}/sites/camp/challenge", json={"model": "nothing", "reason": "try"})
    assert (unknown.status_code, "known are" in unknown.json()["detail"]) == (422, True)
    assert ada.post(f"{V1}/sites/camp/challenge", json={"model": other}).status_code == 422
