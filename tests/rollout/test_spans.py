"""Spans of a rule's scope: by the clock over midnight and over summer time, by the sun near the poles."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout import scopes, spans
from rollout.spans import Span
from rollout.terms import read

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DENVER = {"zone": ZoneInfo("America/Denver"), "latitude": 44.6, "longitude": -110.5}
times = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 40)), max_size=12)


def span(since: float, until: float) -> Span:
    return Span(since=NOW + timedelta(hours=since), until=NOW + timedelta(hours=until))


def of(drawn: list[tuple[int, int]]) -> list[Span]:
    return spans.joined(span(begin, begin + length) for begin, length in drawn)


def inside(at: datetime, found: list[Span]) -> bool:
    return any(one.since <= at < one.until for one in found)


@given(ones=times, others=times)
def test_each_moment_is_in_both_or_in_the_rest_as_it_should_be(
    ones: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    first, second = of(ones), of(others)
    common, rest = spans.both(first, second), spans.without(first, second)
    for half in range(0, 500, 3):
        at = NOW + timedelta(hours=half / 2)
        assert inside(at, common) is (inside(at, first) and inside(at, second))
        assert inside(at, rest) is (inside(at, first) and not inside(at, second))
    assert spans.hours(common) + spans.hours(rest) == pytest.approx(spans.hours(first))


@pytest.mark.parametrize(
    ("terms", "days", "begin", "hours"),
    [
        ({}, 7, NOW, 168),
        ({"hours": ["20:00-06:00"]}, 7, NOW, 70),
        ({"hours": ["20:10-20:50"]}, 7, NOW, 7 * 40 / 60),
        ({"weekdays": ["fri"]}, 7, NOW, 24),
        ({"weekdays": ["fri"], "hours": ["20:00-06:00"]}, 7, NOW, 10),
        ({"hours": ["00:00-06:00"]}, 1, datetime(2026, 11, 1, 6, tzinfo=UTC), 7),  # summer time ends
        ({"hours": ["00:00-06:00"]}, 0.5, datetime(2026, 3, 8, 7, tzinfo=UTC), 5),  # it begins
        ({"first_day": "2026-11-24", "last_day": "2026-11-25"}, 7, NOW, 48),
        ({"last_day": "2026-11-01"}, 7, NOW, 0),
    ],
)
def test_the_hours_of_a_scope_are_those_of_the_sites_clock(
    terms: dict[str, Any], days: float, begin: datetime, hours: float
) -> None:
    said = read({"site": "camp", "stage": "live"} | terms)
    found = spans.in_scope(said, Span(since=begin, until=begin + timedelta(days=days)), **DENVER)
    assert spans.hours(found) == pytest.approx(hours)


@pytest.mark.parametrize(
    ("month", "sun", "hours"), [(6, "night", 0), (6, "day", 48), (12, "night", 48), (12, "day", 0)]
)
def test_where_the_sun_never_rises_or_sets_it_is_always_or_never_in_scope(month: int, sun: str, hours: float) -> None:
    begin = datetime(2026, month, 20, tzinfo=UTC)
    said = read({"site": "camp", "stage": "live", "sun": sun})
    within = Span(since=begin, until=begin + timedelta(days=2))
    found = spans.in_scope(said, within, zone=ZoneInfo("Arctic/Longyearbyen"), latitude=78.2, longitude=15.6)
    assert spans.hours(found) == pytest.approx(hours)


def test_a_scope_by_the_sun_agrees_with_the_decision_to_a_minute() -> None:
    said = read({"site": "camp", "stage": "live", "sun": "dusk-to-dawn"})
    found = spans.in_scope(said, Span(since=NOW, until=NOW + timedelta(days=2)), **DENVER)
    for minutes in range(0, 2 * 24 * 60, 7):
        at = NOW + timedelta(minutes=minutes)
        near = any(abs(at - edge) <= timedelta(minutes=1) for one in found for edge in (one.since, one.until))
        assert near or inside(at, found) is scopes.inside(said, camera="", at=at, **DENVER).yes
