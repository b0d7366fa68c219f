"""`model evaluate` and `model compare` on pictures that the project draws, in processes of their own."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from api.settings import SHIPPED
from ingest import footage
from model.bundle import MANIFEST, write
from tests.api.commands import Commands, with_park
from tests.model.networks import SEEN, network

SCENES = {"bear": ("creek", 12.0), "empty": ("creek", 60.0), "person": ("trail", 12.0)}


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    return Commands(folder=tmp_path_factory.mktemp("judging"))


@pytest.fixture(scope="module")
def pictures(commands: Commands) -> Path:
    """Three visits of two pictures for each label, with a labels.csv."""
    folder, lines = commands.folder / "pictures", ["file,label,camera,sequence,distance"]
    folder.mkdir()
    for label, (scene, at_s) in SCENES.items():
        for number in range(6):
            name = f"{label}-{number}.jpg"
            drawn = footage.render(scene, at_s + number / 10, seed=201 + number // 2)
            Image.fromarray(drawn).save(folder / name, quality=92)
            lines.append(f"{name},{label},{scene},{label}-{number // 2},{'far' if label == 'bear' else ''}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def stricter(commands: Commands) -> Path:
    """The demo's version with a threshold that no picture reaches, and other names for its labels."""
    folder = commands.folder / "stricter"
    shutil.copytree(SHIPPED / "demo", folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    write(folder, manifest | {"name": "stricter", "threshold": 1.0})
    return folder


def test_two_versions_are_compared_visit_by_visit(commands: Commands, pictures: Path, stricter: Path) -> None:
    told = commands.run("model", "compare", "default", str(stricter), str(pictures), "--json")
    assert told.code == 0, told.err
    document = told.document
    assert (document["pictures"], document["visits"]) == (18, {"bear": 3, "other": 6})
    recall = document["recall_bear"]
    assert (recall["n"], recall["both"], recall["only_b"], recall["b"]) == (3, 0, 0, 0.0)
    assert recall["only_a"] == len([visit for visit in document["only_a"] if visit["bear"]]) >= 2
    assert recall["difference"] == pytest.approx(-recall["a"])
    low, high = recall["difference_interval"]
    assert -1 <= low <= recall["difference"] < high <= 1
    assert recall["p"] == pytest.approx(2 * 0.5 ** recall["only_a"])
    assert document["only_b"] == []
    assert all(len(visit["files"]) == 2 for visit in document["only_a"])
    assert "Newcombe" in document["methods"]["interval"]


def test_people_read_the_comparison_in_sentences(commands: Commands, pictures: Path, stricter: Path) -> None:
    told = commands.run("model", "compare", "default", str(stricter), str(pictures))
    assert told.code == 0
    assert "18 pictures, 3 visits with bears and 6 without" in told.out
    assert "only demo-scenery says bear:" in told.out


def test_a_label_of_which_nobody_knows_whether_it_is_a_bear_is_named_with_its_mend(
    commands: Commands, pictures: Path, tmp_path: Path
) -> None:
    shutil.copytree(pictures, tmp_path / "own")
    listed = tmp_path / "own" / "labels.csv"
    listed.write_text(listed.read_text().replace(",bear,", ",brown,"))
    words = ("model", "compare", "default", str(SHIPPED / "default"), str(tmp_path / "own"))
    refused = commands.run(*words)
    assert refused.code == 1
    assert "label brown" in refused.err
    assert "--bear" in refused.err
    told = commands.run(*words, "--bear", "brown", "--json")
    assert told.code == 0
    assert told.document["visits"]["bear"] == 3
    evaluated = commands.run("model", "evaluate", "default", str(tmp_path / "own"))
    assert evaluated.code == 1
    assert "label brown" in evaluated.err
    assert "`out`" in evaluated.err


def test_a_version_is_measured_whole_and_in_slices(commands: Commands, pictures: Path) -> None:
    told = commands.run("model", "evaluate", "default", str(pictures), "--json")
    assert told.code == 0, told.err
    document = told.document
    assert document["n"] == 18
    assert document["slices"].keys() >= {"day", "far", "camera:creek", "camera:trail", "label:bear", "label:person"}
    assert document["slices"]["far"]["n"] == document["slices"]["label:bear"]["n"] == 6
    assert document["ece_bear"] is None
    assert 0 <= document["ece"] <= 1
    assert sum(point["n"] for point in document["reliability"]) == 18
    assert all(point["interval"][0] <= point["share"] <= point["interval"][1] for point in document["reliability"])
    assert {"brier", "log_loss"} <= document.keys()
    words = commands.run("model", "evaluate", "default", str(pictures))
    assert "too few bears for one calibration number" in words.out
    assert "camera:creek" in words.out


def test_a_wrapped_box_detector_works_wherever_a_version_does(tmp_path: Path, pictures: Path) -> None:
    commands = with_park(tmp_path)
    made = commands.run(
        "model", "wrap", str(network(tmp_path, SEEN)), "--family", "rows", "--labels", "bear,dog", "--out", "boxes",
        "--json",
    )  # fmt: skip
    assert made.code == 0, made.err
    told = made.document
    assert (told["labels"], told["bear"], told["size"]) == (["bear", "dog", "empty"], ["bear"], 64)
    assert commands.run("model", "add", "boxes").code == 0
    rule = commands.file("rule.toml", 'site = "lower-camp"\nstage = "shadow"\nmodel = "boxes"\n')
    proposed = commands.run("rule", "propose", rule, "--as", "ada", "--reason", "try", "--json", by="ada")
    assert proposed.code == 0, proposed.err
    own = Commands(folder=tmp_path, settings={"BEARWATCH_MODEL": str(tmp_path / "boxes")})
    picture = str(pictures / "empty-0.jpg")
    seen = own.run("classify", picture, "--json").document
    assert (seen["label"], seen["bear"], seen["out_of_domain_p"], seen["model"]) == (
        "bear",
        True,
        None,
        told["sha256"],
    )
    assert [box["label"] for box in seen["boxes"]] == ["bear", "dog"]
    replayed = own.run("replay", picture, "--camera", "creek", "--start", "2026-11-20T03:00:00Z", "--json")
    assert replayed.code == 0, replayed.err
    assert [visit["bear"] for visit in replayed.document["visits"]] == [True]
    shown = own.run("model", "show", "boxes", "--json").document
    assert shown["manifest"]["kind"] == "boxes"
