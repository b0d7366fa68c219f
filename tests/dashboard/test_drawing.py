"""Pieces of HTML: foreign words escaped, boxes over the picture."""

from dashboard import drawing
from tests.dashboard.shapes import box


def test_boxes_lie_over_the_picture_as_shares_of_it() -> None:
    drawn = drawing.picture(b"\xff\xd8jpeg", alt="alert 1", boxes=[box()])
    assert "left:25.00%;top:50.00%;width:50.00%;height:25.00%" in drawn
    assert 'src="data:image/jpeg;base64,' in drawn


def test_a_box_says_what_is_in_it_only_where_that_is_asked_for() -> None:
    plain = drawing.picture(b"\xff\xd8", alt="", boxes=[box()])
    named = drawing.picture(b"\xff\xd8", alt="", boxes=[box()], named=True)
    told = f"{drawing.words(box().label)} {box().p:.2f}"
    assert told not in plain
    assert told in named
    foreign = box().model_copy(update={"label": "<b>bear"})
    assert "<b>bear" not in drawing.picture(b"", alt="", boxes=[foreign], named=True)


def test_no_box_draws_no_frame() -> None:
    assert "bw-boxes" not in drawing.picture(b"\xff\xd8", alt="")


def test_foreign_words_stay_words() -> None:
    foreign = "<img src=x onerror=alert(1)>"
    assert foreign not in drawing.table(["a"], [[foreign]])
    assert foreign not in drawing.bars({foreign: 0.5}, None)
    assert foreign not in drawing.picture(b"", alt=foreign)


def test_bars_stand_by_size_to_four_places() -> None:
    drawn = drawing.bars({"empty": 0.1, "grizzly": 0.81234}, "grizzly")
    assert drawn.index("grizzly") < drawn.index("empty")
    assert "0.8123" in drawn and "0.1000" in drawn
