"""Where a site stands, and what its next step needs, as an admin reads it."""

from datetime import date

import pytest

from api.schemas.widening import ItemOut
from api.schemas.words import Audience, Stage
from dashboard import stepping


@pytest.mark.parametrize(
    ("stage", "audience", "here"),
    [
        (Stage.OFF, Audience.RANGERS, "off"),
        (Stage.SHADOW, Audience.RANGERS, "shadow"),
        (Stage.TRIAL, Audience.RANGERS, "trial"),
        (Stage.LIVE, Audience.RANGERS, "live to rangers"),
        (Stage.LIVE, Audience.CAMPERS, "live to campers"),
    ],
)
def test_the_line_has_five_steps_and_one_of_them_is_here(stage: Stage, audience: Audience, here: str) -> None:
    drawn = stepping.line(stage, audience)
    assert drawn.count("<li") == 5
    assert drawn.count("bw-here") == 1
    assert f'aria-current="step">{here}</li>' in drawn


ITEMS = [
    ItemOut(what="shadow days", has="6", needs="14", met=False, by=date(2026, 12, 8)),
    ItemOut(what="open faults", has="none", needs="none", met=True),
    ItemOut(what="recall by night", has="no evidence yet", needs="0.1", met=None, lowered="usually 0.5; <ann>"),
]


def test_each_item_says_what_it_has_needs_and_by_when() -> None:
    drawn = stepping.checklist(ITEMS, "trial")
    assert "2 of 3 items do not hold yet" in drawn
    assert "2026-12-08" in drawn
    assert "no date at this pace" not in drawn
    assert "no date at this pace" in stepping.checklist([ITEMS[0].model_copy(update={"by": None})], "trial")


def test_a_lowered_item_is_red_with_who_lowered_it_and_no_word_is_markup() -> None:
    drawn = stepping.checklist(ITEMS, "trial")
    assert '<span class="bw-override">LOWERED: usually 0.5; &lt;ann&gt;</span>' in drawn


def test_a_list_that_holds_says_so_and_none_draws_nothing() -> None:
    assert "everything holds" in stepping.checklist([ITEMS[1]], "trial")
    assert stepping.checklist([], "trial") == ""


def test_shadow_alerts_that_nobody_looked_at_are_a_press_away() -> None:
    drawn = stepping.to_look_at(list(range(1, 9)))
    assert drawn.count("/review?alert=") == 6
    assert "and 2 more after these" in drawn
    assert stepping.to_look_at([]) == ""


def test_what_would_speed_it_up_stands_under_the_list_and_no_word_is_markup() -> None:
    drawn = stepping.sooner(["in about 10 weeks", "Sooner with: <desk>."])
    assert drawn.count("<p") == 3
    assert "&lt;desk&gt;" in drawn
    assert stepping.sooner([]) == ""
