"""Offers out of a CSV and out of a folder: what is wrong is named with its line, and the rest goes on."""

from pathlib import Path

import pytest

from model.collect import folders, lists
from model.collect.offers import Offer
from model.labels import Labelled
from store.errors import TrainingDataUnusable
from tests.model.collect.test_adding import drawn

NOTHING_SAID = Labelled(file="", label="")


def offered(folder: Path, text: str) -> list[Offer]:
    listed = folder / "pictures.csv"
    listed.write_text(text, encoding="utf-8")
    return list(lists.offers(listed, lists.read(listed)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", 'line 1: it is ""'),
        (
            "address,label\nhttp://a/b.jpg,black\n",
            'line 1: it is "address,label", and must name label and url or file',
        ),
        ("url,licence\n", 'line 1: it is "url,licence"'),
        ("url;label\n", "separate the names with commas"),
        ("url,label,url\n", "line 1: it names url twice"),
        ('url,label\nhttp://a/b.jpg,"black\n', "line 2: it cannot be read"),
    ],
)
def test_a_csv_of_another_shape_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TrainingDataUnusable) as fault:
        offered(tmp_path, text)
    assert says in fault.value.detail


def test_a_csv_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("url,label,note\nhttp://a/b,black,\xe4\n".encode("latin-1"))
    with pytest.raises(TrainingDataUnusable, match="save it as UTF-8"):
        lists.read(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",,black", "line 3: it names neither url nor file"),
        ("http://a/b.jpg,a.jpg,black", "line 3: it names both url and file: keep one"),
        ("http://a/b.jpg,,", "line 3: it has no label"),
        ("ftp://a/b.jpg,,black", 'line 3: "ftp://a/b.jpg" does not begin with http:// or https://'),
        ("http://a/b.jpg,,black,creek,now,more", "line 3: it has more cells than the first line has names"),
        ("http://a/b.jpg,,black,creek,yesterday", 'line 3: taken_at is "yesterday", not a time like 2026'),
        (",missing.jpg,black", "No such file"),
    ],
)
def test_a_line_with_a_fault_is_named_and_the_others_go_on(tmp_path: Path, row: str, says: str) -> None:
    first = "http://a/1.jpg,,black,creek,2026-11-24T03:00:00Z"
    offers = offered(tmp_path, f"url,file,label,camera,taken_at\n{first}\n{row}\n\nhttp://a/2.jpg,,black\n")
    assert [bool(offer.fault) for offer in offers] == [False, True, False]
    assert says in offers[1].fault


def test_addresses_and_files_keep_all_that_the_line_says(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(drawn(1))
    text = "\ufefffile,url,Label,license,keeper\na.jpg,,black,CC0,Ann\n,http://a/b.jpg,grizzly,,Bo\n"
    near, far = offered(tmp_path, text)
    assert (near.data, near.facts.origin, near.facts.licence) == (drawn(1), "a.jpg", "CC0")
    assert (far.data, far.facts.origin, far.facts.label) == (None, "http://a/b.jpg", "grizzly")
    assert [offer.facts.more for offer in (near, far)] == [{"keeper": "Ann"}, {"keeper": "Bo"}]


def put(folder: Path, *names: str) -> Path:
    for seed, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(drawn(seed))
    return folder


def test_folders_say_the_labels_and_what_is_no_picture_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "black/a.jpg", "black/deep/b.png", "teddy/named_without_ending", "black/.hidden.jpg")
    (tmp_path / "README.md").write_text("about these")
    (tmp_path / "black" / "broken.jpg").write_bytes(b"")
    rows = folders.found(tmp_path, NOTHING_SAID)
    assert [(row.file, row.label) for row in rows] == [
        ("black/a.jpg", "black"), ("black/broken.jpg", "black"), ("black/deep/b.png", "black"),
        ("teddy/named_without_ending", "teddy"),
    ]  # fmt: skip
    origins = [offer.facts.origin for offer in folders.offers(tmp_path, rows)]
    assert origins[0] == f"{tmp_path.name}/black/a.jpg"


def test_one_label_is_said_for_all(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "deep/b.jpg")
    rows = folders.found(tmp_path, Labelled(file="", label="black", licence="CC0", camera="creek"))
    assert {(row.label, row.licence, row.camera) for row in rows} == {("black", "CC0", "creek")}


def test_a_folder_with_labels_csv_says_more_than_the_labels(tmp_path: Path) -> None:
    put(tmp_path, "x.jpg")
    (tmp_path / "labels.csv").write_text("file,label,camera,licence\nx.jpg,black,creek,\n")
    (row,) = folders.found(tmp_path, Labelled(file="", label="", licence="CC0", camera="other"))
    assert (row.label, row.camera, row.licence) == ("black", "creek", "CC0")


def test_pictures_without_a_label_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataUnusable, match="has no picture in it"):
        folders.found(tmp_path, NOTHING_SAID)
    with pytest.raises(TrainingDataUnusable, match=r"a.jpg lies in no folder of a label.*or say --label"):
        folders.found(put(tmp_path, "a.jpg"), NOTHING_SAID)
