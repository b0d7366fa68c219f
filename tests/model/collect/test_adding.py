"""Adding to a training folder: what is kept, what is left out and why, and that nothing is lost or taken twice."""

import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from ingest.decoding import Decoder
from model import labels
from model.cleaning import Act, Mark
from model.collect import holdings
from model.collect.adding import Added, Fate, add
from model.collect.offers import Offer
from model.labels import Labelled
from model.training_folder import TrainingFolder
from store.errors import TrainingDataUnusable, TrainingFolderNotWritable
from tests.ingest.drawings import encoded, landscape


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as opened:
        yield opened


def drawn(seed: int, ending: str = ".jpg") -> bytes:
    return encoded(landscape(160, 120, seed), ending)


def offer(seed: int, label: str = "black", **facts: str) -> Offer:
    return Offer(facts=Labelled(file=f"{seed}.jpg", label=label, **facts), data=drawn(seed))


def saved_anew(data: bytes) -> bytes:
    """The same picture at half the size and poor quality."""
    small = cv2.resize(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), None, fx=0.5, fy=0.5)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 40])[1].tobytes())


def fates(added: Added) -> list[str]:
    return [outcome.fate.value for outcome in added.outcomes]


def test_a_picture_lies_under_its_label_with_its_bytes_and_all_that_is_known(
    tmp_path: Path, decoder: Decoder
) -> None:
    facts = Labelled(
        file="x.jpg", label="black", camera="creek", sequence="v7", taken_at="2026-11-23T03:00:00Z", part="train",
        origin="visit 7", licence="CC0", by="riley", saw_score="yes", note="far", more={"site": "camp"},
    )  # fmt: skip
    added = add(tmp_path / "out", [Offer(facts=facts, data=drawn(1)), offer(2, "grizzly")], decoder)
    rows = labels.read(tmp_path / "out")
    assert [(tmp_path / "out" / row.file).read_bytes() for row in rows] == [drawn(1), drawn(2)]
    assert rows[0].file.startswith("black/")
    assert rows[0].file.endswith(".jpg")
    for name in labels.COLUMNS[1:]:
        assert getattr(rows[0], name) == getattr(facts, name)
    assert rows[0].more["site"] == "camp"
    assert (fates(added), dict(added.labels)) == (["added", "added"], {"black": 1, "grizzly": 1})
    assert (added.new_labels, added.whole) == (("black", "grizzly"), True)


def test_the_same_pictures_again_add_nothing(tmp_path: Path, decoder: Decoder) -> None:
    add(tmp_path, [offer(1), offer(2)], decoder)
    before = (tmp_path / labels.LABELS).read_bytes()
    again = add(tmp_path, [offer(1), offer(2)], decoder)
    assert fates(again) == ["held", "held"]
    assert again.new_labels == ()
    assert (tmp_path / labels.LABELS).read_bytes() == before


def test_the_same_bytes_twice_and_a_copy_saved_anew_are_kept_once(tmp_path: Path, decoder: Decoder) -> None:
    copy = Offer(facts=Labelled(file="copy.jpg", label="black"), data=saved_anew(drawn(1)))
    added = add(tmp_path, [offer(1), offer(1), copy, offer(2)], decoder)
    assert fates(added) == ["added", "duplicate", "near", "added"]
    assert 0 <= added.outcomes[2].distance <= added.distance
    assert added.outcomes[2].file == added.outcomes[0].file


def test_below_distance_0_only_equal_bytes_are_duplicates(tmp_path: Path, decoder: Decoder) -> None:
    copy = Offer(facts=Labelled(file="copy.jpg", label="black"), data=saved_anew(drawn(1)))
    assert fates(add(tmp_path, [offer(1), copy, offer(1)], decoder, distance=-1)) == ["added", "added", "duplicate"]


def test_frames_of_one_camera_are_kept_although_they_look_alike(tmp_path: Path, decoder: Decoder) -> None:
    far_bear = Offer(facts=Labelled(file="b.jpg", label="black", camera="creek"), data=saved_anew(drawn(1)))
    added = add(tmp_path, [offer(1, "empty", camera="creek"), far_bear], decoder)
    assert fates(added) == ["added", "added"]


def test_flat_pictures_are_compared_by_their_bytes_alone(tmp_path: Path, decoder: Decoder) -> None:
    caps = [
        Offer(
            facts=Labelled(file=f"{grey}", label="empty"), data=encoded(np.full((64, 64, 3), grey, np.uint8), ".png")
        )
        for grey in (0, 255, 0)
    ]
    assert fates(add(tmp_path, caps, decoder)) == ["added", "added", "duplicate"]


def test_one_picture_under_two_labels_teaches_neither_until_somebody_says(tmp_path: Path, decoder: Decoder) -> None:
    added = add(tmp_path, [offer(1, "black"), offer(1, "grizzly")], decoder)
    conflict = added.outcomes[1]
    assert (conflict.fate, conflict.label, conflict.file_label) == (Fate.CONFLICT, "grizzly", "black")
    assert not added.whole
    (row,) = labels.read(tmp_path)
    assert (row.label, row.part, row.note) == ("black", "out", "conflict: grizzly says 1.jpg")


def test_a_conflict_leaves_what_the_folder_had_before_as_it_is(tmp_path: Path, decoder: Decoder) -> None:
    add(tmp_path, [offer(1, "black")], decoder)
    before = (tmp_path / labels.LABELS).read_bytes()
    copy = Offer(facts=Labelled(file="c.jpg", label="teddy"), data=saved_anew(drawn(1)))
    assert fates(add(tmp_path, [offer(1, "grizzly"), copy], decoder)) == ["conflict", "conflict"]
    assert (tmp_path / labels.LABELS).read_bytes() == before


def test_an_address_that_is_known_under_another_label_is_a_conflict_without_its_bytes(
    tmp_path: Path, decoder: Decoder
) -> None:
    add(tmp_path, [offer(1, "black", origin="https://x.org/1.jpg")], decoder)
    again = [
        Offer(facts=Labelled(file="1", label=label, origin="https://x.org/1.jpg")) for label in ("black", "grizzly")
    ]
    assert fates(add(tmp_path, again, decoder)) == ["held", "conflict"]


def test_a_label_that_a_person_has_said_stands(tmp_path: Path, decoder: Decoder) -> None:
    add(tmp_path, [offer(1, "grizzly", by="riley")], decoder)
    assert fates(add(tmp_path, [offer(1, "black")], decoder)) == ["held"]
    assert fates(add(tmp_path, [offer(1, "black", by="rosa")], decoder)) == ["conflict"]


def huge_png(side: int) -> bytes:
    """The head of a PNG of so many pixels a side; the rest is missing."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + bytes(64)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", r"the file is empty \(0 bytes\): get it again"),
        (
            b"\n<!DOCTYPE html><html><body>Not found</body></html>",
            "a web page, not a picture: name the picture's own",
        ),
        (b"just words " * 20, "this is not a picture"),
        (encoded(landscape(1, 1), ".png"), "1 x 1 pixels are too few to learn from: 32 a side is the least"),
        (huge_png(10_000), "10000 x 10000 pixels are more than 60 million: make it smaller"),
        (huge_png(20_000), "20000 x 20000 are more than 100 million pixels"),
        (drawn(1)[:1500], "damaged, or a part of it is missing"),
        (bytes(4) + b"ftypheic" + bytes(60), "convert it to JPEG"),
        (bytes(4) + b"ftypisom" + bytes(60), r"this is a clip \(MP4\), not a picture"),
        (drawn(1) + bytes(33 << 20), "it has more than 32 MB: make it smaller"),
    ],
)
def test_what_does_not_open_whole_is_left_out_with_its_reason(
    tmp_path: Path, decoder: Decoder, data: bytes, says: str
) -> None:
    added = add(tmp_path, [Offer(facts=Labelled(file="x", label="black"), data=data), offer(2)], decoder)
    assert fates(added) == ["left_out", "added"]
    assert re.search(says, added.outcomes[0].reason)
    assert not added.whole


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".bmp", ".tif", ".gif"])
def test_each_kind_of_picture_is_kept_under_its_own_ending(tmp_path: Path, decoder: Decoder, ending: str) -> None:
    data = drawn(1, ending)
    add(tmp_path, [Offer(facts=Labelled(file="x.dat", label="black"), data=data)], decoder)
    assert [path.suffix for path in (tmp_path / "black").iterdir()] == [ending]


@pytest.mark.parametrize("label", ["", "..", "../x", "a/b", ".hidden", "x" * 65, "new\nline"])
def test_a_label_that_is_no_folder_name_is_refused(tmp_path: Path, decoder: Decoder, label: str) -> None:
    added = add(tmp_path / "out", [offer(1, label)], decoder)
    assert "cannot be a label" in added.outcomes[0].reason
    assert [path.name for path in tmp_path.rglob("*")] == ["out", labels.LABELS]


def test_a_folder_of_labels_stays_in_use_when_it_gets_labels_csv(tmp_path: Path, decoder: Decoder) -> None:
    (tmp_path / "teddy").mkdir()
    (tmp_path / "teddy" / "mine.jpg").write_bytes(drawn(1))
    added = add(tmp_path, [offer(1, "teddy"), offer(2, "black")], decoder)
    assert fates(added) == ["held", "added"]
    assert dict(added.labels) == {"black": 1, "teddy": 1}
    assert next(row.file for row in labels.read(tmp_path)) == "teddy/mine.jpg"


def broken_off(offers: Iterable[Offer]) -> Iterator[Offer]:
    yield from offers
    raise KeyboardInterrupt


def test_an_interruption_keeps_what_was_added_and_the_next_run_goes_on(tmp_path: Path, decoder: Decoder) -> None:
    with pytest.raises(KeyboardInterrupt):
        add(tmp_path, broken_off([offer(1, origin="a"), offer(2, origin="b")]), decoder)
    assert [row.origin for row in labels.read(tmp_path)] == ["a", "b"]
    assert fates(add(tmp_path, [offer(1), offer(2), offer(3)], decoder)) == ["held", "held", "added"]


KILLED = """
import os, signal, sys
from pathlib import Path
from ingest.decoding import Decoder
from model.collect.adding import add
from tests.model.collect.test_adding import offer

def offers():
    for seed in range(6):
        yield offer(seed, origin=f"place {seed}", licence="CC0")
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    with Decoder() as decoder:
        add(Path(sys.argv[1]), offers(), decoder)
"""


def test_a_killed_command_leaves_a_folder_that_the_next_one_completes(tmp_path: Path, decoder: Decoder) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, tmp_path], cwd=Path(__file__).parents[3], timeout=60)
    assert ended.returncode == -9
    again = [offer(seed, origin=f"place {seed}", licence="CC0") for seed in range(6)]
    add(tmp_path, again, decoder)
    rows = labels.read(tmp_path)
    assert {row.origin for row in rows} == {f"place {seed}" for seed in range(6)}
    assert {row.licence for row in rows} == {"CC0"}
    assert len(list((tmp_path / "black").iterdir())) == len(rows) == 6


def test_what_others_write_into_labels_csv_meanwhile_stays(tmp_path: Path, decoder: Decoder) -> None:
    add(tmp_path, [offer(1)], decoder)

    def offers() -> Iterator[Offer]:
        (row,) = labels.read(tmp_path)
        labels.write(tmp_path, [Labelled(file=row.file, label="grizzly", by="riley", more=row.more)])
        yield offer(2)

    add(tmp_path, offers(), decoder)
    assert [(row.label, row.by) for row in labels.read(tmp_path)] == [("grizzly", "riley"), ("black", "")]


def test_two_commands_do_not_add_to_one_folder_at_a_time(tmp_path: Path, decoder: Decoder) -> None:
    with (
        holdings.opened(tmp_path, decoder),
        pytest.raises(TrainingFolderNotWritable, match="another command"),
        holdings.opened(tmp_path, decoder),
    ):
        pass


def test_what_broke_or_went_missing_in_the_folder_is_named_and_comes_back(tmp_path: Path, decoder: Decoder) -> None:
    add(tmp_path, [offer(1), offer(2), offer(3)], decoder)
    first, second, _ = (tmp_path / row.file for row in labels.read(tmp_path))
    first.write_bytes(drawn(1)[:1500])
    second.unlink()
    named = add(tmp_path, [], decoder)
    assert [file for file, _ in named.held_faults] == [
        str(first.relative_to(tmp_path)), str(second.relative_to(tmp_path))
    ]  # fmt: skip
    assert not named.whole
    mended = add(tmp_path, [offer(1), offer(2)], decoder)
    assert (fates(mended), mended.held_faults) == (["added", "added"], ())
    assert [first.read_bytes(), second.read_bytes()] == [drawn(1), drawn(2)]
    assert len(labels.read(tmp_path)) == 3


def test_a_picture_that_somebody_edited_in_its_place_is_not_overwritten(tmp_path: Path, decoder: Decoder) -> None:
    add(tmp_path, [offer(1)], decoder)
    (row,) = labels.read(tmp_path)
    (tmp_path / row.file).write_bytes(drawn(9))
    assert fates(add(tmp_path, [offer(1)], decoder)) == ["added"]
    assert (tmp_path / row.file).read_bytes() == drawn(9)


def test_a_picture_that_a_person_deleted_comes_back_only_by_undoing(tmp_path: Path, decoder: Decoder) -> None:
    add(tmp_path, [offer(1), offer(2)], decoder)
    folder, (row, other) = TrainingFolder(tmp_path), labels.read(tmp_path)
    mark = Mark(file=row.file, act=Act.DELETE, seen="black")
    done = folder.apply([mark], by="ada", now=datetime.now(UTC))
    (outcome,) = add(tmp_path, [offer(1)], decoder).outcomes
    assert (outcome.fate, outcome.file, "deleted it on the page Clean" in outcome.reason) == ("held", row.file, True)
    assert labels.read(tmp_path) == [other]
    folder.undo(done.number, by="ada", now=datetime.now(UTC))
    assert labels.read(tmp_path) == [row, other]


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path, decoder: Decoder) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingFolderNotWritable, match="Not a directory"):
        add(tmp_path / "file" / "out", [offer(1)], decoder)


def test_labels_csv_that_cannot_be_read_stops_before_anything_is_written(tmp_path: Path, decoder: Decoder) -> None:
    (tmp_path / labels.LABELS).write_text("picture,label\n")
    with pytest.raises(TrainingDataUnusable):
        add(tmp_path, [offer(1)], decoder)
    assert [path.name for path in tmp_path.iterdir()] == [labels.LABELS]
