"""A rule's scope, minute by minute."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from astral import Observer
from astral.sun import dawn, dusk, sunrise, sunset

from rollout import scopes, stages
from rollout.scopes import Inside
from rollout.terms import read

DENVER = ZoneInfo("America/Denver")
SVALBARD = {"zone": ZoneInfo("Arctic/Longyearbyen"), "latitude": 78.2, "longitude": 15.6}
MINUTE = timedelta(minutes=1)


def inside(at: datetime, **terms: Any) -> Inside:
    said = read({"site": "camp", "stage": "live"} | terms)
    return scopes.inside(said, camera="creek", at=at, zone=DENVER, latitude=44.6, longitude=-110.5)


def polar(at: datetime, sun: str) -> bool:
    said = read({"site": "camp", "stage": "live", "sun": sun})
    return scopes.inside(said, camera="creek", at=at, **SVALBARD).yes  # type: ignore[arg-type]


def local(*when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=DENVER, fold=fold).astimezone(UTC)  # type: ignore[arg-type, misc]


def test_a_rule_without_scope_holds_everything() -> None:
    assert inside(local(2026, 11, 23, 3)).yes


@pytest.mark.parametrize(("cameras", "yes"), [(["creek"], True), (["creek", "bridge"], True), (["bridge"], False)])
def test_only_its_cameras_are_in_scope(cameras: list[str], yes: bool) -> None:
    answer = inside(local(2026, 11, 23, 3), cameras=cameras)
    assert answer.yes is yes
    assert yes or answer.says == "camera creek is not one of bridge"


@pytest.mark.parametrize(("approved", "yes"), [(None, True), (["creek"], True), (["bridge"], False), ([], False)])
def test_a_camera_that_came_after_the_proposal_is_not_in_scope(approved: list[str] | None, yes: bool) -> None:
    said, at = read({"site": "camp", "stage": "live"}), local(2026, 11, 23, 3)
    answer = scopes.inside(
        said, camera="creek", at=at, zone=DENVER, latitude=44.6, longitude=-110.5, approved=approved
    )
    assert answer.yes is yes
    assert yes or "not in the rule that was approved" in answer.says


@pytest.mark.parametrize(
    ("when", "yes"),
    [
        ((2026, 11, 27, 19, 59), False),
        ((2026, 11, 27, 20, 0), True),
        ((2026, 11, 28, 5, 59), True),
        ((2026, 11, 28, 6, 0), False),
        ((2026, 11, 28, 20, 0), False),
        ((2026, 11, 27, 5, 0), False),
    ],
)
def test_hours_over_midnight_belong_to_their_first_day(when: tuple[int, ...], yes: bool) -> None:
    assert inside(local(*when), weekdays=["fri"], hours=["20:00-06:00"]).yes is yes


def test_scope_and_duty_cover_count_the_same_minutes() -> None:
    weekdays, hours = ["sat", "sun"], ["22:30-24:00", "23:00-04:00", "12:00-12:30"]
    monday = local(2026, 7, 6)
    held = {m for m in range(7 * 1440) if inside(monday + m * MINUTE, weekdays=weekdays, hours=hours).yes}
    assert held == stages.minutes(weekdays, hours)


@pytest.mark.parametrize(
    ("when", "yes"),
    [
        ((2026, 11, 26, 23, 59), False),
        ((2026, 11, 27, 0, 0), True),
        ((2026, 12, 4, 23, 59), True),
        ((2026, 12, 5, 0, 0), False),
    ],
)
def test_dates_are_days_of_the_site(when: tuple[int, ...], yes: bool) -> None:
    assert inside(local(*when), first_day="2026-11-27", last_day="2026-12-04").yes is yes


def test_when_clocks_go_back_both_hours_are_in_scope() -> None:
    both = [local(2026, 11, 1, 1, 30, fold=fold) for fold in (0, 1)]
    assert both[1] - both[0] == timedelta(hours=1)
    assert all(inside(at, hours=["01:00-02:00"]).yes for at in both)
    assert not inside(both[1] + timedelta(minutes=30), hours=["01:00-02:00"]).yes


def test_when_clocks_go_forward_the_night_goes_on() -> None:
    night = [local(2026, 3, 8, 1, 59) + n * MINUTE for n in range(3)]
    assert all(inside(at, weekdays=["sat"], hours=["20:00-06:00"]).yes for at in night)
    assert not inside(night[1], hours=["02:00-03:00"]).yes


@pytest.mark.parametrize("month", range(1, 13))
def test_the_sun_agrees_with_the_almanac(month: int) -> None:
    camp, day = Observer(44.6, -110.5), datetime(2026, month, 15, tzinfo=DENVER).date()
    few = 2 * MINUTE
    rise, fall = sunrise(camp, day, tzinfo=DENVER), sunset(camp, day, tzinfo=DENVER)
    assert [inside(at, sun="night").yes for at in (rise - few, rise + few, fall - few, fall + few)] == [
        True, False, False, True,
    ]  # fmt: skip
    assert [inside(at, sun="day").yes for at in (rise - few, rise + few, fall - few, fall + few)] == [
        False, True, True, False,
    ]  # fmt: skip
    first, last = dawn(camp, day, tzinfo=DENVER), dusk(camp, day, tzinfo=DENVER)
    assert [inside(at, sun="dusk-to-dawn").yes for at in (first - few, first + few, last - few, last + few)] == [
        True, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "night", "dusk"),
    [
        (datetime(2026, 12, 21, 11, tzinfo=UTC), True, True),
        (datetime(2026, 6, 21, 23, tzinfo=UTC), False, False),
        (datetime(2026, 2, 5, 11, tzinfo=UTC), True, False),
    ],
)
def test_polar_night_and_polar_day_have_an_answer(when: datetime, night: bool, dusk: bool) -> None:
    assert (polar(when, "night"), polar(when, "day"), polar(when, "dusk-to-dawn")) == (night, not night, dusk)


def test_the_sun_and_weekdays_hold_together() -> None:
    assert inside(local(2026, 11, 28, 3), sun="night", weekdays=["sat"]).yes
    assert not inside(local(2026, 11, 28, 3), sun="night", weekdays=["fri"]).yes
    assert inside(local(2026, 11, 28, 12), sun="night").says.startswith("at 12:00 the sun stands at 24 degrees")


ZONES = ("America/Denver", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu")


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize(
    ("when", "yes"),
    [
        ((2026, 11, 26, 23, 59), False),
        ((2026, 11, 27, 19, 59), False),
        ((2026, 11, 27, 20, 0), True),
        ((2026, 11, 28, 5, 59), True),
        ((2026, 11, 28, 6, 0), False),
        ((2026, 11, 28, 23, 59), True),
        ((2026, 11, 29, 0, 0), False),
    ],
)
def test_days_and_hours_are_those_of_each_sites_own_clock(name: str, when: tuple[int, ...], yes: bool) -> None:
    zone = ZoneInfo(name)
    said = read({
        "site": "camp", "stage": "live", "hours": ["20:00-06:00"], "first_day": "2026-11-27",
        "last_day": "2026-11-28",
    })  # fmt: skip
    at = datetime(*when, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type, misc]
    assert scopes.inside(said, camera="creek", at=at, zone=zone, latitude=0, longitude=0).yes is yes


@pytest.mark.parametrize(
    ("hours", "first", "last", "minutes"),
    [
        (["20:00-06:00"], (2026, 3, 7, 12), (2026, 3, 8, 12), 9 * 60),
        (["20:00-06:00"], (2026, 10, 31, 12), (2026, 11, 1, 12), 11 * 60),
        (["02:00-03:00"], (2026, 3, 8, 0), (2026, 3, 9, 0), 0),
        (["01:00-02:00"], (2026, 11, 1, 0), (2026, 11, 2, 0), 2 * 60),
        (["00:00-24:00"], (2026, 3, 8, 0), (2026, 3, 9, 0), 23 * 60),
        (["00:00-24:00"], (2026, 11, 1, 0), (2026, 11, 2, 0), 25 * 60),
    ],
)
def test_a_night_is_as_long_as_it_is_when_the_clocks_change(
    hours: list[str], first: tuple[int, ...], last: tuple[int, ...], minutes: int
) -> None:
    begin, end = local(*first), local(*last)
    held = [inside(begin + m * MINUTE, hours=hours).yes for m in range(int((end - begin) / MINUTE))]
    assert sum(held) == minutes


@pytest.mark.parametrize(
    ("month", "sun", "says"),
    [
        (6, "night", "the sun stands at 12 degrees, which is not night"),
        (12, "day", "the sun stands at -35 degrees, which is not day"),
    ],
)
def test_where_the_sun_never_rises_or_sets_the_answer_names_its_height(month: int, sun: str, says: str) -> None:
    said = read({"site": "camp", "stage": "live", "sun": sun})
    answer = scopes.inside(said, camera="creek", at=datetime(2026, month, 21, 23, tzinfo=UTC), **SVALBARD)  # type: ignore[arg-type]
    assert not answer.yes
    assert says in answer.says
