"""A scope as a week of hours, with the holes in its duty cover."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from rollout import stages, week_grid
from rollout.scope_hours import Place
from rollout.terms import read

DENVER = Place(zone=ZoneInfo("America/Denver"), latitude=44.6, longitude=-110.5)
MONDAY = date(2026, 11, 23)


def grid(duties: list[str | None], **rule: object) -> tuple[tuple[week_grid.Cell, ...], ...]:
    terms = read({"site": "camp", "stage": "trial", "last_day": "2026-12-01", **rule})
    return week_grid.of(terms, duties, DENVER, week_of=MONDAY)


def test_hours_over_midnight_belong_to_the_day_they_began() -> None:
    found = grid([None], weekdays=["sun"], hours=["22:30-02:00"])
    assert [(cell.scoped, cell.uncovered) for cell in (found[6][22], found[6][23], found[0][0], found[0][1])] == [
        (30, 0), (60, 0), (60, 0), (60, 0),
    ]  # fmt: skip
    assert sum(cell.scoped for row in found for cell in row) == 210


def test_hours_without_duty_are_marked() -> None:
    found = grid(["20:00-05:30"], hours=["20:00-06:00"])
    assert (found[3][4].uncovered, found[3][5].uncovered) == (0, 30)


def test_a_scope_by_the_sun_is_that_of_the_week() -> None:
    found = grid([None], sun="night")
    assert (found[2][0].scoped, found[2][12].scoped, found[2][23].scoped) == (60, 0, 60)


@pytest.mark.parametrize(
    ("hours", "duties", "says"),
    [
        (["20:00-06:00"], ["20:00-05:00"], "mon 05:00-06:00, tue 05:00-06:00"),
        (["22:00-24:00"], [], "mon 22:00-24:00, tue 22:00-24:00"),
    ],
)
def test_holes_are_said_day_by_day(hours: list[str], duties: list[str | None], says: str) -> None:
    terms = read({"site": "camp", "stage": "trial", "last_day": "2026-12-01", "hours": hours})
    assert week_grid.holes(stages.holes(terms, duties)).startswith(says)
