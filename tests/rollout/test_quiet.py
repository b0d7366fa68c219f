"""Where false boxes keep falling is proposed, small and of several days; what is surer, or elsewhere, still asks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ingest.frames import Region
from model.detections import Box
from rollout import quiet
from rollout.quiet import FalseBox, Quiet
from store.vocabulary import Light
from tests.conftest import NOW

STUMP = Region(x=0.4, y=0.5, w=0.1, h=0.12)


def false(number: int, **changes: Any) -> FalseBox:
    """One dismissed visit a day, its box a little off the last."""
    at: datetime = NOW - timedelta(days=number)
    usual: dict[str, Any] = {
        "alert": 100 - number, "visit": 100 - number, "at": at, "p": 0.6 + number / 100, "night": False,
        "region": Region(x=STUMP.x + number / 500, y=STUMP.y, w=STUMP.w, h=STUMP.h),
    }  # fmt: skip
    return FalseBox(**(usual | changes))


def several(count: int = 5, **changes: Any) -> list[FalseBox]:
    return [false(number, **changes) for number in range(count)]


def test_five_dismissed_visits_on_one_place_are_a_proposal_with_all_of_them_behind_it() -> None:
    (place,) = quiet.proposals(several(), [])
    assert place.alerts == (96, 97, 98, 99, 100)
    assert (place.most_p, place.light) == (0.64, Light.DAY)
    assert (place.first_at, place.last_at) == (NOW - timedelta(days=4), NOW)
    assert place.region.x < STUMP.x
    assert place.region.x + place.region.w > STUMP.x + 4 / 500 + STUMP.w
    assert place.region.w * place.region.h < 2 * STUMP.w * STUMP.h


FAR = Region(x=0.8, y=0.1, w=0.1, h=0.12)
NOTHING: Sequence[tuple[str, list[FalseBox], list[Region]]] = (
    ("too few visits", several(4), []),
    ("one visit with many alerts", several(9, visit=7), []),
    ("all within two days", [false(n, at=NOW - timedelta(days=n % 2)) for n in range(9)], []),
    ("each somewhere else", [false(n, region=Region(x=n / 10, y=0.2, w=0.08, h=0.1)) for n in range(9)], []),
    ("a box as large as a near animal", several(region=Region(x=0.2, y=0.2, w=0.5, h=0.5)), []),
    ("a bear was there", several(), [Region(x=0.38, y=0.48, w=0.2, h=0.2)]),
)


@pytest.mark.parametrize(("boxes", "bears"), [one[1:] for one in NOTHING], ids=[one[0] for one in NOTHING])
def test_nothing_is_proposed_of_what_is_rare_wide_or_a_bears_place(
    boxes: list[FalseBox], bears: list[Region]
) -> None:
    assert quiet.proposals(boxes, bears) == []


def test_two_places_are_two_proposals_and_a_bear_at_one_leaves_the_other() -> None:
    both = several() + [false(n, region=FAR, alert=n, visit=n, night=True) for n in range(6)]
    assert [place.light for place in quiet.proposals(both, [])] == [Light.NIGHT, Light.DAY]
    (left,) = quiet.proposals(both, [FAR])
    assert quiet.alike(left.region, STUMP)


@pytest.mark.parametrize(
    ("nights", "light"), [([True] * 5, Light.NIGHT), ([True, False] * 3, Light.BOTH), ([None] * 5, Light.BOTH)]
)
def test_a_place_holds_in_the_light_that_its_boxes_were_seen_in(nights: list[bool | None], light: Light) -> None:
    boxes = [false(number, night=night) for number, night in enumerate(nights)]
    assert [place.light for place in quiet.proposals(boxes, [])] == [light]


def box(x: float, y: float = 0.5, w: float = 0.1, h: float = 0.1, *, p: float = 0.7) -> Box:
    return Box(x=x, y=y, w=w, h=h, label="bear", p=p)


PLACE = Quiet(
    model="m", region=Region(x=0.35, y=0.45, w=0.2, h=0.2), light=Light.DAY, most_p=0.7, says="quiet place 1"
)


@pytest.mark.parametrize(
    ("says", "boxes", "p_bear", "night", "asks"),
    [
        ("in the place, no surer than ever", [box(0.4)], 0.7, False, False),
        ("a second box elsewhere", [box(0.4), box(0.8)], 0.7, False, True),
        ("half out of it", [box(0.5)], 0.7, False, True),
        ("larger than it", [box(0.3, 0.4, 0.4, 0.4)], 0.7, False, True),
        ("no box: nobody can tell where it is", [], 0.7, False, True),
        ("clearly surer", [box(0.4, p=0.95)], 0.95, False, True),
        ("a little surer", [box(0.4, p=0.85)], 0.85, False, False),
        ("the whole picture is surer than what lies there", [box(0.4)], 0.85, False, True),
        ("in another light", [box(0.4)], 0.7, True, True),
    ],
)
def test_only_what_lies_wholly_in_a_place_and_is_no_surer_asks_nobody(
    says: str, boxes: list[Box], p_bear: float, night: bool, asks: bool
) -> None:
    assert (quiet.why(boxes, p_bear, [PLACE], night=night, model="m") is None) is asks, says


def test_a_place_holds_for_the_version_alone_that_was_wrong_there() -> None:
    told = [quiet.why([box(0.4)], 0.7, [PLACE], night=False, model=model) is None for model in ("m", "another")]
    assert told == [False, True]
    assert quiet.why([box(0.4)], 0.7, [replace(PLACE, model=None)], night=False, model="m") is None


def test_where_no_place_is_quiet_everything_asks() -> None:
    assert quiet.why([box(0.4)], 0.7, [], night=False, model="m") is None
