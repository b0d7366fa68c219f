"""Labels of footage: what is wrong is named with its line, column and mend."""

from datetime import UTC, datetime, timedelta

import pytest

from rollout import footage_labels
from rollout.footage_labels import EVER, Facts

FILES = {"a.mp4", "creek/b.mp4", "c.jpg"}
HEAD = "file,start,end,label,camera,taken_at\n"
BEGINS = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


def read(text: str) -> tuple[list[footage_labels.Label], list[str]]:
    labels, faults = footage_labels.read(
        text.encode(), files=FILES, labels=["grizzly", "teddy", "empty"], bears=["grizzly"]
    )
    return labels, [fault.says for fault in faults]


def clip(seconds: float = 60.0, begins: datetime | None = None) -> Facts:
    return Facts(begins=begins, seconds=seconds, clip=True)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("x.mp4,,,bear,,", 'line 2, column file: "x.mp4" is not in the folder'),
        ("b.mp4,,,bear,,", "did you mean creek/b.mp4?"),
        (",,,bear,,", "line 2, column file: empty"),
        ("a.mp4,,,unicorn,,", 'line 2, column label: "unicorn" is no label; allowed are bear, empty, grizzly'),
        ("a.mp4,9,3,bear,,", "line 2, column end: 3 is before the start 9"),
        ("a.mp4,-1,3,bear,,", "line 2, column start: -1 is no moment of a file"),
        ("a.mp4,soon,,bear,,", 'line 2, column start: "soon" is no time'),
        ("a.mp4,3,2026-07-01T04:00:10Z,bear,,", "line 2, column end: one of start and end is a time"),
        ("a.mp4,,,bear,,2026-07-01T04:00:00", "line 2, column taken_at: 2026-07-01T04:00:00 says no time zone"),
        ("a.mp4,,,bear,,yesterday", 'line 2, column taken_at: "yesterday" is no time'),
        ("a.mp4,0,5,bear,creek,\na.mp4,5,9,empty,ridge,", "line 3, column camera: ridge here, creek on line 2"),
        ("a.mp4,0,5,bear", "line 2: 4 cells under 6 columns"),
        ('a.mp4,"0,5,bear,,', "it is no CSV"),
    ],
)
def test_what_is_wrong_in_a_line_is_named_with_its_mend(lines: str, says: str) -> None:
    labels, faults = read(HEAD + lines + "\n")
    assert any(says in fault for fault in faults), faults
    assert not [label for label in labels if label.line == 2 and len(labels) == 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: it is empty"),
        ("file,start,end\n", "column label: the column is missing"),
        ("file,start,end,label,species\n", "column species: unknown column"),
        ("file,start,end,label,label\n", "column label: the column is there twice"),
        (HEAD, "line 2: there is no label"),
    ],
)
def test_a_head_that_is_wrong_is_named(text: str, says: str) -> None:
    assert says in read(text)[1][0]


def test_a_file_that_is_no_text_is_named_by_its_line() -> None:
    _, faults = footage_labels.read(b"file\n\xff", files=FILES, labels=[], bears=[])
    assert faults[0].says == "line 2: it is not UTF-8; save it as CSV in UTF-8"


def test_moments_are_seconds_or_clock_times_or_moments_of_the_day() -> None:
    labels, faults = read(
        HEAD + "a.mp4,1:30,0:02:00.5,bear,,\ncreek/b.mp4,2026-07-01T04:00:10Z,2026-07-01T04:00:20Z,grizzly,,\n"
    )
    assert faults == []
    footage, faults = footage_labels.settle(
        labels, {"a.mp4": clip(300), "creek/b.mp4": clip(60, BEGINS)}
    )  # fmt: skip
    assert faults == []
    assert [(one.pieces[0].start_s, one.pieces[0].end_s) for one in footage] == [(90.0, 120.5), (10.0, 20.0)]
    assert [one.camera for one in footage] == ["footage", "creek"]


def test_empty_moments_are_the_whole_file() -> None:
    labels, _ = read(HEAD + "a.mp4,,,empty,,\n")
    footage, faults = footage_labels.settle(labels, {"a.mp4": clip()})
    assert (faults, footage[0].pieces[0].start_s, footage[0].pieces[0].end_s) == ([], 0.0, EVER)
    assert not footage[0].pieces[0].bear


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("a.mp4,0,10,bear,,\na.mp4,8,20,empty,,", "line 3, column start: it overlaps line 2 (0 s to 10 s)"),
        ("a.mp4,8,20,bear,,\na.mp4,0,10,empty,,", "line 3, column start: it overlaps line 2 of the same file"),
        ("a.mp4,,,bear,,\na.mp4,8,20,empty,,", "line 3, column start: it overlaps line 2 (0 s to the end)"),
        ("a.mp4,0,10,bear,,\na.mp4,0,10,bear,,", "line 3, column start: it overlaps line 2"),
        ("a.mp4,0,90,bear,,", "line 2, column end: 90 s is not in the file, which is 60 s long"),
        ("a.mp4,2026-07-01T04:00:10Z,,bear,,", "line 2, column start: nothing says when the file begins"),
    ],
)
def test_parts_that_overlap_or_miss_their_file_are_named(lines: str, says: str) -> None:
    labels, faults = read(HEAD + lines + "\n")
    assert faults == []
    _, found = footage_labels.settle(labels, {"a.mp4": clip()})
    assert any(says in fault.says for fault in found), found


def test_parts_that_touch_do_not_overlap() -> None:
    labels, _ = read(HEAD + "a.mp4,0,10,bear,,\na.mp4,10,20,empty,,\n")
    assert footage_labels.settle(labels, {"a.mp4": clip()})[1] == []


def test_a_stated_time_in_another_zone_than_the_file_is_named() -> None:
    labels, _ = read(HEAD + "a.mp4,,,bear,,2026-06-30T22:00:00Z\n")
    _, faults = footage_labels.settle(labels, {"a.mp4": clip(60, BEGINS)})
    assert "6 hours earlier than the file itself says" in faults[0].says
    assert "another time zone" in faults[0].says
    assert faults[0].column == "taken_at"
    right, _ = read(HEAD + "a.mp4,,,bear,,2026-06-30T22:00:00-06:00\n")
    assert footage_labels.settle(right, {"a.mp4": clip(60, BEGINS)})[1] == []


def test_a_clock_that_is_off_by_minutes_is_no_other_zone() -> None:
    labels, _ = read(HEAD + f"a.mp4,,,bear,,{(BEGINS + timedelta(minutes=47)).isoformat()}\n")
    assert footage_labels.settle(labels, {"a.mp4": clip(60, BEGINS)})[1] == []


def test_a_part_in_another_zone_than_its_file_is_named_with_the_hours() -> None:
    labels, _ = read(HEAD + "a.mp4,2026-06-30T22:00:10Z,2026-06-30T22:00:20Z,bear,,\n")
    _, faults = footage_labels.settle(labels, {"a.mp4": clip(60, BEGINS)})
    assert "-6 hours would be: another time zone" in faults[0].says
