"""The register of incidents over HTTP and on the command line: who sees it, and who names a cause."""

from datetime import timedelta

import pytest

from api import wiring
from rollout import incidents
from store import park, tables
from store.session import transaction
from tests.api.commands import Commands
from tests.api.conftest import Place

V1 = "/api/v1"
SOON = timedelta(minutes=40)


def unwarned(place: Place) -> int:
    """A bear that a ranger saw at the camp, which is in trial, and of which nobody was warned."""
    place.trial()
    place.sign_in("riley").post(f"{V1}/sightings", json={"site": "camp", "camera": "creek"}).raise_for_status()
    assert incidents.keep(place.system.engine, wiring.now() + SOON) == 1
    return int(place.sign_in("sam").get(f"{V1}/incidents").json()["items"][0]["id"])


def test_everybody_of_the_site_reads_it_and_a_supervisor_names_the_cause(place: Place) -> None:
    number = unwarned(place)
    riley, sam = place.sign_in("riley"), place.sign_in("sam")
    page = riley.get(f"{V1}/incidents", params={"site": "camp", "only_open": True}).json()
    (item,) = page["items"]
    assert (page["open"], item["kind"], item["suggested"], item["cause"]) == (1, "seen", "model_did_not_see", None)
    assert item["facts"] == ["no camera took a picture: nothing moved before one"]
    assert riley.post(f"{V1}/incidents/{number}/cause", json={"cause": "camera_blind"}).status_code == 403
    for told in ({}, {"cause": "weather"}, {"cause": "other"}, {"cause": "other", "note": " "}):
        assert sam.post(f"{V1}/incidents/{number}/cause", json=told).status_code == 422
    sam.post(f"{V1}/incidents/{number}/cause", json={"cause": "camera_blind"}).raise_for_status()
    again = sam.post(f"{V1}/incidents/{number}/cause", json={"cause": "camera_blind"})
    assert (again.status_code, "sam has named this cause already" in again.json()["detail"]) == (409, True)
    ada = place.sign_in("ada")
    told = ada.post(f"{V1}/incidents/{number}/cause", json={"cause": "other", "note": "a fallen tree"}).json()
    assert [(one["by"], one["cause"]) for one in told["history"]] == [("sam", "camera_blind"), ("ada", "other")]
    assert (told["cause"]["note"], told["cause"]["says"]) == ("a fallen tree", "something else")
    assert riley.get(f"{V1}/incidents", params={"only_open": True}).json()["items"] == []
    assert sam.post(f"{V1}/incidents/99/cause", json={"cause": "camera_blind"}).status_code == 404


def test_a_missing_cause_is_due_on_the_page_of_the_park(place: Place) -> None:
    unwarned(place)
    assert "incident" in [one["what"] for one in place.sign_in("riley").get(f"{V1}/park").json()["due"]]


def test_where_nothing_counts_it_says_so(place: Place) -> None:
    place.trial()
    (other,) = place.sign_in("sam").get(f"{V1}/incidents").json()["not_counted"]
    assert (other["site"], "in shadow the model warns nobody" in other["says"]) == ("other", True)


def test_who_watches_blind_is_not_told_what_was_missed(place: Place) -> None:
    unwarned(place)
    rosa = place.sign_in("rosa")
    rosa.post(f"{V1}/watch-sessions", json={"site": "camp", "mode": "blind"}).raise_for_status()
    page = rosa.get(f"{V1}/incidents").json()
    assert (page["items"], page["open"]) == ([], 0)
    (told,) = [one for one in page["not_counted"] if one["site"] == "camp"]
    assert "you watch it blind" in told["says"]
    assert "incident" not in [one["what"] for one in rosa.get(f"{V1}/park").json()["due"]]


def test_a_person_of_another_site_sees_none_of_it(place: Place) -> None:
    unwarned(place)
    elsa = place.sign_in("elsa")
    assert elsa.get(f"{V1}/incidents").json()["items"] == []
    assert elsa.get(f"{V1}/incidents", params={"site": "camp"}).status_code == 404


def test_pages_follow_each_other(place: Place) -> None:
    unwarned(place)
    with transaction(place.system.engine) as session:
        first = session.query(tables.Incident).one()
        told = {name: getattr(first, name) for name in ("site_id", "kind", "stage", "says", "suggested", "facts")}
        for hours in range(2, 5):
            at = first.at - timedelta(hours=hours)
            session.add(tables.Incident(key=f"audit:{hours}", at=at, found_at=first.found_at, **told))
    sam = place.sign_in("sam")
    page = sam.get(f"{V1}/incidents", params={"limit": 3}).json()
    rest = sam.get(f"{V1}/incidents", params={"limit": 3, "cursor": page["next"]}).json()
    assert ([len(page["items"]), len(rest["items"])], rest["next"]) == ([3, 1], None)


@pytest.mark.parametrize("words", [("incidents",), ("incidents", "lower-camp")])
def test_the_command_line_lists_them_and_where_nothing_counts(commands: Commands, words: tuple[str, ...]) -> None:
    told = commands.run(*words, "--json")
    assert (told.code, told.document["items"], told.document["open"]) == (0, [], 0)
    assert [one["site"] for one in told.document["not_counted"]] == ["lower-camp"]
    said = commands.run(*words)
    assert said.out.splitlines()[0] == "no bear is registered that nobody was warned of"
    assert "in shadow the model warns nobody" in said.out


def test_the_command_line_knows_no_site_that_is_not_there(commands: Commands) -> None:
    assert commands.run("incidents", "nowhere", "--json").code == 1


def test_the_site_of_a_retired_park_still_has_its_register(place: Place) -> None:
    unwarned(place)
    with transaction(place.system.engine) as session:
        park.site(session, "camp").retired_at = wiring.now()
    assert len(place.sign_in("sam").get(f"{V1}/incidents").json()["items"]) == 1
