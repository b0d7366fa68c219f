"""The page Clean over HTTP: the worst losses, marks that are applied and undone, and the next training."""

import json
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from model import labels
from tests.api.conftest import Place

V1 = "/api/v1/cleaning"
RUN = f"{V1}/runs/first"
LOSSES = [
    ("bear/0.jpg", "bear", "valid", 0.2),
    ("bear/1.jpg", "bear", "valid", 4.2),
    ("empty/0.jpg", "empty", "train", 1.5),
]


@pytest.fixture
def data(place: Place) -> Path:
    """A training folder of two labels, and the run that was made of it."""
    folder = place.system.settings.training / "park"
    make_run(folder, place.system.settings.runs / "first")
    return folder


def make_run(data: Path, run: Path) -> None:
    for number, (file, *_) in enumerate(LOSSES):
        (data / file).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (640, 480), (60 * number, 90, 60)).save(data / file)
    run.mkdir(parents=True)
    (run / "used.json").write_text(json.dumps({"data": str(data)}))
    rows = [
        {"file": file, "label": label, "part": part, "predicted": "teddy", "loss": loss, "p": 0.1,
         "probabilities": {"teddy": 0.8765, "bear": 0.1, "empty": 0.0235}}
        for file, label, part, loss in LOSSES
    ]  # fmt: skip
    (run / "losses.json").write_text(json.dumps(rows))


def mark(file: str, act: str = "delete", seen: str = "bear", label: str = "") -> dict[str, Any]:
    return {"file": file, "act": act, "seen": seen, "label": label}


def test_an_admin_sees_the_worst_losses_first_with_label_part_and_probability(place: Place, data: Path) -> None:
    ada = place.sign_in("ada")
    assert [(run["name"], run["data"], run["fault"]) for run in ada.get(f"{V1}/runs").json()["items"]] == [
        ("first", "park", None)
    ]
    told = ada.get(RUN).json()
    assert [one["file"] for one in told["items"]] == ["bear/1.jpg", "empty/0.jpg", "bear/0.jpg"]
    assert told["items"][0] == {
        "file": "bear/1.jpg", "label": "bear", "taught": "bear", "part": "valid", "predicted": "teddy", "loss": 4.2,
        "p": 0.8765, "label_p": 0.1,
    }  # fmt: skip
    assert (told["counts"], told["labels"]) == (
        {"bear": {"valid": 2}, "empty": {"train": 1}}, ["bear", "empty", "teddy"],
    )  # fmt: skip
    assert [one["file"] for one in ada.get(RUN, params={"label": "empty", "part": "train"}).json()["items"]] == [
        "empty/0.jpg"
    ]
    shown = ada.get(f"{RUN}/picture.jpg", params={"file": "bear/1.jpg", "width": 320})
    assert shown.headers["content-type"] == "image/jpeg"
    assert Image.open(BytesIO(shown.content)).size == (320, 240)


def test_nothing_but_a_listed_picture_is_shown(place: Place, data: Path) -> None:
    ada = place.sign_in("ada")
    (data.parent / "secret.jpg").write_bytes((data / "bear" / "0.jpg").read_bytes())
    (data / "bear" / "link.jpg").symlink_to(data.parent / "secret.jpg")
    for file in (
        "../secret.jpg",
        str(data.parent / "secret.jpg"),
        "bear/link.jpg",
        "bear/../../secret.jpg",
        "labels.csv",
    ):
        assert ada.get(f"{RUN}/picture.jpg", params={"file": file}).status_code == 404, file
    for run in ("..", "%2e%2e%2ftraining", "second"):
        assert ada.get(f"{V1}/runs/{run}").status_code == 404, run


def test_a_training_folder_elsewhere_is_named_and_not_touched(place: Place, data: Path, tmp_path: Path) -> None:
    make_run(tmp_path / "elsewhere", place.system.settings.runs / "other")
    ada = place.sign_in("ada")
    faults = {run["name"]: run["fault"] for run in ada.get(f"{V1}/runs").json()["items"]}
    assert "BEARWATCH_TRAINING_DIR" in faults["other"]
    told = ada.post(f"{V1}/runs/other/apply", json={"marks": [mark("bear/0.jpg")]})
    assert (told.status_code, told.json()["type"]) == (503, "urn:bearwatch:error:training-data-unusable")
    assert (tmp_path / "elsewhere" / "bear" / "0.jpg").is_file()


def test_marks_are_applied_together_and_undone_together_and_the_audit_says_who(place: Place, data: Path) -> None:
    ada = place.sign_in("ada")
    marks = [mark("bear/1.jpg"), mark("empty/0.jpg", "relabel", "empty", "cub")]
    done = ada.post(f"{RUN}/apply", json={"marks": marks}).json()
    assert (done["by"], done["says"]) == ("ada", "1 to the trash, 1 relabelled")
    told = ada.get(RUN).json()
    assert [(one["file"], one["label"], one["taught"]) for one in told["items"]] == [
        ("empty/0.jpg", "cub", "empty"), ("bear/0.jpg", "bear", "bear"),
    ]  # fmt: skip
    assert told["last"]["number"] == done["number"]
    assert (data / "trash" / "1" / "bear" / "1.jpg").is_file()
    assert ada.post(f"{RUN}/undo", json={"number": done["number"] + 1}).status_code == 409
    assert ada.post(f"{RUN}/undo", json={"number": done["number"]}).status_code == 200
    assert (data / "bear" / "1.jpg").is_file()
    assert ada.get(RUN).json()["last"] is None
    entries = [entry for entry in ada.get("/api/v1/audit").json()["items"] if entry["subject"] == "training:park"]
    assert [(entry["who"], entry["action"]) for entry in entries] == [
        ("ada", "training.restored"), ("ada", "training.cleaned"),
    ]  # fmt: skip
    assert entries[1]["body"]["changes"][0] == {"file": "bear/1.jpg", "from": "bear", "to": None}


def test_somebody_who_was_slower_is_told_and_nothing_of_theirs_is_done(place: Place, data: Path) -> None:
    ada = place.sign_in("ada")
    ada.post(f"{RUN}/apply", json={"marks": [mark("bear/0.jpg", "relabel", label="cub")]})
    late = ada.post(f"{RUN}/apply", json={"marks": [mark("bear/1.jpg"), mark("bear/0.jpg")]})
    assert late.status_code == 409
    assert "somebody was faster" in late.json()["detail"]
    assert (data / "bear" / "1.jpg").is_file()
    assert [row.label for row in labels.read(data)] == ["cub", "bear", "empty"]
    assert (
        ada.post(f"{RUN}/apply", json={"marks": [mark("bear/1.jpg", "relabel", label="Big Bear")]}).status_code == 422
    )


def test_the_next_training_is_started_as_a_job_that_says_how_it_ended(place: Place, data: Path) -> None:
    ada = place.sign_in("ada")
    offered = ada.get(f"{V1}/training", params={"run": "first"}).json()
    assert (offered["state"], offered["installed"]) == ("none", True)
    assert (
        offered["command"]
        == f"bearwatch model train {data} --out {place.system.settings.runs / 'first-2'} --name first-2"
    )
    assert ada.post(f"{V1}/training/stop").status_code == 409
    begun = ada.post(f"{V1}/training", json={"run": "first"}).json()
    assert (begun["by"], begun["run"], begun["uses"]) == ("ada", "first-2", "used: 3; left: none")
    end = time.monotonic() + 60
    while (told := ada.get(f"{V1}/training").json())["state"] == "running":
        assert time.monotonic() < end
        time.sleep(0.2)
    assert told["state"] == "failed"
    assert told["lines"]
    assert ada.get("/api/v1/audit").json()["items"][0]["action"] == "training.started"
