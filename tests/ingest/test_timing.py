"""What a reader that guesses when nothing waits believes of cameras that keep no even pace."""

from collections.abc import Iterator

import pytest

from ingest.receiving import FRESH_S, QUIET_BATCH_S
from ingest.timing import Timing

SECONDS = 120


def even(rate: float) -> Iterator[float]:
    yield from (number / rate for number in range(round(SECONDS * rate)))


def livelier_when_something_moves() -> Iterator[float]:
    for begin in range(0, SECONDS, 20):
        yield from (begin + number / 5 for number in range(50))
        yield from (begin + 10 + number / 30 for number in range(300))


def in_bursts(every_s: float) -> Iterator[float]:
    for burst in range(round(SECONDS / every_s)):
        yield from (burst * every_s + number / 2000 for number in range(round(25 * every_s)))


def read(sent: Iterator[float]) -> list[tuple[float, float, float]]:
    """As a quiet receiver reads: when each packet came, was read, and is believed to have come."""
    timing, clock, asked_at = Timing(), 0.0, -1.0
    found = []
    for came in sent:
        clock = max(clock + 1e-5, came)
        waited = clock - asked_at > FRESH_S
        found.append((came, clock, timing.came(clock, waited=waited)))
        if waited or timing.none_waits(clock):
            clock += QUIET_BATCH_S
        asked_at = clock
    return found


@pytest.mark.parametrize("rate", [1, 5, 25])
def test_an_even_pace_is_read_once_a_second_and_its_times_are_right(rate: float) -> None:
    found = read(even(rate))[2 * rate :]
    assert max(clock - came for came, clock, _ in found) <= QUIET_BATCH_S + 0.01
    assert max(abs(believed - came) for came, _, believed in found) <= 0.01


@pytest.mark.parametrize(
    "sent",
    [livelier_when_something_moves(), in_bursts(0.5), in_bursts(2), in_bursts(5)],
    ids=["livelier", "half", "2", "5"],
)
def test_no_pace_lets_the_reader_fall_more_than_two_seconds_behind(sent: Iterator[float]) -> None:
    found = read(sent)
    assert max(clock - came for came, clock, _ in found) <= 2.05
    assert max(believed - came for came, _, believed in found) <= 2.05
    assert all(believed <= clock for _, clock, believed in found)
