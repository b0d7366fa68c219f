"""Weekly reports over HTTP: a page and a sheet that are safe to open, for those who may see the site."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from api import wiring
from rollout import alarms, iso_weeks
from store import reports
from store.session import transaction
from tests.api.conftest import Place
from tests.api.papers.bodies import dead_camera, doubled, sample

AT = "/api/v1/reports"
WEEK = "2026-W47"
ENDS = (".html", ".pdf", "/paper")


def kept(place: Place, body: Mapping[str, Any], site: str = "camp", week: str = WEEK) -> None:
    """Write the report as the clock would, with its alarm."""
    now = wiring.now()
    with transaction(place.system.engine) as session:
        row = reports.keep(
            session, site, week, verdict=body["verdict"], body=body, inputs="ef" * 32, as_of=now, now=now
        )  # fmt: skip
        alarms.of_report(session, row, now=now)


def test_a_page_is_served_without_a_right_to_run_anything(place: Place) -> None:
    kept(place, doubled())
    told = place.sign_in("riley").get(f"{AT}/camp/{WEEK}.html")
    assert told.status_code == 200, told.text
    assert told.headers["content-type"] == "text/html; charset=utf-8"
    policy = told.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script" not in policy
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.headers["cache-control"] == "no-store"
    assert "Alarm: doubled against the manual watch" in told.text
    assert "revision 1" in told.text


def test_a_sheet_is_a_pdf_and_the_same_when_asked_again(place: Place) -> None:
    kept(place, sample())
    riley = place.sign_in("riley")
    first, again = (riley.get(f"{AT}/camp/{WEEK}.pdf") for _ in range(2))
    assert first.headers["content-type"] == "application/pdf"
    assert first.content == again.content
    assert first.content.startswith(b"%PDF-")


def test_a_week_without_a_report_is_drawn_as_it_would_be_now(place: Place) -> None:
    now = wiring.now()
    week, riley = iso_weeks.holding(now, UTC).name, place.sign_in("riley")
    drawn = {end: riley.get(f"{AT}/camp/{week}{end}") for end in ENDS}
    assert {end: told.status_code for end, told in drawn.items()} == dict.fromkeys(ENDS, 200)
    assert drawn[".pdf"].headers["Bearwatch-Revision"] == "none"


def test_a_revision_stays_as_it_was(place: Place) -> None:
    kept(place, sample())
    kept(place, doubled())
    riley = place.sign_in("riley")
    assert riley.get(f"{AT}/camp/{WEEK}/paper").json()["tone"] == "alarm"
    assert riley.get(f"{AT}/camp/{WEEK}/paper?revision=1").json()["tone"] == "good"
    assert riley.get(f"{AT}/camp/{WEEK}.html?revision=3").status_code == 404


def test_others_see_nothing_of_a_report(place: Place) -> None:
    kept(place, sample())
    elsa, audrey = place.sign_in("elsa"), place.sign_in("audrey")
    for end in ENDS:
        assert place.door.get(f"{AT}/camp/{WEEK}{end}").status_code == 401
        assert elsa.get(f"{AT}/camp/{WEEK}{end}").status_code == 404
        assert audrey.get(f"{AT}/camp/{WEEK}{end}").status_code == 200


def test_who_watches_blind_sees_no_report_of_that_site(place: Place) -> None:
    kept(place, doubled())
    riley = place.sign_in("riley")
    told = riley.post("/api/v1/watch-sessions", json={"site": "camp", "mode": "blind", "place": "field"})
    assert told.status_code == 200, told.text
    assert {riley.get(f"{AT}/camp/{WEEK}{end}").status_code for end in ENDS} == {404}
    assert riley.get(f"{AT}/park/{WEEK}").json()["sites"][0]["site"] == "other"
    riley.post(f"/api/v1/watch-sessions/{told.json()['id']}/end", json={"told_otherwise": False})
    assert {riley.get(f"{AT}/camp/{WEEK}{end}").status_code for end in ENDS} == {200}


def test_the_park_says_what_needs_a_person_first(place: Place) -> None:
    kept(place, dead_camera())
    kept(place, doubled(), "other")
    sam = place.sign_in("sam")
    told = sam.get(f"{AT}/park/newest").json()
    assert [(one["site"], one["called"], one["waiting"]) for one in told["sites"]] == [
        ("other", True, 1), ("camp", False, 0)
    ]  # fmt: skip
    assert told["weeks"] == [WEEK]
    assert told["says"].startswith("Of 2 sites with a report 1 is called changed.")
    assert 50 < told["e_together"] < 200
    later = sam.get(f"{AT}/park/2026-W01").json()["sites"]
    assert {one["site"]: one["waiting"] for one in later} == {"camp": 0, "other": 1}, "it waits without a report too"
    alarm = sam.get("/api/v1/alarms").json()["items"][0]["id"]
    done = sam.post(f"/api/v1/alarms/{alarm}/acknowledge", json={"cause": "model", "note": "a new threshold"})
    assert done.status_code == 200, done.text
    assert {one["waiting"] for one in sam.get(f"{AT}/park/{WEEK}").json()["sites"]} == {0}


def test_a_site_without_a_report_is_named_and_not_counted(place: Place) -> None:
    kept(place, sample())
    told = place.sign_in("sam").get(f"{AT}/park/{WEEK}").json()
    assert [(one["site"], one["verdict"]) for one in told["sites"]] == [("camp", "consistent"), ("other", None)]
    assert told["says"].startswith("Of 1 site with a report none is called changed.")
    assert place.sign_in("elsa").get(f"{AT}/park/{WEEK}").json()["weeks"] == []


def test_an_alarm_waits_first_at_a_site_without_a_report_of_the_week_too(place: Place) -> None:
    kept(place, doubled(), "other")
    kept(place, sample(), week="2026-W48")
    told = place.sign_in("sam").get(f"{AT}/park/2026-W48").json()
    assert [(one["site"], one["waiting"]) for one in told["sites"]] == [("other", 1), ("camp", 0)]


def test_a_week_that_is_none_is_refused(place: Place) -> None:
    sam = place.sign_in("sam")
    for week in ("2026-47", "W47", "2026-W4", "..%2f"):
        assert sam.get(f"{AT}/camp/{week}.html").status_code in (404, 422)


def test_words_of_people_reach_the_page_escaped(place: Place) -> None:
    kept(place, sample(means="<script>alert(1)</script>"))
    text = place.sign_in("sam").get(f"{AT}/camp/{WEEK}.html").text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
