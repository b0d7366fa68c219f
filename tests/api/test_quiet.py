"""Quiet places over HTTP and on the command line: shown to all, accepted by an admin, said at the site."""

from api import ticking, wiring
from store.session import transaction
from tests.api.commands import Commands
from tests.api.conftest import Place
from tests.api.test_alerts import pending
from tests.rollout.dismissing import days_before

V1 = "/api/v1"


def proposed(place: Place) -> int:
    """A small bear at the camp that was dismissed six days running; gives the proposal."""
    alert = pending(place)
    place.sign_in("riley").post(f"{V1}/alerts/{alert['id']}/review", json={"verdict": "not_bear"})
    with transaction(place.system.engine) as session:
        days_before(session, int(str(alert["id"])))
    ticking.keep_quiet(place.system, wiring.now())
    (item,) = place.sign_in("audrey").get(f"{V1}/quiet-places").json()["items"]
    return int(item["id"])


def test_a_proposal_is_shown_with_its_pictures_and_accepted_until_a_day(place: Place) -> None:
    number = proposed(place)
    ada, riley = place.sign_in("ada"), place.sign_in("riley")
    (item,) = riley.get(f"{V1}/quiet-places", params={"camera": "creek"}).json()["items"]
    assert (item["state"], item["visits"], len(item["pictures"])) == ("proposed", 6, 6)
    assert riley.get(item["pictures"][0]).status_code == 200
    assert ada.get(f"{V1}/cameras/creek").json()["quiet_proposed"] == 1
    answer = ada.post(f"{V1}/quiet-places/{number}/accept", json={"why": "a stump", "days": 30})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["settled_by"]) == ("accepted", "ada")
    (camp, _) = riley.get(f"{V1}/sites").json()["items"]
    assert "asks nobody by itself about a place at creek until" in camp["protected_says"]
    assert riley.get(f"{V1}/cameras/creek").json()["quiet_places"] == 1
    ended = place.sign_in("sam").post(f"{V1}/quiet-places/{number}/end", json={"why": "it is gone"}).json()
    assert (ended["state"], ended["ended_by"], ended["ended_why"]) == ("ended", "sam", "it is gone")


def test_what_is_no_season_or_has_no_reason_is_refused_and_other_sites_see_nothing(place: Place) -> None:
    number = proposed(place)
    ada, elsa = place.sign_in("ada"), place.sign_in("elsa")
    for wrong in ({"why": " "}, {"why": "a stump", "days": 400}, {"why": "a stump", "days": 0}, {}):
        assert ada.post(f"{V1}/quiet-places/{number}/accept", json=wrong).status_code == 422
    assert elsa.get(f"{V1}/quiet-places").json()["items"] == []
    assert elsa.get(f"{V1}/quiet-places", params={"camera": "creek"}).status_code == 404
    assert ada.post(f"{V1}/quiet-places/999/accept", json={"why": "a stump"}).status_code == 404
    refused = ada.post(f"{V1}/quiet-places/{number}/refuse", json={"why": "a den"}).json()
    assert (refused["state"], refused["why"]) == ("refused", "a den")
    assert ada.post(f"{V1}/quiet-places/{number}/accept", json={"why": "a stump"}).status_code == 409


def test_the_command_lists_nothing_in_a_new_park_and_names_what_is_wrong(commands: Commands) -> None:
    told = commands.run("quiet", "list")
    assert (told.code, told.out.strip()) == (0, "no place has so many false boxes that one is proposed")
    assert commands.run("quiet", "list", "--json").document == {"items": []}
    unknown = commands.run("quiet", "list", "--camera", "nowhere")
    assert (unknown.code, 'there is no camera "nowhere"' in unknown.err) == (1, True)
    wrong = commands.run("quiet", "accept", "7", "--as", "ada", "--reason", "a stump", by="ada")
    assert (wrong.code, "there is no quiet place 7" in wrong.err) == (1, True)
    empty = commands.run("quiet", "end", "7", "--as", "ada", "--reason", " ", by="ada")
    assert empty.code == 2
