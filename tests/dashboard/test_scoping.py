"""A scope as a week and as a sketch."""

from api.schemas.widening import CellOut, WeekOut
from dashboard import scoping
from tests.dashboard.shapes import camera, site

FREE, FULL = CellOut(scoped=0, uncovered=0), CellOut(scoped=60, uncovered=0)


def test_hours_in_scope_and_holes_in_the_duty_cover_are_marked_and_counted() -> None:
    monday = [FULL, CellOut(scoped=30, uncovered=0), CellOut(scoped=60, uncovered=60), *[FREE] * 21]
    drawn = scoping.week(WeekOut(cameras=[], grid=[monday, *[[FREE] * 24] * 6]))
    assert (drawn.count("bw-on"), drawn.count("bw-part"), drawn.count("bw-hole")) == (1, 1, 1)
    assert "2.5 hours a week in scope" in drawn
    assert "nobody on duty in 1 of them" in drawn
    assert 'title="Mon 02:00: 60 minutes in scope, 60 with nobody on duty"' in drawn


def test_cameras_stand_where_they_are_north_up() -> None:
    north = camera("north", latitude=44.001, longitude=-110.0)
    east = camera("east", latitude=44.0, longitude=-109.999)
    spots = {spot.name: spot for spot in scoping.spots(site(), [north, east], ["north"])}
    assert (round(spots["north"].x), round(spots["north"].y)) == (0, -111)
    assert (round(spots["east"].x), round(spots["east"].y)) == (80, 0)
    assert (spots["north"].held, spots["east"].held) == (True, False)


def test_a_camera_without_a_position_is_named_and_never_guessed() -> None:
    drawn = scoping.sketch(site(), [camera("north", latitude=44.001, longitude=-110.0), camera("<b>")], [])
    assert "Not on the sketch: &lt;b&gt;" in drawn
    assert drawn.count('class="bw-free"') == 1
    assert "bw-sketch" not in scoping.sketch(site(), [camera("lost")], [])
