"""Cleaning on values: what comes first, what marks change, and how it is taken back."""

import pytest

from model import cleaning
from model.cleaning import Act, Loss, Mark
from model.labels import Labelled
from store.errors import NotAllowedNow

ROWS = [
    Labelled(file="a.jpg", label="black", camera="creek"),
    Labelled(file="b.jpg", label="teddy", by="riley"),
    Labelled(file="c.jpg", label="black"),
]


def loss(file: str, loss: float, *, label: str = "black", part: str = "valid") -> Loss:
    return Loss(file=file, label=label, part=part, predicted="teddy", loss=loss, p=0.9, label_p=0.1)


LOSSES = [loss("c.jpg", 0.5), loss("a.jpg", 2.5), loss("b.jpg", 1.0, label="teddy", part="train"), loss("x.jpg", 9)]


def mark(file: str, act: Act, label: str = "", seen: str = "black") -> Mark:
    return Mark(file=file, act=act, seen=seen, label=label)


@pytest.mark.parametrize(
    ("wanted", "files"),
    [
        ({}, ["a.jpg", "b.jpg", "c.jpg"]),
        ({"label": "black"}, ["a.jpg", "c.jpg"]),
        ({"part": "train"}, ["b.jpg"]),
        ({"label": "teddy", "part": "valid"}, []),
    ],
)
def test_the_worst_loss_comes_first_among_the_pictures_that_are_still_there(
    wanted: dict[str, str], files: list[str]
) -> None:
    assert [one.found.file for one in cleaning.worst(LOSSES, ROWS, **wanted)] == files


def test_a_picture_relabelled_since_the_training_stands_under_its_new_label() -> None:
    (hard,) = cleaning.worst([loss("b.jpg", 1.0, label="black")], ROWS, label="teddy")
    assert hard.changed


def test_marks_change_only_what_they_name_and_say_who_saw_the_score() -> None:
    marks = [mark("a.jpg", Act.DELETE), mark("c.jpg", Act.RELABEL, "teddy"), mark("b.jpg", Act.KEEP, seen="teddy")]
    changes = cleaning.planned(ROWS, marks, by="ada")
    assert cleaning.applied(ROWS, changes) == [
        ROWS[1],
        Labelled(file="c.jpg", label="teddy", by="ada", saw_score="yes"),
    ]
    assert cleaning.says(changes) == "1 to the trash, 1 relabelled"


def test_the_last_mark_of_a_picture_counts() -> None:
    assert cleaning.planned(ROWS, [mark("a.jpg", Act.DELETE), mark("a.jpg", Act.KEEP)], by="ada") == ()


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (mark("d.jpg", Act.DELETE), "not in labels.csv any more"),
        (mark("a.jpg", Act.DELETE, seen="teddy"), "is called black by now, not teddy"),
        (mark("a.jpg", Act.RELABEL, "Ursus arctos"), "cannot be a label"),
    ],
)
def test_a_mark_on_what_is_not_as_it_was_seen_changes_nothing(wish: Mark, says: str) -> None:
    with pytest.raises(NotAllowedNow, match=says):
        cleaning.planned(ROWS, [mark("c.jpg", Act.DELETE), wish], by="ada")


def test_undoing_brings_the_rows_back_in_their_places_and_keeps_what_came_in_since() -> None:
    changes = cleaning.planned(ROWS, [mark("a.jpg", Act.DELETE), mark("c.jpg", Act.RELABEL, "teddy")], by="ada")
    since = [*cleaning.applied(ROWS, changes), Labelled(file="new.jpg", label="empty")]
    assert cleaning.undone(since, changes) == [*ROWS, Labelled(file="new.jpg", label="empty")]
    assert cleaning.undone(cleaning.undone(since, changes), changes) == cleaning.undone(since, changes)


def test_what_was_changed_by_hand_since_is_not_undone() -> None:
    changes = cleaning.planned(ROWS, [mark("c.jpg", Act.RELABEL, "teddy")], by="ada")
    with pytest.raises(NotAllowedNow, match="was changed"):
        cleaning.undone([Labelled(file="c.jpg", label="empty")], changes)
