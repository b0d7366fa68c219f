"""The demo park: what it promises is true, the first time and every time after."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import auth, demo, wiring
from api.main import make_app
from api.settings import SHIPPED, Settings
from api.wiring import System
from ingest.footage import render
from ingest.sources import shot_of
from rollout import proposals, stops, worker
from rollout.terms import read
from store import alerts, people
from store.session import reading, transaction


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    settings = Settings(data_dir=tmp_path / "var", model=SHIPPED / "demo", disk_floor_mb=1)
    with wiring.opened(settings) as opened:
        wiring.register_default(opened)
        yield opened


def test_only_a_new_park_promises_an_alert_within_a_minute(system: System) -> None:
    assert "within a minute" in "\n".join(demo.bring(system))
    see_a_bear(system)
    again = "\n".join(demo.bring(system))
    assert "within a minute" not in again
    assert "wait for an answer: 1; not answered in time: 0" in again


def test_a_later_run_says_what_ran_out_of_time_and_what_is_stopped(system: System) -> None:
    demo.bring(system)
    see_a_bear(system)
    with transaction(system.engine) as session:
        alert = alerts.get(session, alerts.open_ones(session)[0])
        alert.deadline = wiring.now() - timedelta(minutes=1)
        stops.stop(session, "creek-camp", by="ada", reason="drill", now=wiring.now())
    again = "\n".join(demo.bring(system))
    assert "wait for an answer: 0; not answered in time: 1" in again
    assert "STOPPED, so nothing is sent: Creek camp" in again


@pytest.mark.parametrize("site", ["old-orchard", "creek-camp", "upper-meadow"])
def test_every_site_of_the_demo_can_be_widened_by_two_people(system: System, site: str) -> None:
    demo.bring(system)
    said = {
        "site": site, "stage": "trial", "last_day": (wiring.now() + timedelta(days=7)).date(), "threshold": 0.1,
        "override": {"reason": "try"}, "answers": {"if_it_worked_really_well": "people rely on it"},
    }  # fmt: skip
    with reading(system.engine) as session:
        ada = auth.actor_of(people.get(session, "ada"))
    with transaction(system.engine) as session:
        view = proposals.propose(
            session, read(said), by=ada, reason="try", now=wiring.now(), default_model=system.default_bundle.sha256
        )
    assert {item.what for item in view.missing} <= {"people"}


def see_a_bear(system: System) -> None:
    """A picture of a bear comes from the creek and is decided."""
    with transaction(system.engine) as session:
        key = auth.add_key(session, "creek", wiring.now())
    picture = shot_of(render("creek", 12.0, seed=3), 0).picture
    with TestClient(make_app(system)) as door:
        headers = {"Authorization": f"Bearer {key}"}
        answer = door.post("/api/v1/frames", files={"file": ("a.jpg", picture)}, headers=headers)
        assert answer.status_code == 202, answer.text
    while worker.once(system.parts, name="test", now=wiring.now()) is not None:
        pass
