"""The match rate beside that of chance."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from rollout.evidence import chance

START = datetime(2026, 11, 1, tzinfo=UTC)
WINDOW = timedelta(minutes=30)
MINUTES = st.lists(st.integers(0, 300), max_size=5)


def at(minutes: list[int]) -> list[datetime]:
    return [START + timedelta(minutes=one) for one in minutes]


@given(MINUTES, MINUTES)
def test_no_other_one_to_one_matching_finds_more(model: list[int], manual: list[int]) -> None:
    few, many = sorted((model, manual), key=len)
    best = max(
        sum(abs(one - other) <= 30 for one, other in zip(few, order, strict=True))
        for order in permutations(many, len(few))
    )
    assert chance.matches(at(model), at(manual), WINDOW) == best


def test_bears_that_come_at_the_same_hour_each_night_are_matched_by_chance() -> None:
    nights = [START + timedelta(days=day, hours=3) for day in range(10)]
    told = chance.rate(nights, nights, WINDOW)
    assert (told.matched, told.chance) == (1.0, 0.9)


def test_without_a_sighting_there_is_no_rate() -> None:
    assert chance.rate(at([5]), [], WINDOW) == chance.Rate(matched=None, chance=None)
