"""The page Label over HTTP, and the training folder that comes of it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api import collecting, park_file, wiring
from model import labels
from model.data_policy import Policy
from model.training_folder import TrainingFolder
from rollout import parks
from store import tables
from store.errors import NotFound, ParkFileMalformed
from store.session import transaction
from store.vocabulary import RowSource, RowState
from tests.api.commands import Commands
from tests.api.conftest import PARK, Place
from tests.api.test_alerts import pending

V1 = "/api/v1/labelling"


def answered(place: Place, label: str | None = "bear") -> int:
    """An alert that riley called a bear, labelled by sam; gives the row."""
    alert = pending(place)
    place.sign_in("riley").post(f"/api/v1/alerts/{alert['id']}/review", json={"verdict": "bear", "species": "black"})
    sam = place.sign_in("sam")
    assert sam.post(f"{V1}/gather").json() == {"new": 1}
    row = int(sam.get(V1).json()["items"][0]["id"])
    assert sam.post(f"{V1}/{row}/answer", json={"label": label}).status_code == 200
    return row


def policy(place: Place, text: str) -> None:
    with transaction(place.system.engine) as session:
        plan = park_file.parse(PARK + text)
        parks.apply(session, plan, who="test", default_model=place.system.default_bundle.sha256, now=wiring.now())


def test_the_page_gives_a_candidate_without_any_score_until_somebody_asks(place: Place) -> None:
    alert = pending(place)
    place.sign_in("riley").post(f"/api/v1/alerts/{alert['id']}/review", json={"verdict": "bear", "species": "black"})
    sam = place.sign_in("sam")
    assert (sam.post(f"{V1}/gather").json(), sam.post(f"{V1}/gather").json()) == ({"new": 1}, {"new": 0})
    told = sam.get(V1)
    (row,) = told.json()["items"]
    assert (row["suggested"], row["says"], row["seen"]) == (
        "black", "riley said a bear, not having seen the score", False,
    )  # fmt: skip
    assert set(row["labels"]) == set(place.system.default_bundle.labels)
    assert "p_bear" not in told.text
    assert sam.get(row["picture"]).headers["content-type"] == "image/jpeg"
    assert sam.post(f"{V1}/{row['id']}/answer", json={"label": "Big Bear"}).status_code == 422
    first = sam.post(f"{V1}/{row['id']}/answer", json={"label": "cub"}).json()
    assert (first["state"], first["label"], first["said_by"], first["saw_score"]) == ("accepted", "cub", "sam", False)
    assert sam.post(f"{V1}/{row['id']}/reveal").json()["items"][0]["p_bear"] == alert["p_bear"]
    again = sam.post(f"{V1}/{row['id']}/answer", json={"label": "black"}).json()
    assert (again["label"], again["saw_score"], again["seen"]) == ("black", True, True)
    assert sam.get(V1, params={"state": "accepted"}).json()["counts"] == {"accepted": 1}


def test_rows_are_collected_once_with_who_said_so_and_where_they_come_from(place: Place, tmp_path: Path) -> None:
    row, out = answered(place), tmp_path / "training"
    now = wiring.now()
    told = collecting.collect(place.system, out, site="camp", now=now)
    assert (told.used, told.new, told.left, told.says) == (1, 1, {}, "used: 1; left: none")
    (line,) = labels.read(out)
    assert (line.label, line.camera, line.by, line.saw_score, line.more) == (
        "bear", "creek", "sam", "no", {"site": "camp"},
    )  # fmt: skip
    assert line.sequence.startswith("visit-")
    assert line.origin.startswith("visit:")
    assert (out / line.file).read_bytes().startswith(b"\xff\xd8")
    before = (out / labels.LABELS).read_bytes()
    assert collecting.collect(place.system, out, site=None, now=now).new == 0
    assert (out / labels.LABELS).read_bytes() == before
    with pytest.raises(NotFound, match="nowhere"):
        collecting.collect(place.system, out, site="nowhere", now=now)
    retired = place.sign_in("ada").post(f"{V1}/retire", json={"camera": "creek", "why": "old lens"})
    assert retired.json() == {"rows": 1}
    assert collecting.collect(place.system, out, site="other", now=now).used == 0
    assert [row.part for row in labels.read(out)] == [""]
    collecting.collect(place.system, out, site=None, now=now)
    assert [row.part for row in labels.read(out)] == ["out"]
    (gone,) = place.sign_in("sam").get(V1, params={"every": True, "retired": True}).json()["items"]
    assert (gone["id"], gone["retired_why"]) == (row, "old lens")


def test_pictures_in_folders_without_labels_csv_go_on_teaching(place: Place, tmp_path: Path) -> None:
    answered(place)
    (tmp_path / "grizzly").mkdir()
    (tmp_path / "grizzly" / "old.jpg").write_bytes(b"a picture")
    collecting.collect(place.system, tmp_path, site=None, now=wiring.now())
    assert [(row.file.split("/")[0], row.label, row.part) for row in labels.read(tmp_path)] == [
        ("grizzly", "grizzly", ""), ("reviewed", "bear", ""),
    ]  # fmt: skip


def test_a_retired_row_that_the_policy_left_before_does_not_come_back(place: Place, tmp_path: Path) -> None:
    answered(place)
    now, out = wiring.now(), tmp_path / "training"
    collecting.collect(place.system, out, site=None, now=now)
    folder, later = TrainingFolder(out), now + timedelta(days=400)
    assert folder.sort_out(Policy(window_days=365), now=later).used == ()
    place.sign_in("ada").post(f"{V1}/retire", json={"camera": "creek", "why": "old lens"})
    collecting.collect(place.system, out, site=None, now=later)
    assert folder.sort_out(Policy(), now=later).used == ()


def test_the_parks_policy_says_what_it_used_and_what_it_left(place: Place, tmp_path: Path) -> None:
    answered(place)
    with transaction(place.system.engine) as session:
        for frame in session.query(tables.Frame).order_by(tables.Frame.id.desc()).limit(3):
            if session.query(tables.TrainingRow).filter_by(frame_id=frame.id).count() == 0:
                session.add(_accepted(frame))
    used = collecting.collect(place.system, tmp_path / "all", site=None, now=wiring.now()).used
    policy(place, '[training]\nkeep = "window"\nwindow_days = 365\nmost_per_camera = 1\n')
    told = collecting.collect(place.system, tmp_path / "all", site=None, now=wiring.now())
    assert (told.used, sum(told.left.values())) == (1, used - 1)
    assert {"over the cap of camera creek"} >= set(told.left)
    late = collecting.collect(place.system, tmp_path / "all", site=None, now=wiring.now() + timedelta(days=400))
    assert (late.used, late.says) == (0, f"used: 0; left: {used} older than 365 days")
    assert {row.part for row in labels.read(tmp_path / "all")} == {"out"}


def _accepted(frame: tables.Frame) -> tables.TrainingRow:
    return tables.TrainingRow(
        frame_id=frame.id, site_id="camp", camera_id="creek", source=RowSource.AUDIT, state=RowState.ACCEPTED,
        says="drawn", label="empty", said_by=1, said_at=wiring.now(), saw_score=False, created_at=wiring.now(),
    )  # fmt: skip


def test_what_was_cleaned_since_stays_cleaned(place: Place, tmp_path: Path) -> None:
    from model.cleaning import Act, Mark

    answered(place)
    out = tmp_path / "training"
    collecting.collect(place.system, out, site=None, now=wiring.now())
    (line,) = labels.read(out)
    relabelled = replace(line, label="black", by="ada", saw_score="yes")
    mark = Mark(file=line.file, act=Act.RELABEL, seen="bear", label="black")
    TrainingFolder(out).apply([mark], by="ada", now=wiring.now())
    told = collecting.collect(place.system, out, site=None, now=wiring.now())
    assert labels.read(out) == [relabelled]
    assert told.left == {"deleted or relabelled on the page Clean": 1}


def test_a_policy_that_says_half_is_a_fault_with_its_line(place: Place) -> None:
    with pytest.raises(ParkFileMalformed, match=r'line 33: training\.keep: "window" needs window_days'):
        park_file.parse(PARK + '[training]\nkeep = "window"\n')
    with pytest.raises(ParkFileMalformed, match="allowed are keep, window_days, most_per_camera"):
        park_file.parse(PARK + "[training]\nkept = 3\n")


def test_the_command_says_what_it_used(commands: Commands) -> None:
    told = commands.run("model", "collect-reviewed", "out", "--site", "lower-camp", "--json")
    assert (told.code, told.document["used"], told.document["says"]) == (0, 0, "used: 0; left: none")
    assert commands.run("model", "collect-reviewed", "out", "--site", "nowhere").code == 1
