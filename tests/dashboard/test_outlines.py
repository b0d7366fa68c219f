"""What is drawn over a view, and what of it is said in words."""

from typing import Any

from api.schemas.masks import MaskOut
from dashboard import ailments, outlines
from tests.dashboard.shapes import NOW, ZONE, camera


def part(**changes: Any) -> MaskOut:
    usual = {
        "id": 1, "camera": "creek", "kind": "mask", "name": None, "light": "both", "x": 0.1, "y": 0.2, "w": 0.3,
        "h": 0.4, "began_at": NOW, "began_by": "ada", "why": "a <flag>", "ended_at": None, "ended_by": None,
        "ended_why": None,
    }  # fmt: skip
    return MaskOut.model_validate(usual | changes)


def test_a_mask_is_hatched_where_it_lies_and_a_zone_bears_its_name() -> None:
    drawn = outlines.over([part(light="night"), part(kind="zone", name="<tents>")])
    assert 'class="bw-hidden" style="left:10.00%;top:20.00%;width:30.00%;height:40.00%"' in drawn
    assert "not watched by night" in drawn and "&lt;tents&gt;" in drawn


def test_a_row_says_who_why_and_until_when() -> None:
    row = outlines.row(part(ended_at=NOW, ended_by="sam", ended_why="it is gone"), ZONE, NOW)
    assert row == [
        "not watched",
        "day and night",
        "12%",
        "13:00",
        "ada, ended by sam",
        "a <flag>",
        "13:00: it is gone",
    ]


def test_a_camera_says_how_much_of_its_view_is_not_watched() -> None:
    assert ailments.unwatched(camera()) == ""
    assert ailments.unwatched(camera(unwatched_day=0.2, unwatched_night=0.2)) == "20% of the view is NOT watched"
    night = ailments.unwatched(camera(unwatched_night=0.001))
    assert night == "NOT watched: 0% of the view by day, less than 1% by night"


def test_the_chart_shows_the_picture_and_what_is_there_and_lets_a_rectangle_be_drawn() -> None:
    told = outlines.chart(b"picture", [part()]).to_dict()
    assert told["params"][0]["name"] == outlines.DRAWN
    assert told["params"][0]["select"]["type"] == "interval"
    assert [layer["mark"]["type"] for layer in told["layer"]] == ["image", "rect"]
