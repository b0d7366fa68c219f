"""What of a picture that leaves is hidden: as much as is needed that nobody in it is known."""

import pytest

from ingest.frames import Region
from model.detections import Box
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
