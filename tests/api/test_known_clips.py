"""Known bears through the whole system: the clock plays and judges them, the command does at once, doctor tells."""

from datetime import timedelta

import pytest

from api import knowing, readiness, wiring
from ingest import footage
from ingest.sources import shot_of
from store import known, tables
from store.session import reading, transaction
from tests.api.commands import Commands
from tests.api.conftest import Place

V1 = "/api/v1"


def row(place: Place) -> tables.KnownClip:
    with reading(place.system.engine) as session:
        found = known.last(session, "creek")
        assert found is not None
        return found


def said(place: Place) -> dict[str, tuple[bool, str]]:
    found = readiness.all_checks(place.system, wiring.now())
    return {check.name: (check.ok, check.says) for check in found if "creek" in check.name}


def test_the_clock_plays_the_drawn_bear_once_a_day_and_the_model_finds_it(place: Place) -> None:
    place.hand_in(at_s=40.0)
    assert said(place)["known clip creek"][1].startswith("never tested: ")
    now = wiring.now()
    daily = knowing.Daily(place.system)
    daily.keep(now)
    place.work()
    daily.keep(now + timedelta(seconds=30))
    found = row(place)
    assert (found.found, found.day, found.source) == (True, now.date(), "the drawn bear")
    assert found.p_bear is not None
    assert found.p_bear > 0.9
    ok, says = said(place)["known clip creek"]
    assert (ok, "found: bear, p 0.9" in says or "found: bear, p 1.0" in says) == (True, True)
    camera = place.sign_in("audrey").get(f"{V1}/cameras/creek").json()
    assert (camera["known_clip"]["found"], camera["possible_bear"]) == (True, False)
    assert place.sign_in("audrey").get(f"{V1}/visits").json()["items"] == []
    with reading(place.system.engine) as session:
        assert session.query(tables.KnownClip).count() == 1


def test_a_bear_that_a_mask_hides_is_not_found_and_the_camera_has_a_fault(place: Place) -> None:
    place.hand_in(at_s=40.0)
    mask = {"x": 0, "y": 0.5, "w": 1, "h": 0.5, "why": "by mistake"}
    assert place.sign_in("ada").post(f"{V1}/cameras/creek/masks", json=mask).status_code == 200
    (told,) = knowing.run(place.system, ["creek"])
    assert told["found"] is False
    assert told["says"].startswith("NOT found: ")
    camera = place.sign_in("audrey").get(f"{V1}/cameras/creek").json()
    assert [episode["name"] for episode in camera["episodes"]] == ["blind to a known bear"]
    ok, says = said(place)["camera creek"]
    assert (ok, "50% of its view by day and 50% by night is NOT watched" in says) == (False, True)
    assert said(place)["known clip creek"][0] is False


def test_the_admins_file_is_played_and_one_that_cannot_be_read_says_so_and_is_no_fault(place: Place) -> None:
    place.hand_in(at_s=40.0)
    (place.system.data_dir / "bear.jpg").write_bytes(shot_of(footage.render("creek", 12.0, seed=3), 0).picture)
    for name, found in (("bear.jpg", True), ("nowhere.mp4", None)):
        with transaction(place.system.engine) as session:
            session.get_one(tables.Camera, "creek").known_clip = name
        (told,) = knowing.run(place.system, ["creek"])
        assert (told["found"], told["source"]) == (found, f"the file {name}")
    assert "not played: " in told["says"]
    assert "correct known_clip in park.toml" in told["says"]
    assert place.sign_in("audrey").get(f"{V1}/cameras/creek").json()["episodes"] == []


@pytest.mark.parametrize("words", [(), ("--camera", "creek")])
def test_the_command_says_found_with_its_p(commands: Commands, words: tuple[str, ...]) -> None:
    told = commands.run("known-clip", *words, "--json")
    assert told.code == 0, told.err
    (test,) = told.document["tests"]
    assert (test["camera"], test["found"], test["source"]) == ("creek", True, "the drawn bear")
    assert test["p_bear"] > 0.5


def test_the_command_names_the_cameras_where_it_knows_none_of_that_name(commands: Commands) -> None:
    told = commands.run("known-clip", "--camera", "nowhere")
    assert (told.code, 'there is no camera "nowhere"; cameras are: creek' in told.err) == (1, True)
