"""labels.csv: read, written whole, merged; what is wrong in it is named with its line."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from model import dataset, judging, labels
from model.collect import holdings
from model.labels import Labelled
from store.errors import TrainingDataUnusable


def test_what_was_written_is_read_again_with_columns_that_nobody_knows(tmp_path: Path) -> None:
    rows = [
        Labelled(file="a.jpg", label="black", camera="creek", licence="CC0", more={"keeper": "Ann, Bo"}),
        Labelled(file="b.jpg", label="teddy"),
    ]
    labels.write(tmp_path, rows)
    found = labels.read(tmp_path)
    assert found == [rows[0], Labelled(file="b.jpg", label="teddy", more={"keeper": ""})]
    assert [path.name for path in tmp_path.iterdir()] == [labels.LABELS]


def test_file_and_label_are_enough(tmp_path: Path) -> None:
    (tmp_path / labels.LABELS).write_text("\ufefflabel,file\nblack,a.jpg\n", encoding="utf-8")
    assert labels.read(tmp_path) == [Labelled(file="a.jpg", label="black")]


def test_folders_of_labels_are_walked_alike_without_the_trash_and_dot_folders(tmp_path: Path) -> None:
    for name in ("bear/deep/a.jpg", "trash/1/bear/b.jpg", ".cache/c.jpg"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"")
    found = [Labelled(file="bear/deep/a.jpg", label="bear")]
    assert labels.of_folders(tmp_path, {".jpg"}) == judging.listed(tmp_path) == found
    assert [(row.file, row.label) for row in dataset.listed(tmp_path)] == [("bear/deep/a.jpg", "bear")]
    assert list(holdings._unlisted(tmp_path)) == found


def test_a_folder_without_the_file_has_no_rows(tmp_path: Path) -> None:
    assert labels.read(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("picture,label\na.jpg,black\n", "must name at least file and label"),
        ("file,label\na.jpg,\n", "line 2: file and label must not be empty"),
        ("file,label,part\na.jpg,black,test\n", 'line 2: part is "test"'),
        ("file,label\na.jpg,black,creek\n", "line 2: it has more cells"),
    ],
)
def test_a_fault_names_the_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / labels.LABELS).write_text(text)
    with pytest.raises(TrainingDataUnusable, match=says):
        labels.read(tmp_path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("file,label\nb\u00e4r.jpg,black\n".encode("latin-1"), "is not UTF-8: save it as UTF-8"),
        (b"file,label\na.jpg," + b"x" * 200_000 + b"\n", "line 2: it cannot be read"),
    ],
)
def test_a_file_that_is_no_utf_8_or_no_csv_is_told(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / labels.LABELS).write_bytes(data)
    with pytest.raises(TrainingDataUnusable, match=says):
        labels.read(tmp_path)


def test_two_writers_never_share_a_file_and_a_failed_one_leaves_nothing(tmp_path: Path) -> None:
    rows = [Labelled(file=f"{number}.jpg", label="black") for number in range(500)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: labels.write(tmp_path, rows), range(20)))
    with pytest.raises(UnicodeEncodeError):
        labels.write(tmp_path, [Labelled(file="\udc80.jpg", label="black")])
    assert labels.read(tmp_path) == rows
    assert [path.name for path in tmp_path.iterdir()] == [labels.LABELS]
