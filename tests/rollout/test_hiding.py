"""What of a picture that leaves is hidden: as much as is needed that nobody in it is known."""

import pytest

from ingest.frames import Region
from model.detections import MOST_BOXES, Box
from rollout import hiding

BEAR = Box(x=0.4, y=0.4, w=0.2, h=0.1, label="grizzly", p=0.9)
PERSON = Box(x=0.1, y=0.1, w=0.1, h=0.2, label="person", p=0.8)
CAR = Box(x=0.9, y=0.8, w=0.1, h=0.1, label="vehicle", p=0.6)
BEARS = ("black", "grizzly")


def test_a_classifier_of_crops_shows_the_bear_alone() -> None:
    found = hiding.hidden([BEAR, PERSON], bears=BEARS, knows_people=False)
    assert found is not None
    assert found.shown == (Region(x=0.4, y=0.4, w=0.2, h=0.1),)
    assert len(found.parts) == 1


def test_a_detector_that_knows_people_hides_these_and_vehicles_with_a_margin() -> None:
    found = hiding.hidden([BEAR, PERSON, CAR], bears=BEARS, knows_people=True)
    assert found is not None
    assert found.shown == (hiding.WHOLE,)
    person, car = found.parts
    assert (person.x, person.y) == pytest.approx((0.05, 0.05))
    assert (person.x + person.w, person.y + person.h) == pytest.approx((0.25, 0.35))
    assert (car.x + car.w, car.y + car.h) == (1.0, pytest.approx(0.925))


def test_where_a_detector_tells_as_many_boxes_as_it_may_the_bear_alone_is_shown() -> None:
    crowd = [BEAR] + [PERSON] * (MOST_BOXES - 1)
    whole = hiding.hidden(crowd[:-1], bears=BEARS, knows_people=True)
    cut = hiding.hidden(crowd, bears=BEARS, knows_people=True)
    assert whole is not None
    assert cut is not None
    assert whole.shown == (hiding.WHOLE,)
    assert cut.shown == (Region(x=0.4, y=0.4, w=0.2, h=0.1),)


def test_masked_parts_are_hidden_besides_and_it_is_said_where_all_else_is_shown() -> None:
    flag, bear = Region(x=0.0, y=0.0, w=0.2, h=0.2), hiding.hidden([BEAR], bears=BEARS, knows_people=False)
    assert bear is not None
    assert hiding.masked(hiding.NOTHING, []) == hiding.NOTHING
    assert hiding.masked(hiding.NOTHING, [flag]).parts == (flag,)
    assert hiding.masked(hiding.NOTHING, [flag]).says == "the whole picture; masked parts are made unrecognisable"
    assert hiding.masked(bear, [flag]).says == bear.says


@pytest.mark.parametrize("found", [[], [PERSON], [CAR, PERSON]])
def test_without_a_place_of_the_bear_nothing_is_shown(found: list[Box]) -> None:
    assert hiding.hidden(found, bears=BEARS, knows_people=False) is None


@pytest.mark.parametrize(
    ("labels", "boxes", "knows"),
    [
        (["animal", "person", "vehicle"], True, True),
        (["bear", "human"], True, True),
        (["bear", "empty"], True, False),
        (["bear", "person"], False, False),
    ],
)
def test_only_a_detector_of_boxes_with_a_label_for_people_can_say_where_they_are(
    labels: list[str], boxes: bool, knows: bool
) -> None:
    assert hiding.finds_people(labels, boxes=boxes) is knows
