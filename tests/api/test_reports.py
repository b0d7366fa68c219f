"""Weekly reports over HTTP and on the command line: made, read, listed, and kept from who must not see them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from fastapi.testclient import TestClient

from api import wiring
from rollout import iso_weeks
from store import episodes
from store.session import transaction
from store.vocabulary import CameraFault
from tests.api.commands import Commands
from tests.api.conftest import Place

V1 = "/api/v1"
ZONE = ZoneInfo("America/Denver")


def this_week() -> str:
    return iso_weeks.holding(wiring.now(), ZONE).name


def test_a_ranger_has_a_report_made_and_everybody_there_reads_it_by_revision(place: Place) -> None:
    riley, audrey, week = place.sign_in("riley"), place.sign_in("audrey"), this_week()
    shown = audrey.get(f"{V1}/reports/camp/{week}")
    assert (shown.status_code, shown.headers["bearwatch-revision"]) == (200, "none")
    told = riley.post(f"{V1}/reports/camp/{week}")
    assert (told.status_code, told.json()["revision"], told.json()["week"]) == (200, 1, week)
    kept = audrey.get(f"{V1}/reports/camp/{week}", params={"revision": 1})
    assert (kept.headers["bearwatch-revision"], kept.json()["verdict"]) == ("1", told.json()["verdict"])
    assert kept.content == audrey.get(f"{V1}/reports/camp/{week}").content
    assert audrey.get(f"{V1}/reports/camp/{week}", params={"revision": 2}).status_code == 404
    listed = audrey.get(f"{V1}/reports", params={"site": "camp"}).json()
    assert ([one["week"] for one in listed["items"]], listed["next"]) == ([week], None)
    assert audrey.get(f"{V1}/reports", params={"site": "other"}).json()["items"] == []


def test_weeks_that_are_none_or_to_come_and_sites_of_others_are_refused_in_words(place: Place) -> None:
    riley, elsa, week = place.sign_in("riley"), place.sign_in("elsa"), this_week()

    def answer(browser: TestClient, path: str) -> tuple[int, str]:
        told = browser.get(f"{V1}/reports/{path}")
        return told.status_code, told.json()["type"].rsplit(":", 1)[-1]

    ahead = iso_weeks.holding(wiring.now() + timedelta(days=14), ZONE).name
    for none in ("last-week", "2025-W53", "0001-W01", "9999-W52"):
        assert answer(riley, f"camp/{none}") == (422, "week-malformed")
    assert answer(riley, f"camp/{ahead}") == (409, "not-allowed-now")
    assert answer(riley, f"nowhere/{week}") == (404, "not-found")
    assert answer(elsa, f"camp/{week}") == (404, "not-found")
    assert elsa.get(f"{V1}/reports", params={"site": "camp"}).status_code == 404
    assert elsa.post(f"{V1}/reports/camp/{week}").status_code == 404
    assert place.sign_in("audrey").post(f"{V1}/reports/camp/{week}").status_code == 403


def test_who_watches_the_site_blind_is_shown_no_report_of_it(place: Place) -> None:
    riley, week = place.sign_in("riley"), this_week()
    assert riley.post(f"{V1}/reports/camp/{week}").status_code == 200
    assert riley.post(f"{V1}/watch-sessions", json={"site": "camp"}).status_code == 200
    assert riley.get(f"{V1}/reports/camp/{week}").status_code == 404
    assert riley.post(f"{V1}/reports/camp/{week}").status_code == 404
    assert riley.get(f"{V1}/reports").json()["items"] == []
    assert place.sign_in("rosa").get(f"{V1}/reports/camp/{week}").status_code == 200


def test_a_camera_that_moved_begins_a_new_segment_that_the_week_tells_of(place: Place) -> None:
    sam, now = place.sign_in("sam"), wiring.now()
    with transaction(place.system.engine) as session:
        episodes.begin(session, "creek", CameraFault.MOVED, since=now, now=now, says="it has gone", measured={})
    sam.post(f"{V1}/cameras/creek/accept-view", json={"note": "a new pole"}).raise_for_status()
    told = sam.get(f"{V1}/reports/camp/{this_week()}").json()
    assert ("camera moved", "creek: a new pole") in [(one["what"], one["says"]) for one in told["segment"]["changes"]]
    assert [one["kind"] for one in told["data_faults"] if one["camera"] == "creek"] == ["moved"]


def test_two_watches_of_one_person_at_once_and_more_bears_than_fit_are_kept_named_and_not_counted(
    place: Place,
) -> None:
    riley, now = place.sign_in("riley"), wiring.now()
    at = {
        name: (now - timedelta(minutes=ago)).isoformat() for name, ago in (("since", 60), ("half", 30), ("until", 5))
    }
    for since, until in (("since", "until"), ("half", "until")):
        whole = {"site": "camp", "mode": "routine", "started_at": at[since], "ended_at": at[until]}
        riley.post(f"{V1}/watch-sessions", json=whole).raise_for_status()
    for number in range(20):
        seen = {"site": "camp", "at": (now - timedelta(minutes=40, seconds=number)).isoformat()}
        riley.post(f"{V1}/sightings", json=seen).raise_for_status()
    items = riley.get(f"{V1}/watch-sessions").json()["items"]
    doubts = [[one["doubt"] for one in item["doubts"]] for item in reversed(items)]
    assert doubts == [["overlapping", "too_many_sightings"], ["overlapping"]]
    told = riley.get(f"{V1}/reports/camp/{this_week()}").json()
    assert told["manual"]["week"]["encounters"] == 0


def test_the_command_writes_the_same_bytes_to_a_file_and_says_what_is_wrong(commands: Commands) -> None:
    week, file = this_week(), commands.folder / "report.json"
    assert commands.run("report", "lower-camp", week, "--out", str(file)).code == 0
    told = commands.run("report", "lower-camp", week, "--revision", "1")
    assert (told.code, told.out.encode()) == (0, file.read_bytes())
    assert told.document["week"] == week
    nowhere = commands.run("report", "lower-camp", week, "--out", str(commands.folder / "none" / "report.json"))
    assert (nowhere.code, "Traceback" in nowhere.err) == (2, False)
    wrong = commands.run("report", "lower-camp", "W47")
    assert (wrong.code, "2026-W47" in wrong.err) == (2, True)
