"""Frames to visits: in time, late, dismissed, faint."""

from datetime import timedelta
from typing import Any

import pytest

from model.detections import Detection
from rollout import visits
from rollout.visits import Attached, Seen, Visit
from tests.conftest import NOW

LABELS = ("black bear", "brown bear", "person", "empty")


def at(minutes: float) -> Any:
    return NOW + timedelta(minutes=minutes)


def detection(label: str, *shares: float) -> Detection:
    return Detection(
        label=label, index=LABELS.index(label), probabilities=dict(zip(LABELS, shares, strict=True)),
        p_bear=shares[0] + shares[1], bear=False, threshold=0.5, out_of_domain_p=None, night=False, boxes=(),
        model="a" * 64, seconds=0.0,
    )  # fmt: skip


def bear(minutes: float, *, faint: bool = False, camera: str = "creek") -> Seen:
    return Seen(
        camera=camera, at=at(minutes), kind=None if faint else "bear", faint=faint, p_bear=0.3 if faint else 0.9
    )


def visit(number: int, first: float, last: float, *, alerted: bool = False, closed: float | None = None) -> Visit:
    return Visit(
        id=number, kind="bear", started_at=at(first), last_at=at(last), p_bear=0.8, alerted=alerted,
        closed_at=None if closed is None else at(closed), shown=frozenset({"creek"} if alerted else ()),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "kind", "faint"),
    [
        (detection("black bear", 0.4, 0.3, 0.2, 0.1), "bear", False),
        (detection("brown bear", 0.2, 0.3, 0.25, 0.25), "bear", False),
        (detection("black bear", 0.45, 0.0, 0.3, 0.25), None, True),
        (detection("person", 0.1, 0.1, 0.7, 0.1), "person", False),
        (detection("person", 0.2, 0.2, 0.35, 0.25), None, True),
        (detection("empty", 0.1, 0.1, 0.1, 0.7), None, False),
        (detection("person", 0.25, 0.25, 0.5, 0.0), "bear", False),
    ],
)
def test_what_a_frame_counts_as_depends_on_the_threshold_in_force(
    found: Detection, kind: str | None, faint: bool
) -> None:
    what = visits.seen(found, camera="creek", at=NOW, threshold=0.5)
    assert (what.kind, what.faint) == (kind, faint)


def test_a_lower_threshold_makes_a_bear_of_the_same_picture() -> None:
    found = detection("black bear", 0.45, 0.0, 0.3, 0.25)
    assert visits.seen(found, camera="creek", at=NOW, threshold=0.4).kind == "bear"


def test_an_empty_picture_belongs_to_no_visit() -> None:
    assert visits.attach(Seen(camera="creek", at=NOW, kind=None, faint=False, p_bear=0.1), [visit(1, -5, -1)]) is None


@pytest.mark.parametrize(
    ("minutes", "joins"),
    [(1, 1), (29.9, 1), (30, None), (45, None), (-9.9, 1), (-39.9, 1), (-40, None), (-5, 1)],
)
def test_frames_less_than_the_gap_apart_are_one_visit_in_time_or_late(minutes: float, joins: int | None) -> None:
    found = visits.attach(bear(minutes), [visit(1, -10, 0)])
    assert found == Attached(kind="bear", visit=joins)


def test_another_kind_is_another_visit() -> None:
    person = Seen(camera="creek", at=at(1), kind="person", faint=False, p_bear=0.1)
    assert visits.attach(person, [visit(1, -10, 0)]) == Attached(kind="person", visit=None)


def test_a_faint_bear_joins_an_open_visit_and_makes_none() -> None:
    assert visits.attach(bear(1, faint=True), [visit(1, -10, 0)]) == Attached(kind="bear", visit=1)
    assert visits.attach(bear(60, faint=True), [visit(1, -10, 0)]) is None


def test_a_faint_bear_shows_nothing_about_two_visits() -> None:
    assert visits.attach(bear(20, faint=True), [visit(1, 0, 0), visit(2, 40, 40)]) == Attached(kind="bear", visit=2)


def test_a_dismissed_visit_takes_no_later_frame() -> None:
    dismissed = visit(1, -10, 0, alerted=True, closed=2)
    assert visits.attach(bear(1), [dismissed]) == Attached(kind="bear", visit=None)
    assert visits.attach(bear(-5), [dismissed]) == Attached(kind="bear", visit=1)


def test_a_dismissal_says_nothing_of_a_camera_that_nobody_was_asked_about() -> None:
    dismissed = visit(1, -10, 0, alerted=True, closed=2)
    assert visits.attach(bear(-5, camera="creek2"), [dismissed]) == Attached(kind="bear", visit=None)
    assert visits.attach(bear(-5, camera="creek2", faint=True), [dismissed]) is None


def test_a_late_frame_in_a_dismissed_visit_leaves_the_next_one_alone() -> None:
    dismissed, after = visit(1, -10, 0, alerted=True, closed=1), visit(2, 2, 3)
    assert visits.attach(bear(-5), [dismissed, after]) == Attached(kind="bear", visit=1)
    assert visits.attach(bear(2.5), [dismissed, after]) == Attached(kind="bear", visit=2)


@pytest.mark.parametrize(
    ("alerted", "expected"),
    [
        ((False, False), Attached(kind="bear", visit=1, absorbs=(2,))),
        ((True, False), Attached(kind="bear", visit=1, absorbs=(2,))),
        ((False, True), Attached(kind="bear", visit=2, absorbs=(1,))),
        ((True, True), Attached(kind="bear", visit=2, links=(1,))),
    ],
)
def test_a_late_frame_joins_two_visits_into_one_unless_both_have_alerted(
    alerted: tuple[bool, bool], expected: Attached
) -> None:
    between = [visit(1, -10, 0, alerted=alerted[0]), visit(2, 40, 45, alerted=alerted[1])]
    assert visits.attach(bear(21), between) == expected


def test_after_a_link_the_newest_visit_goes_on() -> None:
    linked = [visit(1, 0, 20, alerted=True), visit(2, 25, 30, alerted=True)]
    found = visits.attach(bear(31), linked)
    assert found is not None
    assert found.visit == 2
