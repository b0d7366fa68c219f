"""Parts of a view: how much is hidden, what the gate and the model see of it, and which box lies in which zone."""

import numpy as np
import pytest

from ingest import footage, masks
from ingest.frames import Region
from ingest.gate import Gate
from ingest.masking import Masking, is_night_jpeg
from ingest.masks import Masks, blanked, covered, lies_in
from ingest.sources import shot_of

LEFT, RIGHT = Region(x=0, y=0, w=0.5, h=1), Region(x=0.5, y=0, w=0.5, h=1)


@pytest.mark.parametrize(
    ("drawn", "share"),
    [
        ([], 0.0),
        ([LEFT], 0.5),
        ([LEFT, LEFT], 0.5),
        ([LEFT, RIGHT], 1.0),
        ([LEFT, Region(x=0.25, y=0.25, w=0.5, h=0.5)], 0.625),
        ([Region(x=0, y=0, w=0.1, h=0.1), Region(x=0.9, y=0.9, w=0.1, h=0.1)], 0.02),
    ],
)
def test_what_two_masks_share_is_hidden_once(drawn: list[Region], share: float) -> None:
    assert covered(drawn) == pytest.approx(share)


def test_masked_pixels_are_grey_and_all_others_are_as_they_were() -> None:
    pixels = footage.render("creek", 12, seed=3)
    before = pixels.copy()
    seen = blanked(pixels, [LEFT])
    half = pixels.shape[1] // 2
    assert (seen[:, :half] == masks.GREY).all()
    assert (seen[:, half:] == before[:, half:]).all()
    assert (pixels == before).all()


def test_day_and_night_have_masks_of_their_own_by_what_the_picture_shows() -> None:
    coloured = shot_of(footage.render("creek", 12, seed=3), 0)
    grey = np.repeat(footage.render("creek", 12, seed=3).mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    infrared = shot_of(grey, 60)
    assert (is_night_jpeg(coloured.picture), is_night_jpeg(infrared.picture)) == (False, True)
    masking = Masking(Masks(day=(LEFT,), night=(RIGHT,)))
    assert [masking.over(shot) for shot in (coloured, infrared)] == [(LEFT,), (RIGHT,)]


def test_what_moves_in_a_mask_alone_wakes_nothing_and_beside_it_still_does() -> None:
    for hidden, found in (((), True), ((LEFT,), False), ((RIGHT,), True)):
        gate, woken = Gate(), False
        for number in range(40):
            thumb = np.full((180, 320), 90, dtype=np.uint8)
            if number > 20:
                place = 30 + 3 * (number - 20)
                thumb[80:120, place : place + 40] = 200
            look = gate.look(thumb, number * 0.5, hidden)
            woken = woken or bool(look.regions)
        assert woken is found


@pytest.mark.parametrize(
    ("box", "inside"),
    [
        (Region(x=0.1, y=0.1, w=0.1, h=0.1), True),
        (Region(x=0.44, y=0.1, w=0.2, h=0.1), False),
        (Region(x=0.8, y=0.1, w=0.1, h=0.1), False),
        (Region(x=0, y=0, w=1, h=1), False),
    ],
)
def test_a_box_is_in_a_zone_by_its_middle_or_half_and_a_box_over_everything_names_no_place(
    box: Region, inside: bool
) -> None:
    assert lies_in(box, [LEFT]) is inside


def test_a_large_box_is_in_the_small_zone_at_its_middle_and_not_in_one_at_its_corner() -> None:
    box = Region(x=0.1, y=0.1, w=0.5, h=0.5)
    zones = [[Region(x=at, y=at, w=0.1, h=0.1)] for at in (0.3, 0.1)]
    assert [lies_in(box, zone) for zone in zones] == [True, False]
