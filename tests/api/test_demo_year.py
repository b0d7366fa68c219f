"""The demo year behind the API: it is shown on its own page, and in nothing else."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import demo_year, wiring
from api.demo_year import DemoYear
from api.settings import Settings
from rollout.demo_year import EDITION, STORIES, WEEKS
from store import tables
from store.session import reading, transaction
from tests.api.commands import Commands
from tests.api.conftest import Place
from tests.api.test_rights import DOORS, routes
from tests.conftest import YEAR_NOW as NOW

V1 = "/api/v1"
WORDS = [word for story in STORIES for word in (story.site, story.title.partition(":")[0])]


def make(place: Place, reports: int = 0) -> int:
    """The year's rows, and as many of its reports."""
    left = iter(range(reports))
    return demo_year.make(
        place.system.demo_year, time_zone="America/Denver", now=NOW, stopped=lambda: next(left, None) is None
    )


@pytest.fixture
def ada(place: Place, simulated_year: Path) -> Iterator[TestClient]:
    """An admin of a park with a demo year, of which six reports are made."""
    shutil.copyfile(simulated_year, place.system.demo_year.file)
    make(place, reports=6)
    yield place.sign_in("ada")
    place.system.demo_year.engine.dispose()


def test_without_a_year_there_is_no_page_of_it(place: Place) -> None:
    ada = place.sign_in("ada")
    assert ada.get(f"{V1}/me").json()["demo_year"] is False
    assert ada.get(f"{V1}/demo-year").status_code == 404
    assert ada.get(f"{V1}/demo-year/quiet-valley/2026-W47.html").status_code == 404


def test_five_verdicts_are_told_as_they_were_known_on_a_monday(ada: TestClient) -> None:
    told = ada.get(f"{V1}/demo-year").json()
    assert (told["simulated"], told["number"], told["weeks"], told["week"]) == (True, WEEKS, WEEKS, "2026-W47")
    assert (told["known_at"], told["made"], told["of"]) == ("2026-11-23T13:00:00Z", 6, WEEKS * 5)
    assert [one["verdict"] for one in told["sites"]] == [
        "consistent", "alarm_up", "data_fault", "manual_watch_missing", "not_enough_data",
    ]  # fmt: skip
    assert all(one["sentence"] and len(one["pictures"]) >= 2 and not one["kept"] for one in told["sites"])
    first = ada.get(f"{V1}/demo-year", params={"week": 1}).json()
    assert all(one["kept"] for one in first["sites"])
    assert [week["word"] is None for week in first["sites"][0]["year"][:3]] == [False, False, True]


def test_a_week_that_is_not_there_is_refused(ada: TestClient) -> None:
    assert ada.get(f"{V1}/demo-year", params={"week": WEEKS + 1}).status_code == 422
    assert ada.get(f"{V1}/demo-year/camp/2026-W47.html").status_code == 404
    assert ada.get(f"{V1}/demo-year/quiet-valley/2020-W01.html").status_code == 404


def test_the_whole_report_says_that_it_is_simulated(ada: TestClient) -> None:
    page = ada.get(f"{V1}/demo-year/twin-creek/2026-W47.html")
    assert page.status_code == 200
    assert "Twin creek: doubled (simulated)" in page.text


def test_nothing_simulated_is_in_any_list_number_or_table_of_the_park(place: Place, ada: TestClient) -> None:
    asked = [path for method, path in DOORS if method == "GET" and "{" not in path and path != "/demo-year"]
    plain = [path for path, methods in routes(place) if "GET" in methods and "{" not in path and V1 not in path]
    told = {
        path: ada.get(path, params={"site": "camp"} if path.endswith(("encounters", "preview")) else {}).text
        for path in [f"{V1}{path}" for path in asked] + [path for path in plain if path not in ("", "/api/docs")]
    }
    assert len(told) > 30
    assert {path: word for path, text in told.items() for word in WORDS if word in text} == {}
    with reading(place.system.engine) as session:
        every = json.dumps([[row.id, row.name] for row in session.query(tables.Site)])
        assert session.query(tables.Notice).count() == 0
    assert not any(word in every for word in WORDS)


def test_it_goes_on_where_it_was_stopped_and_an_older_edition_goes(place: Place) -> None:
    old = place.system.data_dir / f"demo-year-{EDITION - 1}-0001.db"
    old.write_bytes(b"")
    assert make(place, reports=2) == 2
    file, made = place.system.demo_year.file, place.system.demo_year.file.stat().st_ino
    assert not old.exists()
    assert make(place, reports=1) == 1
    assert file.stat().st_ino == made
    with reading(place.system.demo_year.engine) as session:
        assert session.query(tables.DriftReport).count() == 3
    place.system.demo_year.engine.dispose()


def test_the_setting_hides_a_year_that_was_made(place: Place, ada: TestClient) -> None:
    assert ada.get(f"{V1}/me").json()["demo_year"] is True
    assert not DemoYear(place.system.data_dir, wanted=False).there


def test_no_year_is_made_beside_a_real_park_nor_where_none_is_wanted(commands: Commands) -> None:
    assert commands.run("demo-year").code == 1
    with wiring.opened(Settings(data_dir=commands.data_dir)) as system, transaction(system.engine) as session:
        session.get_one(tables.Park, 1).demo = True
    told = replace(commands, settings={"BEARWATCH_DEMO_YEAR": "false"}).run("demo-year")
    assert told.code == 1
    assert "BEARWATCH_DEMO_YEAR" in told.err
    assert not list(commands.folder.rglob("demo-year-*"))
