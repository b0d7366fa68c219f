"""Which pictures judge: whole cameras, never frames, and each label on both sides."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from model import dataset
from model.dataset import Row
from model.labels import Labelled, write
from store.errors import TrainingDataUnusable


def rows(*told: tuple[str, str, str, int], part: str = "") -> list[Row]:
    """So many rows of each label, camera and sequence."""
    return [
        Row(
            path=Path("x"), file=f"{label}-{camera}-{sequence}-{number}", label=label, camera=camera,
            sequence=sequence, part=part,
        )
        for label, camera, sequence, count in told
        for number in range(count)
    ]  # fmt: skip


def unlike(found: Iterable[Row]) -> dict[str, str]:
    return {row.file: row.file for row in found}


@pytest.mark.parametrize("seed", range(20))
def test_a_camera_teaches_or_judges_and_each_label_does_both(seed: int) -> None:
    told = rows(*((label, f"c{camera}", "", 5) for camera in range(8) for label in ("bear", "empty")))
    found = dataset.split(told, unlike(told), seed=seed)
    sides = {camera: {row.part for row in found.rows if row.camera == camera} for camera in {r.camera for r in told}}
    assert all(len(parts) == 1 for parts in sides.values())
    for label in ("bear", "empty"):
        assert {row.part for row in found.rows if row.label == label} == {"train", "valid"}
    assert found.by_sequence == ()
    assert found.rows == dataset.split(told, unlike(told), seed=seed).rows


def test_the_only_camera_of_a_label_is_divided_by_its_sequences_and_named() -> None:
    told = rows(*(("bear", "creek", f"visit{number}", 4) for number in range(6)), ("empty", "", "", 12))
    found = dataset.split(told, unlike(told))
    assert found.by_sequence == ("creek",)
    visits = {row.sequence: {one.part for one in found.rows if one.sequence == row.sequence} for row in told[:24]}
    assert all(len(parts) == 1 for parts in visits.values())
    assert {row.part for row in found.rows if row.camera} == {"train", "valid"}


def test_one_camera_without_sequences_is_never_divided_by_frame() -> None:
    told = rows(("bear", "creek", "", 30), ("empty", "", "", 12))
    with pytest.raises(TrainingDataUnusable, match=r"bear is in part train and not in part valid .*camera creek"):
        dataset.split(told, unlike(told))


def test_pictures_that_look_alike_stay_together_where_nothing_is_named() -> None:
    told = rows(("bear", "", "", 20), ("empty", "", "", 20))
    alike = {row.file: str(int(row.file.rpartition("-")[2]) // 4) for row in told}
    found = dataset.split(told, alike)
    for row in found.rows:
        together = {one.part for one in found.rows if (one.label, alike[one.file]) == (row.label, alike[row.file])}
        assert together == {row.part}


def test_a_part_that_is_stated_stands_and_takes_its_camera_along() -> None:
    stated = rows(("bear", "a", "1", 1), ("empty", "a", "1", 1), part="valid")
    told = [*stated, *rows(("bear", "a", "2", 3), ("bear", "b", "", 9), ("empty", "b", "", 9))]
    found = dataset.split(told, unlike(told))
    assert {row.part for row in found.rows if row.camera == "a"} == {"valid"}
    assert {row.part for row in found.rows if row.camera == "b"} == {"train"}


@pytest.mark.parametrize("missing", ["train", "valid"])
def test_a_label_on_one_side_only_is_an_error_that_names_it(missing: str) -> None:
    there = "valid" if missing == "train" else "train"
    told = [
        *rows(("bear", "", "", 5), part=there), *rows(("empty", "", "", 4), part="train"),
        *rows(("empty", "", "x", 4), part="valid"),
    ]  # fmt: skip
    with pytest.raises(TrainingDataUnusable, match=f"bear is in part {there} and not in part {missing}"):
        dataset.split(told, unlike(told))


def test_a_label_with_one_picture_and_bears_that_are_none_are_told() -> None:
    with pytest.raises(TrainingDataUnusable, match="bear 9, teddy 1"):
        dataset.require_labels(rows(("bear", "", "", 9), ("teddy", "", "", 1)), ("bear",))
    with pytest.raises(TrainingDataUnusable, match="grizzly must be some of: bear, teddy"):
        dataset.require_labels(rows(("bear", "", "", 9), ("teddy", "", "", 9)), ("grizzly",))


def test_a_row_knows_what_labels_csv_says_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    write(tmp_path, [Labelled(file="a.jpg", label="bear", camera="creek", sequence="7", licence="CC0", part="out")])
    (found,) = dataset.listed(tmp_path)
    assert (found.file, found.camera, found.sequence, found.licence) == ("a.jpg", "creek", "7", "CC0")
    assert found.part == "out"


def test_a_folder_without_pictures_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataUnusable, match=r"neither labels\.csv nor folders"):
        dataset.listed(tmp_path)


def test_a_hidden_folder_is_no_label(tmp_path: Path) -> None:
    for name in (".trash", "bear/night"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.jpg").touch()
    assert [(row.file, row.label) for row in dataset.listed(tmp_path)] == [("bear/night/a.jpg", "bear")]
