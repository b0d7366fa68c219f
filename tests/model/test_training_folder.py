"""A training folder on disk: changed as a whole, undone as a whole, nothing unlinked, nothing outside touched."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from model import dataset, labels, trained
from model.cleaning import Act, Mark
from model.labels import Labelled
from model.training_folder import LOG, TrainingFolder
from store.errors import NotAllowedNow, NotFound, TrainingDataUnusable

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> TrainingFolder:
    """Two pictures each of two labels, in folders of labels."""
    for label in ("bear", "empty"):
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(2):
            Image.new("RGB", (32, 32), (number, 0, 0)).save(tmp_path / "data" / label / f"{number}.jpg")
    return TrainingFolder(tmp_path / "data")


def delete(file: str, seen: str = "bear") -> Mark:
    return Mark(file=file, act=Act.DELETE, seen=seen)


def relabel(file: str, label: str, seen: str = "bear") -> Mark:
    return Mark(file=file, act=Act.RELABEL, seen=seen, label=label)


def pictures(folder: TrainingFolder) -> dict[str, bytes]:
    return {str(path.relative_to(folder.folder)): path.read_bytes() for path in folder.folder.rglob("*.jpg")}


def test_the_first_change_writes_labels_csv_and_undoing_it_leaves_folders_of_labels(folder: TrainingFolder) -> None:
    before = pictures(folder)
    done = folder.apply([delete("bear/0.jpg"), relabel("bear/1.jpg", "cub")], by="ada", now=NOW)
    assert [(row.file, row.label, row.by) for row in labels.read(folder.folder)] == [
        ("bear/1.jpg", "cub", "ada"), ("empty/0.jpg", "empty", ""), ("empty/1.jpg", "empty", ""),
    ]  # fmt: skip
    assert (folder.folder / "trash" / "1" / "bear" / "0.jpg").read_bytes() == before["bear/0.jpg"]
    folder.undo(done.number, by="sam", now=NOW)
    assert pictures(folder) == before
    assert not (folder.folder / labels.LABELS).exists()
    assert {row.label for row in dataset.listed(folder.folder)} == {"bear", "empty"}
    assert [(entry.by, entry.undoes) for entry in folder.log()] == [("ada", None), ("sam", 1)]


def test_changes_are_undone_one_after_the_other_from_the_last(folder: TrainingFolder) -> None:
    labels.write(folder.folder, folder.rows())
    before = (folder.folder / labels.LABELS).read_bytes()
    first = folder.apply([delete("bear/0.jpg")], by="ada", now=NOW)
    second = folder.apply([relabel("bear/1.jpg", "cub")], by="ada", now=NOW)
    with pytest.raises(NotAllowedNow, match="not the last change"):
        folder.undo(first.number, by="ada", now=NOW)
    folder.undo(second.number, by="ada", now=NOW)
    folder.undo(first.number, by="ada", now=NOW)
    assert (folder.folder / labels.LABELS).read_bytes() == before
    assert folder.last() is None
    with pytest.raises(NotAllowedNow, match="not the last change"):
        folder.undo(first.number, by="ada", now=NOW)


def test_a_change_that_a_power_cut_broke_off_is_undone_whole(folder: TrainingFolder) -> None:
    """The log is written, one of two pictures was moved, labels.csv is the old one."""
    labels.write(folder.folder, folder.rows())
    listed, before = folder.folder / labels.LABELS, pictures(folder)
    told = listed.read_bytes()
    done = folder.apply([delete("bear/0.jpg"), delete("bear/1.jpg")], by="ada", now=NOW)
    (folder.folder / "trash" / "1" / "bear" / "1.jpg").rename(folder.folder / "bear" / "1.jpg")
    listed.write_bytes(told)
    folder.undo(done.number, by="ada", now=NOW)
    assert (pictures(folder), listed.read_bytes()) == (before, told)


def test_undoing_overwrites_no_newer_picture_and_moves_nothing(folder: TrainingFolder) -> None:
    done = folder.apply([delete("bear/0.jpg"), delete("bear/1.jpg")], by="ada", now=NOW)
    (folder.folder / "bear" / "1.jpg").write_bytes(b"newer")
    before = pictures(folder)
    with pytest.raises(NotAllowedNow, match=r"^bear/1\.jpg: .*move one of the two"):
        folder.undo(done.number, by="ada", now=NOW)
    assert (pictures(folder), folder.last()) == (before, done)
    (folder.folder / "bear" / "1.jpg").unlink()
    folder.undo(done.number, by="ada", now=NOW)
    assert "bear/1.jpg" in pictures(folder)


def test_undoing_after_the_trash_was_emptied_names_what_is_missing_and_moves_nothing(folder: TrainingFolder) -> None:
    done = folder.apply([delete("bear/0.jpg"), delete("bear/1.jpg")], by="ada", now=NOW)
    (folder.folder / "trash" / "1" / "bear" / "1.jpg").unlink()
    before = pictures(folder)
    with pytest.raises(TrainingDataUnusable, match=r"^bear/1\.jpg: neither"):
        folder.undo(done.number, by="ada", now=NOW)
    assert (pictures(folder), folder.last()) == (before, done)


def test_undoing_that_the_disk_refuses_says_so_and_can_be_tried_again(folder: TrainingFolder) -> None:
    before = pictures(folder)
    done = folder.apply([delete("bear/0.jpg"), delete("bear/1.jpg")], by="ada", now=NOW)
    place = folder.folder / "bear"
    place.rmdir()
    place.write_bytes(b"no folder")
    with pytest.raises(TrainingDataUnusable, match="press undo again"):
        folder.undo(done.number, by="ada", now=NOW)
    place.unlink()
    folder.undo(done.number, by="ada", now=NOW)
    assert pictures(folder) == before


def test_a_change_that_the_disk_refuses_is_taken_back_or_says_that_it_was_not(folder: TrainingFolder) -> None:
    labels.write(folder.folder, folder.rows())
    before = pictures(folder)
    (folder.folder / "trash").write_bytes(b"no folder")
    with pytest.raises(TrainingDataUnusable, match="nothing was"):
        folder.apply([delete("bear/0.jpg")], by="ada", now=NOW)
    assert (pictures(folder), folder.last()) == (before, None)
    (folder.folder / "trash").unlink()
    (folder.folder / LOG).unlink()
    (folder.folder / LOG).mkdir()
    with pytest.raises(TrainingDataUnusable, match="press undo"):
        folder.apply([delete("bear/0.jpg")], by="ada", now=NOW)
    assert pictures(folder) == before


def test_a_line_of_the_log_that_was_torn_off_never_began(folder: TrainingFolder) -> None:
    folder.apply([delete("bear/0.jpg")], by="ada", now=NOW)
    with (folder.folder / LOG).open("a") as log:
        log.write('{"number": 2, "at"')
    assert [entry.number for entry in folder.log()] == [1]
    folder.apply([delete("bear/1.jpg")], by="ada", now=NOW)
    assert [json.loads(line)["number"] for line in (folder.folder / LOG).read_text().splitlines()] == [1, 2]


def test_one_mark_that_cannot_be_done_leaves_everything_as_it_was(folder: TrainingFolder) -> None:
    before = pictures(folder)
    with pytest.raises(NotAllowedNow, match="by now"):
        folder.apply([delete("bear/0.jpg"), delete("bear/1.jpg", seen="cub")], by="ada", now=NOW)
    assert (pictures(folder), folder.log()) == (before, [])


def test_only_listed_pictures_inside_the_folder_are_reached(folder: TrainingFolder, tmp_path: Path) -> None:
    outside = tmp_path / "secret.jpg"
    outside.write_bytes(b"secret")
    (folder.folder / "bear" / "link.jpg").symlink_to(outside)
    names = ["../secret.jpg", str(outside), "bear/link.jpg", "trash/1/bear/0.jpg", "bear/../bear/0.jpg"]
    labels.write(folder.folder, [*folder.rows(), *(Labelled(file=name, label="bear") for name in names)])
    (folder.folder / "trash" / "1" / "bear").mkdir(parents=True)
    (folder.folder / "trash" / "1" / "bear" / "0.jpg").write_bytes(b"old")
    assert folder.picture("bear/0.jpg").is_file()
    for name in [*names, "empty/../bear/0.jpg", "labels.csv", "", "bear"]:
        with pytest.raises(NotFound):
            folder.picture(name)
    for name in names:
        with pytest.raises(NotFound):
            folder.apply([delete(name)], by="ada", now=NOW)
    assert outside.read_bytes() == b"secret"


def test_a_trash_that_leads_elsewhere_takes_no_picture(folder: TrainingFolder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder.folder / "trash").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotAllowedNow, match="trash is a link"):
        folder.apply([delete("bear/0.jpg")], by="ada", now=NOW)
    assert (folder.folder / "bear" / "0.jpg").is_file()
    assert not (folder.folder / LOG).exists()


@pytest.mark.parametrize(
    ("told", "says"),
    [(None, "has not finished"), ("[{}]", "cannot be read"), ('[{"file": "a", "loss": NaN}]', "cannot be read")],
)
def test_losses_that_cannot_be_read_say_so(tmp_path: Path, told: str | None, says: str) -> None:
    run = tmp_path / "first"
    run.mkdir()
    (run / trained.USED).write_text(json.dumps({"data": "data"}))
    if told is not None:
        (run / trained.LOSSES).write_text(told)
    with pytest.raises(TrainingDataUnusable, match=says):
        trained.losses(trained.one(tmp_path, "first"))


def test_a_run_is_a_folder_of_its_own_and_the_next_has_the_next_number(tmp_path: Path) -> None:
    for name in ("first", "first-2", "first-10", "second"):
        (tmp_path / name).mkdir()
    (tmp_path / "first" / trained.USED).write_text(json.dumps({"data": "data"}))
    asked = {"base": "bundle", "epochs": 3, "name": "own", "download_weights": None}
    (tmp_path / "first" / trained.ASKED).write_text(json.dumps({"asked": asked}))
    (tmp_path / "linked").symlink_to(tmp_path / "first")
    assert [run.name for run in trained.every(tmp_path)] == ["first"]
    for name in ("linked", "..", "second", "../first", ""):
        with pytest.raises(NotFound):
            trained.one(tmp_path, name)
    run = trained.one(tmp_path, "first")
    assert trained.next_name(run, tmp_path) == "first-11"
    assert trained.next_words(run, Path("first-11")) == [
        "model", "train", "data", "--out", "first-11", "--base", "bundle", "--epochs", "3", "--name", "first-11",
    ]  # fmt: skip
